// The test cards and what each does, and the payment methods made of them.
import { newId } from "./ids.ts";
import { addRow, nowSeconds, type World } from "./state.ts";
import type { PaymentMethod } from "./types.ts";

type Behaviour =
  | "succeeds"
  | "available at once"
  | "disputed"
  | "inquired"
  | "refunds slowly"
  | "refunds in vain"
  | "always authenticates"
  | "authenticates unless set up"
  | "authenticates without funds"
  | "insufficient funds"
  | "declined once saved"
  | "declined"
  | "expired";

export interface TestCard {
  number: string;
  behaviour: Behaviour;
  shown: string;
  brand: "visa" | "mastercard" | "amex";
  /** The ready-made payment method that stands for it in requests. */
  shortcut?: string;
}

export const testCards: TestCard[] = [
  {
    number: "4242424242424242",
    behaviour: "succeeds",
    shown: "succeeds",
    brand: "visa",
    shortcut: "pm_card_visa",
  },
  { number: "5555555555554444", behaviour: "succeeds", shown: "succeeds", brand: "mastercard" },
  { number: "378282246310005", behaviour: "succeeds", shown: "succeeds", brand: "amex" },
  {
    number: "4000000000009995",
    behaviour: "insufficient funds",
    shown: "is declined: insufficient funds",
    brand: "visa",
    shortcut: "pm_card_visa_chargeDeclinedInsufficientFunds",
  },
  {
    number: "4000000000000002",
    behaviour: "declined",
    shown: "is declined",
    brand: "visa",
    shortcut: "pm_card_visa_chargeDeclined",
  },
  {
    number: "4000000000000069",
    behaviour: "expired",
    shown: "is declined: expired",
    brand: "visa",
    shortcut: "pm_card_chargeDeclinedExpiredCard",
  },
  {
    number: "4000002760003184",
    behaviour: "always authenticates",
    shown: "asks for authentication every time",
    brand: "visa",
    shortcut: "pm_card_authenticationRequired",
  },
  {
    number: "4000002500003155",
    behaviour: "authenticates unless set up",
    shown: "asks for authentication unless it was set up",
    brand: "visa",
    shortcut: "pm_card_authenticationRequiredOnSetup",
  },
  {
    number: "4000008260003178",
    behaviour: "authenticates without funds",
    shown: "asks for authentication every time, then is declined: insufficient funds",
    brand: "visa",
    shortcut: "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
  },
  {
    number: "4000000000000341",
    behaviour: "declined once saved",
    shown: "can be saved; every charge is declined",
    brand: "visa",
    shortcut: "pm_card_chargeCustomerFail",
  },
  {
    number: "4000000000000259",
    behaviour: "disputed",
    shown: "succeeds, then is charged back",
    brand: "visa",
    shortcut: "pm_card_createDispute",
  },
  {
    number: "4000000000001976",
    behaviour: "inquired",
    shown: "succeeds, then the bank inquires",
    brand: "visa",
    shortcut: "pm_card_createDisputeInquiry",
  },
  {
    number: "4000000000007726",
    behaviour: "refunds slowly",
    shown: "succeeds; a refund stays pending for a day",
    brand: "visa",
    shortcut: "pm_card_pendingRefund",
  },
  {
    number: "4000000000005126",
    behaviour: "refunds in vain",
    shown: "succeeds; a refund fails after a day",
    brand: "visa",
    shortcut: "pm_card_refundFail",
  },
  {
    number: "4000000000000077",
    behaviour: "available at once",
    shown: "succeeds, available at once",
    brand: "visa",
    shortcut: "pm_card_bypassPending",
  },
];

export function findCard(number: string): TestCard | undefined {
  const digits = number.replaceAll(/[\s-]/g, "");
  return testCards.find((card) => card.number === digits);
}

export function cardBehind(world: World, paymentMethod: string): TestCard {
  const number = world.state.cards.get(paymentMethod)?.number ?? "";
  const card = findCard(number);
  if (!card) throw new Error(`no card behind ${paymentMethod}`);
  return card;
}

export interface Decline {
  code:
    | "card_declined"
    | "expired_card"
    | "authentication_required"
    | "payment_intent_authentication_failure"
    | "setup_intent_authentication_failure";
  declineCode: string;
  message: string;
}

export function declineOf(card: TestCard): Decline | undefined {
  switch (card.behaviour) {
    case "authenticates without funds":
    case "insufficient funds":
      return {
        code: "card_declined",
        declineCode: "insufficient_funds",
        message: "Your card has insufficient funds.",
      };
    case "declined once saved":
    case "declined":
      return {
        code: "card_declined",
        declineCode: "generic_decline",
        message: "Your card was declined.",
      };
    case "expired":
      return {
        code: "expired_card",
        declineCode: "expired_card",
        message: "Your card has expired.",
      };
    case "succeeds":
    case "available at once":
    case "disputed":
    case "inquired":
    case "refunds slowly":
    case "refunds in vain":
    case "always authenticates":
    case "authenticates unless set up":
      return undefined;
  }
}

/** Why the card cannot be saved. One without funds can: only the charge finds out. */
export function saveDeclineOf(card: TestCard): Decline | undefined {
  return card.behaviour === "declined" || card.behaviour === "expired"
    ? declineOf(card)
    : undefined;
}

export interface Payer {
  email: string | null;
  name: string | null;
}

function billingDetails({ email, name }: Payer): PaymentMethod["billing_details"] {
  const address = {
    city: null,
    country: "US",
    line1: null,
    line2: null,
    postal_code: "94107",
    state: null,
  };
  return { address, email, name, phone: null, tax_id: null };
}

export function cardFingerprint(card: TestCard): string {
  return `Sandbox${card.number.slice(-9)}`;
}

/** Cards expire four years from now, whatever was typed. */
export function cardExpiry(world: World): { exp_month: number; exp_year: number } {
  return { exp_month: 12, exp_year: new Date(world.ports.now()).getUTCFullYear() + 4 };
}

export function makePaymentMethod(world: World, card: TestCard, payer: Payer): PaymentMethod {
  const row = addRow(world, "paymentMethods", {
    id: newId(world, "pm"),
    object: "payment_method",
    allow_redisplay: "limited",
    billing_details: billingDetails(payer),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: "pass", cvc_check: "pass" },
      country: "US",
      display_brand: card.brand,
      ...cardExpiry(world),
      fingerprint: cardFingerprint(card),
      funding: "credit",
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: "unregulated",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: nowSeconds(world),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: "card",
  });
  world.state.cards.set(row.id, { number: card.number, setUp: false, spent: false });
  return row;
}
