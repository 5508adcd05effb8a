// Received deliveries: stored in group commits before they are answered, then decided one by one,
// each in one transaction that also ends it.
import { answered, type Hearing, isDoneAnyway, usedUp } from "../core/attention.ts";
import type { Answer } from "../core/decision.ts";
import { topicOf } from "../core/refused.ts";
import { refuse } from "../core/steps.ts";
import {
  type Clock,
  type Delivery,
  type InboxRow,
  type Log,
  type Random,
  type Store,
  type Transaction,
  TransientFailure,
} from "../ports.ts";
import { type Ask, type Asking, ask } from "./ask.ts";
import type { Resolved, Sources } from "./facts.ts";
import { givenIn, hear, withoutAnswer } from "./hear.ts";
import { createPool, type Pool } from "./pool.ts";
import { resolve } from "./resolve.ts";
import { failureText, retryAt, TRIES_MAX } from "./retry.ts";

interface Waiting {
  deliveries: readonly Delivery[];
  stored(): void;
  failed(error: unknown): void;
}

/**
 * A group commit: whatever arrives in one turn of the event loop, and while a commit runs, is stored by
 * the next one. The promise resolves when it is durable.
 */
export function createAccept(options: {
  store: Store;
  /** Resolves when the current turn of the event loop is over. */
  turn(): Promise<void>;
  wake(): void;
}): (deliveries: readonly Delivery[]) => Promise<void> {
  const { store, turn, wake } = options;
  let waiting: Waiting[] = [];
  let committing = false;

  async function commit(): Promise<void> {
    committing = true;
    while (waiting.length > 0) {
      await turn();
      const group = waiting;
      waiting = [];
      try {
        await store.accept(group.flatMap(({ deliveries }) => deliveries));
        for (const { stored } of group) stored();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
      wake();
    }
    committing = false;
  }

  return (deliveries) =>
    new Promise((stored, failed) => {
      waiting.push({ deliveries, stored, failed });
      if (!committing) void commit();
    });
}

const LEASE_MS = 120_000;
const HANDS = 8;

export function createInbox(
  options: Sources &
    Asking & { store: Store; clock: Clock; random: Random; log: Log; wake(): void },
): Pool {
  const { store, clock, log } = options;
  return createPool<InboxRow>({
    size: HANDS,
    lease: (limit) => store.leaseDeliveries({ now: clock.now(), leaseMs: LEASE_MS, limit }),
    laneOf,
    wishOf,
    async run(rows) {
      const [row] = rows;
      try {
        // A part after one that was refused is over before it begins.
        if (row.part > 0 && !(await store.isUndecided(row.id))) return false;
        await decide(rows, await resolve(row, options), options);
        options.wake();
      } catch (error) {
        for (const one of rows) await putBack(one, error);
      }
      return false;
    },
  });

  async function putBack(row: InboxRow, error: unknown): Promise<void> {
    const fields = { deliveryId: row.deliveryId, kind: row.message.kind, tries: row.tries };
    // What is only in trouble for now is tried for as long as it takes.
    if (!(error instanceof TransientFailure) && row.tries >= TRIES_MAX) {
      log.error({ ...fields, err: error }, "a delivery is quarantined: it cannot be decided");
      await store.quarantineDelivery(row.id, failureText(error));
      return;
    }
    const dueAt = retryAt({ error, tries: row.tries, now: clock.now(), random: options.random });
    log.warn({ ...fields, err: error }, "a delivery is tried again later");
    await store.retryDelivery(row.id, { dueAt, error: failureText(error) });
  }
}

async function decide(
  rows: readonly [InboxRow, ...InboxRow[]],
  resolved: Resolved,
  options: Asking & { store: Store },
): Promise<void> {
  const { repository, installation, asks } = resolved;
  await options.store.transact(async (trx) => {
    if (repository !== undefined) await trx.saveRepository(repository);
    if (installation !== undefined) await trx.saveInstallation(installation);
    // Before anything else is locked.
    const hearing = await hear(trx, resolved, options.clock.now());
    for (const question of asks) {
      const answer = await answerTo(trx, { question, hearing }, options);
      const given = givenIn(question);
      if (given === null) continue;
      const standing = await trx.standingRefusal(topicOf(given));
      // Whoever writes `/split` and then `/release` does not mean the second without the first.
      const undoneCount = answer.ok ? 0 : await trx.endLaterParts(rows[0]);
      const outcome = answered({ ...given, standing }, { answer, hearing, undoneCount });
      await trx.apply(outcome, options.clock.now());
    }
    // One whose lease ran out while it waited may be among them twice.
    for (const id of new Set(rows.map((row) => row.id))) await trx.finishDelivery(id);
  });
}

async function answerTo(
  trx: Transaction,
  { question, hearing }: { question: Ask; hearing: Hearing | null },
  options: Asking,
): Promise<Answer> {
  if ("refused" in question) return refuse(question.refused);
  const given = givenIn(question);
  if (given === null || hearing === null || hearing.attention === "answer") {
    return ask(trx, question, options);
  }
  return isDoneAnyway(given.request)
    ? ask(trx, withoutAnswer(question), options)
    : refuse(usedUp(hearing.heard));
}

/**
 * Stripe tells of one payment three times and more within a second, and each of them makes us ask what is so now: asked once
 * after all of them arrived, it says what all of them say.
 */
function wishOf({ source, part, message }: InboxRow): string | null {
  return source === "stripe" && part === 0 ? JSON.stringify(message) : null;
}

/** What happens in one repository, or to one object of Stripe's, is decided in the order it arrived. */
function laneOf({ message }: InboxRow): string {
  switch (message.kind) {
    case "command":
    case "label":
    case "issue":
    case "issueGone":
    case "issueArrived":
    case "pull":
    case "push":
    case "repository":
      return `repository:${message.repository.id}`;
    case "installation":
      return `installation:${message.installationId}`;
    case "checkout":
      return message.sessionId;
    case "payment":
      return message.paymentIntentId;
    case "refund":
      return message.refundId;
    case "dispute":
      return message.disputeId;
    case "transfer":
      return message.transferId;
    case "movement":
      return message.transactionId;
    case "account":
    case "bankPayout":
      return message.accountId;
  }
}
