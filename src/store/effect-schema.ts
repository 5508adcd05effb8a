// What the outbox's payloads must look like when they are read back: every effect of core.
import { z } from "zod";
import type { Effect } from "../core/effects.ts";
import { returnReasonSchema } from "./entity-schemas.ts";
import { amountSchema as amount, schemaOf } from "./json.ts";

const id = z.int();
const text = z.string();
const time = z.int();
const after = text.nullable();

export const effectSchema = schemaOf<Effect>()(
  z.discriminatedUnion("effect", [
    z.object({ effect: z.literal("updateCard"), campaignId: text }),
    z.object({ effect: z.literal("refreshNotices"), campaignId: text }),
    z.object({ effect: z.literal("linkPulls"), campaignId: text }),
    z.object({ effect: z.literal("postNotice"), pullId: id, campaignId: text }),
    z.object({
      effect: z.literal("react"),
      repositoryId: id,
      commentId: id,
      reaction: z.enum(["eyes", "rocket", "confused"]),
    }),
    z.object({
      effect: z.literal("reply"),
      repositoryId: id,
      issueNumber: z.int(),
      key: text,
      body: text,
    }),
    z.object({ effect: z.literal("mentionBacker"), campaignId: text, backerId: id }),
    z.object({ effect: z.literal("minimizeReply"), repositoryId: id, key: text }),
    z.object({
      effect: z.literal("explainPolicy"),
      repositoryId: id,
      sha: text,
      problems: z.array(text),
    }),
    z.object({
      effect: z.literal("openCheckout"),
      pledgeId: text,
      number: z.int().default(1),
    }),
    z.object({ effect: z.literal("openCharge"), pledgeId: text }),
    z.object({
      effect: z.literal("confirmCharge"),
      pledgeId: text,
      number: z.int(),
      paymentMethodId: text,
      onSession: z.boolean(),
    }),
    z.object({ effect: z.literal("cancelCharge"), pledgeId: text, paymentIntentId: text }),
    z.object({ effect: z.literal("expireCheckout"), pledgeId: text, sessionId: text }),
    z.object({
      effect: z.literal("refund"),
      pledgeId: text,
      number: z.int(),
      chargeId: text,
      amount: amount.nullable(),
      currency: text,
      reason: returnReasonSchema,
    }),
    z.object({ effect: z.literal("transfer"), payoutId: text }),
    z.object({
      effect: z.literal("reverseTransfer"),
      payoutId: text,
      transferId: text,
      amount,
      disputeId: text,
    }),
    z.object({
      effect: z.literal("openAccount"),
      payeeId: id,
      number: z.int().default(1),
      asked: z.int().exactOptional(),
    }),
    z.object({ effect: z.literal("forgetCard"), pledgeId: text, paymentMethodId: text }),
    z.object({
      effect: z.literal("mailBacker"),
      pledgeId: text,
      about: z.enum([
        "your link",
        "date comes",
        "goal ends",
        "consent ends",
        "refund begun",
        "refund through",
        "charge failed",
      ]),
      of: text,
    }),
    z.object({
      effect: z.literal("reread"),
      object: z.enum(["checkout", "payment", "refund", "dispute"]),
      id: text,
      pledgeId: text,
    }),
    z.object({
      effect: z.literal("reconcile"),
      step: z
        .discriminatedUnion("of", [
          z.object({ of: z.literal("events"), begunAt: time, after }),
          z.object({
            of: z.literal("movements"),
            begunAt: time,
            after,
            openSince: time.nullable(),
          }),
          z.object({ of: z.literal("accounts"), begunAt: time, after: id.nullable() }),
          z.object({ of: z.literal("deliveries"), begunAt: time, after }),
          z.object({ of: z.literal("campaigns"), begunAt: time, after }),
          z.object({ of: z.literal("done"), begunAt: time, after: id }),
          z.object({ of: z.literal("comparison"), tries: z.int() }),
        ])
        .nullable(),
    }),
    z.object({
      effect: z.literal("decideGoal"),
      campaignId: text,
      deadline: time,
      step: z.union([z.object({ closePagesAfter: after }), z.literal("decide")]),
    }),
    z.object({ effect: z.literal("callIn"), campaignId: text, after }),
    z.object({ effect: z.literal("callInPledge"), pledgeId: text }),
    z.object({ effect: z.literal("boundConsents"), campaignId: text, after }),
    z.object({ effect: z.literal("endConsent"), pledgeId: text, until: time }),
    z.object({
      effect: z.literal("returnPledges"),
      campaignId: text,
      reason: returnReasonSchema,
      after,
    }),
    z.object({
      effect: z.literal("distributeAward"),
      campaignId: text,
      round: z.int().default(1),
      after,
    }),
    z.object({ effect: z.literal("endUnlessArrived"), campaignId: text, issueId: id }),
    z.object({ effect: z.literal("undoAward"), campaignId: text, round: z.int(), after }),
    z.object({ effect: z.literal("returnShares"), campaignId: text, payeeId: id, after }),
    z.object({ effect: z.literal("handShares"), campaignId: text, payeeId: id, after }),
    z.object({ effect: z.literal("lapseHandover"), campaignId: text, handoverId: text }),
    z.object({
      effect: z.literal("payWaiting"),
      of: z.union([
        z.object({ payeeId: id, from: z.int().exactOptional() }),
        z.object({ campaignId: text, from: z.int().exactOptional() }),
      ]),
      after,
    }),
    z.object({
      effect: z.literal("returnPledge"),
      pledgeId: text,
      reason: returnReasonSchema,
      number: z.int(),
      dueAt: z.int().exactOptional(),
    }),
    z.object({ effect: z.literal("chaseCharge"), pledgeId: text, number: z.int() }),
    z.object({ effect: z.literal("lapsePledge"), pledgeId: text, dueAt: z.int() }),
    z.object({ effect: z.literal("returnPayout"), payoutId: text }),
    z.object({ effect: z.literal("remindPayee"), payoutId: text }),
  ]),
);
