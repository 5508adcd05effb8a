// By hand, to accounts: the operator's own money, a payee's standing and payouts, and the way of the webhooks.
import { type Action, amountIn, currencyField, deeds, oneOf, part, partOf } from "./deeds.ts";
import { chargeFee, reserve, topUp } from "./operator-money.ts";
import { failPayout, payOut } from "./payouts.ts";
import { disconnect, liftRestriction, restrict, restrictions } from "./standing.ts";
import type { World } from "./state.ts";
import { resend, tamper, tamperings } from "./tampering.ts";
import type { Account } from "./types.ts";

const ours = ({ id }: Account, world: World) => id === world.state.platform;
const payees = ({ id }: Account, { state }: World) =>
  id !== state.platform && !state.disconnected.has(id);

const operatorDeeds = deeds("accounts", {
  topUp: {
    label: "Top up the balance",
    fields: [part("12.34"), currencyField],
    offered: ours,
    perform(world, _id, form) {
      const { amount, currency } = amountIn(form);
      topUp(world, amount, currency);
    },
  },
  payOut: {
    label: "Pay out to the bank",
    fields: [part("all that is available"), currencyField],
    offered: ({ payouts_enabled: enabled }) => enabled === true,
    perform(world, id, form) {
      const currency = oneOf(currencyField.options ?? [], form["currency"]);
      payOut(world, { account: id, currency, ...partOf(form, currency) });
    },
  },
  fee: {
    label: "Take a fee of Stripe's own",
    fields: [part("2.00"), currencyField],
    offered: ours,
    perform: (world, _id, form) => chargeFee(world, amountIn(form)),
  },
  reserve: {
    label: "Set available money aside",
    fields: [part("12.34"), currencyField],
    offered: ours,
    perform(world, _id, form) {
      const { amount, currency } = amountIn(form);
      reserve(world, amount, currency);
    },
  },
  release: {
    label: "Give back what was set aside",
    fields: [part("12.34"), currencyField],
    offered: ours,
    perform(world, _id, form) {
      const { amount, currency } = amountIn(form);
      reserve(world, -amount, currency);
    },
  },
  tamper: {
    label: "Tamper with the next webhooks",
    fields: [
      { name: "how", label: "How", options: tamperings },
      { name: "type", label: "Of type", placeholder: "any" },
      { name: "times", label: "How many", placeholder: "1" },
      { name: "minutes", label: "Minutes late", placeholder: "60" },
    ],
    offered: ours,
    perform(world, _id, form) {
      const how = oneOf(tamperings, form["how"]);
      const delayMs = Number(form["minutes"] || 60) * 60_000;
      tamper(world, { how, type: form["type"] ?? "", times: Number(form["times"] || 1), delayMs });
    },
  },
});

const payeeDeeds = deeds("accounts", {
  restrict: {
    label: "Restrict it, as Stripe",
    fields: [{ name: "reason", label: "Because of", options: restrictions }],
    offered: payees,
    perform: (world, id, form) => restrict(world, id, oneOf(restrictions, form["reason"])),
  },
  lift: {
    label: "Lift the restriction",
    offered: (account, world) =>
      payees(account, world) && account.details_submitted === true && !account.payouts_enabled,
    perform: liftRestriction,
  },
  disconnect: {
    label: "Disconnect from the platform, as the payee",
    offered: payees,
    perform: disconnect,
  },
});

const payoutDeeds = deeds("payouts", {
  fail: {
    label: "Fail it at the bank",
    offered: ({ status }) => status !== "failed",
    perform: failPayout,
  },
});

const eventDeeds = deeds("events", {
  resend: {
    label: "Send its webhook again",
    offered: () => true,
    perform: resend,
  },
});

export const accountDeeds: Action[] = [
  ...operatorDeeds,
  ...payeeDeeds,
  ...payoutDeeds,
  ...eventDeeds,
];
