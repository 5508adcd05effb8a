// What the JSON of each entity must look like when it is read back. Mirrors the types of core, which
// the compiler holds it to.
import { z } from "zod";
import type { Award, Notice, Pull } from "../core/award.ts";
import type { Campaign, PayeeShare, Person, Repository } from "../core/campaign.ts";
import type { Payout } from "../core/payout.ts";
import type { Pledge, ReturnReason } from "../core/pledge.ts";
import type { Policy } from "../core/policy.ts";
import type { Refund } from "../core/refund.ts";
import { amountSchema as amount, schemaOf } from "./json.ts";

const id = z.int();
const time = z.int();
const count = z.int();
const text = z.string();

export const personSchema = schemaOf<Person>()(z.object({ id, login: text }));

const payeeShareSchema = schemaOf<PayeeShare>()(
  z.object({ id, login: text, basisPoints: z.int() }),
);

export const repositorySchema = schemaOf<Repository>()(
  z.object({
    id,
    installationId: id,
    ownerId: id,
    owner: text,
    name: text,
    private: z.boolean(),
    defaultBranch: text,
    installed: z.boolean(),
  }),
);

export const returnReasonSchema = schemaOf<ReturnReason>()(
  z.enum([
    "cancelled",
    "refund date reached",
    "award not claimed",
    "campaign over",
    "settled in another currency",
    "paid twice",
  ]),
);

export const campaignSchema = schemaOf<Campaign>()(
  z.object({
    id: text,
    repositoryId: id,
    issueId: id,
    issueNumber: z.int(),
    issueTitle: text,
    issueOpen: z.boolean(),
    kind: z.enum(["bounty", "goal"]),
    state: z.enum(["open", "reached", "awarded", "settled", "cancelled", "expired"]),
    currency: text,
    ask: amount.nullable(),
    createdBy: personSchema,
    createdAt: time,
    split: z.array(payeeShareSchema).nullable(),
    hold: z.object({ why: text, by: personSchema, at: time }).nullable(),
    waitingPullId: id.nullable(),
    endReason: text.nullable(),
    unfinishedCommentId: id.nullable(),
    cardCommentId: id.nullable(),
    totals: z.object({
      paidIn: amount,
      clearing: amount,
      fees: amount,
      released: amount,
      refunding: amount,
      refunded: amount,
      backersCount: count,
      unfinishedCount: count,
      refundingCount: count,
      refundedCount: count,
    }),
  }),
);

const termsSchema = schemaOf<Pledge["terms"]>()(
  z.object({
    mode: z.enum(["pay-now", "on-merge"]),
    refundAfterDays: z.int(),
    holdDaysMax: z.int(),
    claimWithinDays: z.int(),
    operatorFeeBasisPoints: z.int(),
    refundReturns: z.literal("net"),
    wordingHash: text,
  }),
);

export const pledgeSchema = schemaOf<Pledge>()(
  z.object({
    id: text,
    campaignId: text,
    backerId: id.nullable(),
    backerName: text.nullable(),
    anonymous: z.boolean(),
    amount,
    currency: text,
    state: z.enum([
      "started",
      "promised",
      "charging",
      "clearing",
      "paid",
      "released",
      "abandoned",
      "withdrawn",
      "failed",
      "lapsed",
      "refunding",
      "refunded",
      "disputed",
      "lost",
    ]),
    terms: termsSchema,
    startedAt: time,
    nonce: text,
    viaReply: text.nullable(),
    sessionId: text.nullable(),
    sessionUrl: text.nullable(),
    sessionExpiresAt: time.nullable(),
    paymentIntentId: text.nullable(),
    chargeId: text.nullable(),
    capturedAt: time.nullable(),
    settlementCurrency: text.nullable(),
    stripeFee: amount,
    net: amount,
    operatorFee: amount,
    operatorFeeReturned: amount,
    shared: amount,
    released: amount,
    sharesReturned: amount,
    refunding: amount,
    refunded: amount,
    refundsCount: count,
    returnReason: returnReasonSchema.nullable(),
  }),
);

export const pullSchema = schemaOf<Pull>()(
  z.object({
    id,
    repositoryId: id,
    number: z.int(),
    title: text,
    author: personSchema,
    authorIsBot: z.boolean(),
    baseRef: text,
    headSha: text,
    open: z.boolean(),
    mergedAt: time.nullable(),
    mergedBy: personSchema.nullable(),
  }),
);

export const noticeSchema = schemaOf<Notice>()(
  z.object({
    pullId: id,
    campaignId: text,
    payees: z.array(payeeShareSchema),
    amount,
    headSha: text,
    checkRunId: id,
    confirmedAt: time,
  }),
);

export const awardSchema = schemaOf<Award>()(
  z.object({
    id: text,
    campaignId: text,
    pullId: id.nullable(),
    pullNumber: z.int().nullable(),
    at: time,
    by: personSchema,
    payees: z.array(z.object({ id, login: text, basisPoints: z.int(), allotted: amount })),
  }),
);

export const payoutSchema = schemaOf<Payout>()(
  z.object({
    id: text,
    awardId: text,
    campaignId: text,
    pledgeId: text,
    payeeId: id,
    round: z.int(),
    amount,
    currency: text,
    state: z.enum(["waiting", "sending", "paid", "returned", "refused"]),
    claimBy: time,
    transferId: text.nullable(),
  }),
);

export const refundSchema = schemaOf<Refund>()(
  z.object({
    effectKey: text,
    pledgeId: text,
    refundId: text.nullable(),
    amount,
    currency: text,
    pledgeAmount: amount,
    reason: returnReasonSchema,
    state: z.enum(["sending", "succeeded", "failed"]),
    booked: z.boolean(),
  }),
);

export const policySchema = schemaOf<Policy>()(
  z.object({
    currency: text,
    labels: z.object({ bounty: text }),
    who: z.enum(["triage", "write", "maintain", "admin"]),
    minimum: amount,
    maximum: amount.nullable(),
  }),
);
