// What the JSON of each entity must look like when it is read back. Mirrors the types of core, which
// the compiler holds it to.
import { z } from "zod";
import type { Award, Notice, Pull } from "../core/award.ts";
import type { Campaign, Hold, PayeeShare, Person, Repository } from "../core/campaign.ts";
import type { Dispute } from "../core/dispute.ts";
import type { Goal } from "../core/goal.ts";
import type { HandedShare, Handover } from "../core/handover.ts";
import type { Reviewer } from "../core/payees.ts";
import type { Payout } from "../core/payout.ts";
import { type Pledge, type ReturnReason, STANDARD_TERMS } from "../core/pledge.ts";
import { DEFAULT_POLICY, type Policy, type Role } from "../core/policy.ts";
import type { Refund } from "../core/refund.ts";
import { amountSchema as amount, schemaOf } from "./json.ts";

const id = z.int();
const time = z.int();
const count = z.int();
const text = z.string();
/** Of a field that older rows lack. */
const laterAmount = amount.default(0n);

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
    "withdrawn",
    "refunded by hand",
    "refund date reached",
    "award not claimed",
    "declined by the payee",
    "campaign over",
    "goal missed",
    "settled in another currency",
    "paid twice",
  ]),
);

const goalSchema = schemaOf<Goal>()(
  z.object({
    deadline: time,
    extensions: z.array(z.object({ from: time, to: time })),
    reachedAt: time.nullable(),
    charge: z.enum(["award", "reached"]),
  }),
);

export const holdSchema = schemaOf<Hold>()(z.object({ why: text, by: personSchema, at: time }));

export const campaignSchema = schemaOf<Campaign>()(
  z.object({
    id: text,
    repositoryId: id,
    issueId: id,
    issueNumber: z.int(),
    issueTitle: text,
    issueOpen: z.boolean(),
    issueReopened: z.boolean().default(false),
    kind: z.enum(["bounty", "goal", "tip"]),
    state: z.enum(["open", "reached", "awarded", "settled", "cancelled", "expired"]),
    currency: text,
    ask: amount.nullable(),
    createdBy: personSchema,
    createdAt: time,
    goal: goalSchema.nullable().default(null),
    split: z.array(payeeShareSchema).nullable(),
    hold: holdSchema.nullable(),
    waitingPullId: id.nullable(),
    // Of older rows nobody knows.
    linked: z.boolean().default(true),
    endReason: text.nullable(),
    paidOutside: z.object({ amount, by: personSchema, at: time }).nullable().default(null),
    unfinishedCommentId: id.nullable(),
    cardCommentId: id.nullable(),
    totals: z.object({
      paidIn: amount,
      promised: laterAmount,
      collecting: laterAmount,
      uncollected: laterAmount,
      clearing: amount,
      fees: amount,
      released: amount,
      takenBack: laterAmount,
      refunding: amount,
      refunded: amount,
      disputed: laterAmount,
      lost: laterAmount,
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
    lapseAfterDays: z.int().default(STANDARD_TERMS.lapseAfterDays),
    holdDaysMax: z.int(),
    claimWithinDays: z.int(),
    operatorFeeBasisPoints: z.int(),
    refundReturns: z.literal("net"),
    wordingHash: text,
    goalDeadline: time.nullable().default(null),
  }),
);

const cardSchema = schemaOf<NonNullable<Pledge["card"]>>()(
  z.object({ customerId: text, paymentMethodId: text, setupIntentIds: z.array(text) }),
);

const chargingSchema = schemaOf<NonNullable<Pledge["charging"]>>()(
  z.object({
    at: time,
    triesCount: count,
    problem: z.enum(["authentication needed", "card declined"]).nullable(),
    failedAt: time.nullable(),
    pageUrl: text.nullable(),
    ending: z.boolean(),
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
    renewals: z
      .array(
        z.object({
          at: time,
          from: time,
          until: time,
          goalDeadline: time.nullable(),
          wordingHash: text,
        }),
      )
      .default([]),
    startedAt: time,
    nonce: text,
    viaReply: text.nullable(),
    sessionId: text.nullable(),
    sessionUrl: text.nullable(),
    sessionExpiresAt: time.nullable(),
    pagesCount: count.default(1),
    promisedAt: time.nullable().default(null),
    card: cardSchema.nullable().default(null),
    charging: chargingSchema.nullable().default(null),
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
    takenBack: laterAmount,
    refunding: amount,
    refunded: amount,
    refundsCount: count,
    disputed: laterAmount,
    lost: laterAmount,
    sharesStopped: laterAmount,
    sharesGivenWay: laterAmount,
    covered: laterAmount,
    coveredForBank: laterAmount,
    setOff: laterAmount,
    handRefunding: laterAmount,
    handRefunded: laterAmount,
    handReturned: laterAmount,
    returnReason: returnReasonSchema.nullable(),
  }),
);

const roleSchema = schemaOf<Role>()(
  z.object({
    triage: z.boolean(),
    push: z.boolean(),
    maintain: z.boolean(),
    admin: z.boolean(),
  }),
);

const reviewerSchema = schemaOf<Reviewer>()(
  z.object({ id, login: text, role: roleSchema, at: time }),
);

export const pullSchema = schemaOf<Pull>()(
  z.object({
    id,
    repositoryId: id,
    number: z.int(),
    title: text,
    author: personSchema,
    authorIsBot: z.boolean(),
    coAuthors: z.array(personSchema).default([]),
    reviewers: z.array(reviewerSchema).default([]),
    baseRef: text,
    headSha: text,
    open: z.boolean(),
    mergedAt: time.nullable(),
    mergedBy: personSchema.nullable(),
    updatedAt: time.default(0),
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

const handedSchema = schemaOf<HandedShare>()(
  z.object({ from: id, to: personSchema, by: personSchema, at: time }),
);

export const handoverSchema = schemaOf<Handover>()(
  z.object({
    id: text,
    campaignId: text,
    round: z.int(),
    from: personSchema,
    to: personSchema,
    askedAt: time,
    state: z.enum(["asked", "agreed", "withdrawn", "superseded", "rejected", "expired"]),
    decided: z.object({ by: personSchema, at: time }).nullable(),
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
    payableFrom: time.default(0),
    payees: z.array(z.object({ id, login: text, basisPoints: z.int(), allotted: amount })),
    round: z.int().default(1),
    undone: holdSchema.nullable().default(null),
    revertedBy: z.int().nullable().default(null),
    declined: z.array(id).default([]),
    handed: z.array(handedSchema).default([]),
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
    awardRound: z.int().default(1),
    amount,
    currency: text,
    state: z.enum([
      "waiting",
      "sending",
      "paid",
      "returned",
      "handed",
      "refused",
      "failed",
      "reversed",
      "overpaid",
      "stopped",
    ]),
    payableFrom: time.default(0),
    claimBy: time,
    transferId: text.nullable(),
    reversalIds: z.array(text).default([]),
    reversed: laterAmount,
    reversedReturned: laterAmount,
    overpaidBy: laterAmount,
    takenByBank: amount.nullable().default(null),
    needsRelease: z.boolean().default(false),
    handedFrom: text.nullable().default(null),
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
    begunAt: time.default(0),
    state: z.enum(["sending", "succeeded", "failed"]),
    booked: z.boolean(),
  }),
);

export const disputeSchema = schemaOf<Dispute>()(
  z.object({
    id: text,
    pledgeId: text,
    phase: z.enum(["inquiry", "open", "won", "lost", "closed"]),
    amount,
    booked: z.array(text),
    taken: amount,
  }),
);

export const policySchema = schemaOf<Policy>()(
  z.object({
    currency: text,
    labels: z.object({ bounty: text, goal: text.default(DEFAULT_POLICY.labels.goal) }),
    who: z.enum(["triage", "write", "maintain", "admin"]),
    pay: z.enum(["either", "now"]).default("either"),
    coAuthors: z.boolean().default(true),
    reviewShareBasisPoints: z.int().default(0),
    holdDays: z.int().default(0),
    minimum: amount,
    maximum: amount.nullable(),
    goalDays: z.int().default(DEFAULT_POLICY.goalDays),
    charge: z.enum(["award", "reached"]).default(DEFAULT_POLICY.charge),
  }),
);
