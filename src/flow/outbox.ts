// Effects: leased, performed, and ended in the transaction that decides their outcome; otherwise put
// back for later, or parked when the other side refused for good.
import type { Event } from "../core/events.ts";
import {
  AccountFailure,
  type EffectRow,
  type Log,
  PermanentFailure,
  ServerFailure,
  type Store,
} from "../ports.ts";
import { type Asking, about, ask } from "./ask.ts";
import type { Outcome, Performing } from "./outcome.ts";
import { perform } from "./perform.ts";
import { createPool, type Pool } from "./pool.ts";
import { failureText, isFailure, retryAt, TRIES_MAX } from "./retry.ts";

const LEASE_MS = 120_000;
const HANDS = 8;
/** Stripe may have acted on a 5xx: a new idempotency key is used only when it was absent for this long. */
const ATTEMPT_MS_MIN = 3_600_000;

export type OutboxOptions = Performing & Asking & { store: Store; log: Log; wake(): void };

export interface Outbox extends Pool {
  /** Performs one effect now if it is due and free; throws what it throws. False when it was not to be had. */
  performNow(key: string): Promise<boolean>;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock } = options;
  const pool = createPool<EffectRow>({
    size: HANDS,
    lease: (limit) => store.leaseEffects({ now: clock.now(), leaseMs: LEASE_MS, limit }),
    laneOf: ({ key }) => key,
    async run([row]) {
      try {
        return await runEffect(row, options);
      } catch (error) {
        return await putBack(row, error, options);
      }
    },
  });
  return {
    ...pool,
    async performNow(key) {
      const row = await store.leaseEffect({ key, now: clock.now(), leaseMs: LEASE_MS });
      if (row === null) return false;
      try {
        await runEffect(row, options);
      } catch (error) {
        if (await putBack(row, error, options)) options.wake();
        throw error;
      }
      return true;
    },
  };
}

/** Whether other effects may be due by its outcome. */
async function runEffect(row: EffectRow, options: OutboxOptions): Promise<boolean> {
  return await settle(row, await perform(row, options), options);
}

async function settle(row: EffectRow, outcome: Outcome, options: OutboxOptions): Promise<boolean> {
  const { store, clock } = options;
  if (isOver(outcome)) {
    await store.finishEffect(row, { at: clock.now() });
    return false;
  }
  return await store.transact(async (trx) => {
    const at = clock.now();
    let plansMore = outcome.effects !== undefined || outcome.again !== undefined;
    for (const event of outcome.events ?? []) {
      const answer = await ask(trx, about(event), options);
      plansMore ||= answer.ok && answer.decision.effects.length > 0;
    }
    if (outcome.effects !== undefined) {
      await trx.apply({ changes: [], postings: [], effects: outcome.effects }, at);
    }
    if (outcome.reply !== undefined) await trx.saveReply(outcome.reply);
    await trx.finishEffect(
      row,
      outcome.again === undefined ? { at } : { at, again: outcome.again },
    );
    return plansMore;
  });
}

/** Nothing came of it that is to be decided or written. */
function isOver({ events = [], effects = [], reply, again }: Outcome): boolean {
  return events.length === 0 && effects.length === 0 && reply === undefined && again === undefined;
}

async function putBack(row: EffectRow, error: unknown, options: OutboxOptions): Promise<boolean> {
  const { store, clock, log, random } = options;
  const fields = { effect: row.key, tries: row.tries, err: error };
  if (error instanceof PermanentFailure) {
    const refused = refusedBy(row, error);
    if (refused !== null) {
      log.warn(fields, "an effect was refused");
      return await settle(row, { events: [refused] }, options);
    }
  }
  if (error instanceof PermanentFailure || (!isFailure(error) && row.tries >= TRIES_MAX)) {
    log.error(fields, "an effect is parked: it needs the operator");
    await store.parkEffect(row.key, failureText(error));
    return false;
  }
  const now = clock.now();
  log.warn(fields, "an effect is tried again later");
  await store.retryEffect(row.key, {
    dueAt: retryAt({ error, tries: row.tries, now, random }),
    error: failureText(error),
    ...nextAttempt(row, error, now),
  });
  return false;
}

function nextAttempt(
  { attempt, attemptFailedAt }: EffectRow,
  error: unknown,
  now: number,
): { attempt: number; attemptFailedAt: number | null } {
  if (!(error instanceof ServerFailure)) return { attempt, attemptFailedAt };
  if (attemptFailedAt === null) return { attempt, attemptFailedAt: now };
  // Every try looks the object up before it acts: absent now, and absent an hour ago.
  return now - attemptFailedAt < ATTEMPT_MS_MIN
    ? { attempt, attemptFailedAt }
    : { attempt: attempt + 1, attemptFailedAt: null };
}

/** Effects whose refusal is a fact for the core; the others need the operator. */
function refusedBy({ effect, key }: EffectRow, error: PermanentFailure): Event | null {
  const why = `${error.code}: ${error.message}`;
  switch (effect.effect) {
    case "openCheckout":
      return { event: "checkoutRefused", pledgeId: effect.pledgeId, why };
    case "openCharge":
      return { event: "chargeRefused", pledgeId: effect.pledgeId, why };
    // Not the bank's word: Stripe cannot use the card that is saved.
    case "confirmCharge": {
      const { pledgeId, number } = effect;
      return { event: "chargeDeclined", pledgeId, number, problem: "card declined", why };
    }
    case "refund":
      return { event: "refundRefused", pledgeId: effect.pledgeId, effectKey: key, why };
    case "transfer":
      return {
        event: "transferRefused",
        payoutId: effect.payoutId,
        because: error instanceof AccountFailure ? "account" : "transfer",
        why,
      };
    default:
      return null;
  }
}
