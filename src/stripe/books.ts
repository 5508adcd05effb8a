// Stripe's own books, read back: events, balance transactions, the balance. For what the webhooks did not say, and to
// compare.
import type StripeSdk from "stripe";
import { ZodError } from "zod";
import type { Amount, Movement } from "../core/books.ts";
import type { Hint, Listed, ListPage, Log, Stripe } from "../ports.ts";
import { idOf } from "./facts.ts";
import { translated, unlessMissing } from "./failures.ts";
import { stripeEvent, translate } from "./translate.ts";

const PAGE = 100;

/**
 * All types, for Stripe filters by twenty at most. Whether Stripe believes them delivered is not asked: what we acknowledged
 * may be in a database that is no more.
 */
export async function listEvents(
  sdk: StripeSdk,
  page: ListPage,
  log: Log,
): Promise<Listed<{ id: string; hints: Hint[] }>> {
  const { data, has_more } = await translated(sdk.events.list(paged(page)));
  return {
    items: data.map((event) => ({ id: event.id, hints: hintsOf(event, log) })),
    next: has_more ? (data.at(-1)?.id ?? null) : null,
  };
}

function hintsOf(event: StripeSdk.Event, log: Log): Hint[] {
  try {
    return translate(stripeEvent.parse(event));
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    log.error({ eventId: event.id, err: error }, "an event of Stripe's is not of the known shape");
    return [];
  }
}

export async function listMovements(
  sdk: StripeSdk,
  page: ListPage,
): Promise<Listed<Movement & { at: number }>> {
  const { data, has_more } = await translated(sdk.balanceTransactions.list(paged(page)));
  return {
    items: data.map((one) => ({ ...movementOf(one), at: one.created * 1000 })),
    next: has_more ? (data.at(-1)?.id ?? null) : null,
  };
}

function paged({ since, after }: ListPage) {
  return {
    created: { gte: Math.floor(since / 1000) },
    limit: PAGE,
    ...(after === null ? {} : { starting_after: after }),
  };
}

export async function readMovement(
  sdk: StripeSdk,
  transactionId: string,
): ReturnType<Stripe["readMovement"]> {
  const expand = ["source"];
  const found = await unlessMissing(sdk.balanceTransactions.retrieve(transactionId, { expand }));
  return found === null ? null : { movement: movementOf(found), of: hintOf(found.source) };
}

function movementOf(found: StripeSdk.BalanceTransaction): Movement {
  const { id, type, currency, amount, fee } = found;
  return { id, type, currency, amount: BigInt(amount), fee: BigInt(fee) };
}

/** The object whose facts book it, if it is ours: charges are told by their intent, reversals by their transfer. */
function hintOf(source: StripeSdk.BalanceTransaction["source"]): Hint | null {
  if (source === null || typeof source === "string") return null;
  switch (source.object) {
    case "charge": {
      const paymentIntentId = idOf(source.payment_intent);
      return paymentIntentId === null ? null : { kind: "payment", paymentIntentId };
    }
    case "refund":
      return { kind: "refund", refundId: source.id };
    case "dispute":
      return { kind: "dispute", disputeId: source.id };
    case "transfer":
      return { kind: "transfer", transferId: source.id };
    case "transfer_reversal": {
      const transferId = idOf(source.transfer);
      return transferId === null ? null : { kind: "transfer", transferId };
    }
    default:
      return null;
  }
}

export async function readBalance(sdk: StripeSdk): Promise<Amount[]> {
  const { available, pending, connect_reserved } = await translated(sdk.balance.retrieve());
  const parts = [...available, ...pending, ...(connect_reserved ?? [])];
  return parts.map(({ currency, amount }) => ({ currency, amount: BigInt(amount) }));
}
