// What the outbox's payloads must look like when they are read back: every effect of core.
import { z } from "zod";
import type { Effect } from "../core/effects.ts";
import { returnReasonSchema } from "./entity-schemas.ts";
import { amountSchema as amount, schemaOf } from "./json.ts";

const id = z.int();
const text = z.string();
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
    z.object({ effect: z.literal("minimizeReply"), repositoryId: id, key: text }),
    z.object({
      effect: z.literal("explainPolicy"),
      repositoryId: id,
      sha: text,
      problems: z.array(text),
    }),
    z.object({ effect: z.literal("openCheckout"), pledgeId: text }),
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
    z.object({ effect: z.literal("openAccount"), payeeId: id }),
    z.object({
      effect: z.literal("reread"),
      object: z.enum(["checkout", "payment", "refund"]),
      id: text,
      pledgeId: text,
    }),
    z.object({
      effect: z.literal("returnPledges"),
      campaignId: text,
      reason: returnReasonSchema,
      after,
    }),
    z.object({ effect: z.literal("distributeAward"), campaignId: text, after }),
    z.object({
      effect: z.literal("payWaiting"),
      of: z.union([
        z.object({ payeeId: id, from: z.int().exactOptional() }),
        z.object({ campaignId: text }),
      ]),
      after,
    }),
    z.object({
      effect: z.literal("returnPledge"),
      pledgeId: text,
      reason: returnReasonSchema,
      number: z.int(),
    }),
    z.object({ effect: z.literal("returnPayout"), payoutId: text }),
  ]),
);
