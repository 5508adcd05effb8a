// What the inbox's messages must look like when they are read back: commands as given, and hints.
import { z } from "zod";
import { COMMANDS, type CommandName, type Request, type Thread } from "../core/commands.ts";
import type { Message } from "../ports.ts";
import { personSchema, repositorySchema } from "./entity-schemas.ts";
import { schemaOf } from "./json.ts";

const id = z.int();
const text = z.string();

const threadSchema = schemaOf<Thread>()(
  z.object({
    repositoryId: id,
    issueId: id,
    number: z.int(),
    title: text,
    open: z.boolean(),
    isPull: z.boolean(),
  }),
);

const commandNameSchema = z.enum(COMMANDS.map(({ name }) => name) as [CommandName]);

const requestSchema = schemaOf<Request>()(
  z.discriminatedUnion("command", [
    z.object({
      command: z.literal("attachBounty"),
      amount: text.nullable(),
      label: text.nullable(),
    }),
    z.object({
      command: z.literal("attachGoal"),
      amount: text,
      by: text.nullable(),
      label: text.nullable(),
    }),
    z.object({ command: z.literal("extendGoal"), days: z.int() }),
    z.object({ command: z.literal("detachLabel"), label: text }),
    z.object({ command: z.literal("offerPledge"), amount: text }),
    z.object({ command: z.literal("claimIssue"), issueNumber: z.int() }),
    z.object({
      command: z.literal("splitAward"),
      parts: z.array(z.object({ login: text, weight: z.number() })),
    }),
    z.object({ command: z.literal("releaseAward") }),
    z.object({ command: z.literal("agreeHandover"), to: text, from: text }),
    z.object({ command: z.literal("rejectHandover"), to: text, from: text }),
    z.object({ command: z.literal("holdAward"), why: text }),
    z.object({ command: z.literal("rejectClaim"), why: text }),
    z.object({ command: z.literal("cancelCampaign"), why: text }),
    z.object({ command: z.literal("recordPaidOutside"), amount: text }),
    z.object({ command: z.literal("offerTip"), login: text, amount: text }),
    z.object({ command: z.literal("showHelp") }),
    z.object({ command: z.literal("misread"), name: commandNameSchema }),
  ]),
);

export const messageSchema = schemaOf<Message>()(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("command"),
      repository: repositorySchema,
      thread: threadSchema,
      by: personSchema,
      commentId: id.nullable(),
      request: requestSchema,
    }),
    z.object({
      kind: z.literal("label"),
      repository: repositorySchema,
      thread: threadSchema,
      by: personSchema,
      label: text,
      added: z.boolean(),
    }),
    z.object({
      kind: z.literal("issue"),
      repository: repositorySchema,
      thread: threadSchema,
      closed: z.boolean(),
    }),
    z.object({
      kind: z.literal("issueGone"),
      repository: repositorySchema,
      thread: threadSchema,
      transferred: z.boolean(),
    }),
    z.object({
      kind: z.literal("issueArrived"),
      repository: repositorySchema,
      thread: threadSchema,
      from: z.object({ repositoryId: id, issueId: id, number: z.int() }),
    }),
    z.object({
      kind: z.literal("pull"),
      repository: repositorySchema,
      pullNumber: z.int(),
      merged: z.boolean(),
    }),
    z.object({ kind: z.literal("push"), repository: repositorySchema, sha: text }),
    z.object({ kind: z.literal("repository"), repository: repositorySchema }),
    z.object({
      kind: z.literal("installation"),
      installationId: id,
      repositoryIds: z.array(id).nullable(),
      installed: z.boolean(),
    }),
    z.object({ kind: z.literal("checkout"), sessionId: text }),
    z.object({ kind: z.literal("payment"), paymentIntentId: text }),
    z.object({ kind: z.literal("refund"), refundId: text }),
    z.object({ kind: z.literal("transfer"), transferId: text }),
    z.object({ kind: z.literal("movement"), transactionId: text }),
    z.object({ kind: z.literal("dispute"), disputeId: text }),
    z.object({ kind: z.literal("account"), accountId: text }),
    z.object({ kind: z.literal("bankPayout"), accountId: text, bankPayoutId: text }),
  ]),
);
