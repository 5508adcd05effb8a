// Money that somebody else took is not sent as well: what a bank disputes waits for its verdict, what the operator gave
// back by hand is no longer there for shares that have not left, and what they took back waits for a maintainer's word.
import type { World } from "../world.ts";
import { shareOf } from "./shares.ts";
import { type ChargeBook, chargeBooks, sum, type Transfer } from "./stripe-books.ts";
import { isTip } from "./tips.ts";
import { isRelease, obeyedAt, placesOf } from "./words.ts";

/** What was begun before leaves within moments; and what the app was not told of it cannot know. */
const BEGUN_MS = 120_000;

export function whatBanksTakeWaits(world: World): string[] {
  return knownBooks(world).flatMap(({ charge, disputes, transfers }) =>
    disputes
      .filter(({ status }) => ["needs_response", "under_review", "lost"].includes(status))
      .flatMap(({ id, created }) =>
        after(transfers, created).map(
          (one) => `${one.id} left ${charge.id} though a bank had taken it (${id})`,
        ),
      ),
  );
}

/** While a bank asks about a charge or has it, nothing more of it is paid out, nor sent back by the app. */
export function whatBanksAskAboutWaits(world: World): string[] {
  const { disputesRead, setbacks, clockErrorMsMax } = world.notes;
  if (setbacks.length + clockErrorMsMax > 0) return [];
  const closed = closings(world);
  return chargeBooks(world).flatMap(({ charge, disputes, transfers, refunds }) =>
    disputes.flatMap(({ id }) => {
      const since = disputesRead.get(id) ?? Number.POSITIVE_INFINITY;
      const until = closed.get(id) ?? Number.POSITIVE_INFINITY;
      return after([...transfers, ...refunds], since / 1000)
        .filter((one) => one.created < until)
        .map((one) => `${one.id} left ${charge.id} while a bank asked about it (${id})`);
    }),
  );
}

/** When each dispute that is decided was decided first, in seconds. */
function closings({ town: { stripe } }: World): Map<string, number> {
  const closed = new Map<string, number>();
  if (stripe.disputes().length === 0) return closed;
  for (const { type, created, data } of stripe.events()) {
    if (type !== "charge.dispute.closed") continue;
    const { id } = data.object as { id: string };
    if (!closed.has(id)) closed.set(id, created);
  }
  return closed;
}

/** Of what the operator gave back by hand before it, nothing is in a transfer. */
export function whatWentBackIsNotSent(world: World): string[] {
  return knownBooks(world).flatMap(({ charge, settled, fee, handRefunds, transfers }) =>
    handRefunds
      .filter(({ status }) => status === "succeeded")
      .flatMap(({ id, amount, created }) => {
        const later = after(transfers, created);
        const out = sum([...transfers].map((one) => one.amount - one.amount_reversed));
        const wasThere = later.length > 0 && later.length === transfers.length;
        return wasThere && out > Math.max(0, settled - fee - amount)
          ? [`${charge.id} sent ${out}, of which ${amount} had gone back (${id})`]
          : [];
      }),
  );
}

/** A transfer that the operator took back in full is made again only when a maintainer says so. */
export function whatWasTakenBackWaits(world: World): string[] {
  // Whoever is paid in another's place may have a share of their own beside it.
  const begunMs = world.notes.requests.length > 0 ? BEGUN_MS : 0;
  return chargeBooks(world).flatMap(({ transfers, campaign, disputes }) => {
    if (isTip(world, campaign) || disputes.length > 0) return [];
    return transfers.filter(isTakenBack).flatMap((back) => {
      const takenAt = Math.min(...(back.reversals?.data ?? []).map(({ created }) => created));
      return transfers
        .slice(transfers.indexOf(back) + 1)
        .filter(({ created }) => created * 1000 >= takenAt * 1000 + begunMs)
        .filter(({ destination }) => destination === back.destination)
        .filter((one) => !wasReleased(world, one, takenAt * 1000))
        .map((one) => `${one.id} sent again what was taken back of ${back.id}, without a word`);
    });
  });
}

/** The app takes back what it sent only for a chargeback that is lost, where the operator has payees bear it. */
export function onlyForBanksIsTakenBack(world: World): string[] {
  const { chargebacksBorneBy } = world.settings;
  return chargeBooks(world).flatMap(({ transfers, disputes }) => {
    const reversals = transfers.flatMap((one) => one.reversals?.data ?? []);
    const ours = reversals.filter(({ metadata }) => metadata?.["whipround_effect"] !== undefined);
    const isBorne = chargebacksBorneBy === "payee" && disputes.length > 0;
    const most = isBorne ? sum(disputes.map(({ amount }) => amount)) : 0;
    return sum(ours.map(({ amount }) => amount)) > most
      ? ours.map(({ id, transfer }) => `${id} was taken back of ${transfer} for no bank`)
      : [];
  });
}

function knownBooks(world: World): ChargeBook[] {
  const { faults, clockErrorMsMax } = world.notes;
  return faults + clockErrorMsMax === 0 ? chargeBooks(world) : [];
}

function after<Sent extends { created: number }>(sent: readonly Sent[], seconds: number): Sent[] {
  return sent.filter(({ created }) => created * 1000 > seconds * 1000 + BEGUN_MS);
}

function isTakenBack({ amount, amount_reversed: reversed }: Transfer): boolean {
  return amount === reversed;
}

function wasReleased(world: World, transfer: Transfer, from: number): boolean {
  const { issue, before } = shareOf(world, transfer);
  const places = placesOf(world, issue);
  return world.notes.comments.some((comment) => {
    const { text, thread, mayCommand, at } = comment;
    if (!isRelease(text) || !places.includes(thread) || !mayCommand || at > before) return false;
    // What was said before may have been heard after it.
    return at >= from || (obeyedAt(world, comment) ?? 0) >= from;
  });
}
