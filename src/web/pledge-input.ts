// The pledge form's fields as posted: read, bounded and kept, so that a refused form shows what was entered.
import type { Context } from "hono";
import * as z from "zod";
import type { Campaign } from "../core/campaign.ts";
import type { PledgeForm } from "../core/commands.ts";
import { chargedWhen } from "../core/goal.ts";
import type { PledgeMode } from "../core/pledge.ts";
import type { Policy } from "../core/policy.ts";
import { sha256Hex } from "./signing.ts";

/** What the form shows: as first prefilled by the address, or as it was posted. */
export interface Entered {
  amount: string;
  mode: string;
  name: string;
  anonymous: boolean;
  nonce: string;
  via: string;
}

const AMOUNT_LENGTH_MAX = 40;
const NAME_LENGTH_MAX = 200;
const VIA = /^[\w:.-]{0,200}$/;

export type Modes = readonly { mode: PledgeMode; label: string; detail: string }[];

/** The ways to pay, the usual one first. */
const MODES: Modes = [
  {
    mode: "on-merge",
    label: "Charge me when it’s merged",
    detail: "Stripe verifies and saves your card now and charges nothing. The award charges it.",
  },
  {
    mode: "pay-now",
    label: "Pay now",
    detail: "Stripe charges your card when you confirm on its page. The money waits for the merge.",
  },
];

const ON_REACHED: Modes[number] = {
  mode: "on-merge",
  label: "Charge me when it’s reached",
  detail:
    "Stripe verifies and saves your card now and charges nothing. It is charged as soon as the goal is reached.",
};

const ON_REACHED_NOW: Modes[number] = {
  mode: "on-merge",
  label: "Save my card and charge it at once",
  detail:
    "Stripe verifies and saves your card, and the goal is reached: it is charged right after that.",
};

/** Those that the repository's policy offers, as the campaign stands. */
export function offeredModes({ pay }: Policy, campaign: Campaign): Modes {
  return MODES.filter(({ mode }) => pay !== "now" || mode === "pay-now").map((one) =>
    one.mode === "on-merge" ? promising(one, campaign) : one,
  );
}

function promising(atMerge: Modes[number], campaign: Campaign): Modes[number] {
  switch (chargedWhen(campaign)) {
    case "at the award":
      return atMerge;
    case "once reached":
      return ON_REACHED;
    case "now":
      return ON_REACHED_NOW;
  }
}

const STALE =
  "This form was out of date. Nothing was charged. Please look it over and send it again.";

const InputSchema = z.object({
  amount: z
    .string("Write an amount.")
    .trim()
    .min(1, "Write an amount.")
    .max(AMOUNT_LENGTH_MAX, "That amount is too long to be one."),
  mode: z.enum(["pay-now", "on-merge"], "Choose how to pay."),
  name: z.string().trim().max(NAME_LENGTH_MAX, "That name is too long.").default(""),
  anonymous: z.string().optional(),
  nonce: z.string(STALE).regex(/^[\w-]{1,64}$/, STALE),
  via: z.string().regex(VIA).default("").catch(""),
  /** Hash of the terms that were on the page; a form without it was not made by this page. */
  terms: z.string().optional(),
});

export type Input = z.infer<typeof InputSchema>;

export function prefilled(c: Context, nonce: string): Entered {
  const via = c.req.query("via") ?? "";
  return {
    amount: (c.req.query("amount") ?? "").trim().slice(0, AMOUNT_LENGTH_MAX),
    // The form checks the first that is offered.
    mode: "",
    name: "",
    anonymous: false,
    nonce,
    via: VIA.test(via) ? via : "",
  };
}

export function readInput(
  fields: URLSearchParams,
  { newNonce }: { newNonce: string },
): { entered: Entered; input: Input | null; problem: string } {
  const result = InputSchema.safeParse(Object.fromEntries(fields));
  const nonce = fields.get("nonce") ?? "";
  const via = fields.get("via") ?? "";
  const entered: Entered = {
    amount: (fields.get("amount") ?? "").trim().slice(0, AMOUNT_LENGTH_MAX),
    mode: fields.get("mode") ?? "",
    name: (fields.get("name") ?? "").trim().slice(0, NAME_LENGTH_MAX),
    anonymous: fields.has("anonymous"),
    nonce: /^[\w-]{1,64}$/.test(nonce) ? nonce : newNonce,
    via: VIA.test(via) ? via : "",
  };
  return result.success
    ? { entered, input: result.data, problem: "" }
    : { entered, input: null, problem: result.error.issues[0]?.message ?? STALE };
}

/**
 * The same form posted twice is one pledge; the same page posted again with another amount (after coming
 * back from Stripe's page) is another.
 */
function pledgeNonce(
  { nonce, amount, mode, name, anonymous }: Input,
  backerId: number | null,
): string {
  const parts = [nonce, amount, mode, name, anonymous === undefined ? "" : "anonymous", backerId];
  return sha256Hex(JSON.stringify(parts)).slice(0, 40);
}

export function pledgeFormOf(
  input: Input,
  known: { campaignId: string; pledgeId: string; backerId: number | null; wordingHash: string },
): PledgeForm {
  return {
    ...known,
    amount: input.amount,
    mode: input.mode,
    name: input.name === "" ? null : input.name,
    anonymous: input.anonymous !== undefined,
    nonce: pledgeNonce(input, known.backerId),
    viaReply: input.via === "" ? null : input.via,
  };
}
