// By hand, to money that belongs to a pledge: refunds, disputes and what the banks make of them, reversals.
import { type Action, deeds, oneOf, part, partOf } from "./deeds.ts";
import { disputeKinds } from "./dispute-object.ts";
import {
  answerDispute,
  dropInquiry,
  escalateDispute,
  loseDispute,
  openDispute,
  winDispute,
} from "./disputes.ts";
import { cancelPayment, isCancelable } from "./intents.ts";
import { failRefund, settleRefund } from "./refund-outcomes.ts";
import { createRefund } from "./refunds.ts";
import { reverseTransfer } from "./reversals.ts";
import { getRow } from "./state.ts";

const intentDeeds = deeds("paymentIntents", {
  cancel: {
    label: "Cancel it",
    offered: isCancelable,
    perform: (world, id) => cancelPayment(world, id, "requested_by_customer"),
  },
});

const chargeDeeds = deeds("charges", {
  refund: {
    label: "Refund it",
    fields: [part("the whole rest")],
    offered: (charge) => charge.paid && !charge.refunded,
    perform(world, id, form) {
      const { currency } = getRow(world, "charges", id);
      createRefund(world, { charge: id, ...partOf(form, currency) });
    },
  },
  dispute: {
    label: "Dispute it, as the cardholder's bank",
    fields: [{ name: "kind", label: "As", options: disputeKinds }, part("what is not refunded")],
    offered: (charge) => charge.balance_transaction !== null && !charge.disputed,
    perform(world, id, form) {
      const { currency } = getRow(world, "charges", id);
      const kind = oneOf(disputeKinds, form["kind"]);
      openDispute(world, id, { kind, ...partOf(form, currency) });
    },
  },
});

const waitsForUs = ["needs_response", "warning_needs_response"];
const inquiry = ["warning_needs_response", "warning_under_review"];
const chargeback = ["needs_response", "under_review"];

const disputeDeeds = deeds("disputes", {
  answer: {
    label: "Answer it with evidence",
    offered: ({ status }) => waitsForUs.includes(status),
    perform: answerDispute,
  },
  escalate: {
    label: "Escalate the inquiry to a chargeback",
    offered: ({ status }) => inquiry.includes(status),
    perform: escalateDispute,
  },
  drop: {
    label: "Close the inquiry",
    offered: ({ status }) => inquiry.includes(status),
    perform: dropInquiry,
  },
  win: {
    label: "Decide for us: the money comes back",
    fields: [{ name: "fee", label: "Stripe's fee", options: ["kept", "returned"] }],
    offered: ({ status }) => [...chargeback, "lost"].includes(status),
    perform: (world, id, form) =>
      winDispute(world, id, { feeReturned: form["fee"] === "returned" }),
  },
  lose: {
    label: "Decide for the cardholder",
    offered: ({ status }) => chargeback.includes(status),
    perform: loseDispute,
  },
});

const refundDeeds = deeds("refunds", {
  settle: {
    label: "Let it arrive at the backer's bank",
    offered: (refund) => refund.pending_reason === "processing",
    perform: settleRefund,
  },
  fail: {
    label: "Fail it at the backer's bank",
    offered: ({ status }) => status === "pending" || status === "succeeded",
    perform: (world, id) => failRefund(world, id),
  },
});

const transferDeeds = deeds("transfers", {
  reverse: {
    label: "Reverse it",
    fields: [part("the whole rest")],
    offered: ({ reversed }) => !reversed,
    perform(world, id, form) {
      const { currency } = getRow(world, "transfers", id);
      reverseTransfer(world, id, partOf(form, currency));
    },
  },
});

export const moneyDeeds: Action[] = [
  ...intentDeeds,
  ...chargeDeeds,
  ...disputeDeeds,
  ...refundDeeds,
  ...transferDeeds,
];
