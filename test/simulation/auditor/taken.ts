// Money that somebody else took is not sent as well: what a bank disputes waits for its verdict, what the operator gave
// back by hand is no longer there for shares that have not left, and what they took back waits for a maintainer's word.
import type { World } from "../world.ts";
import { shareOf } from "./shares.ts";
import { type ChargeBook, chargeBooks, sum, type Transfer } from "./stripe-books.ts";
import { isTip } from "./tips.ts";
import { isRelease, placesOf } from "./words.ts";

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
  return knownBooks(world).flatMap(({ transfers, campaign, disputes }) => {
    if (isTip(world, campaign) || disputes.length > 0) return [];
    return transfers.filter(isTakenBack).flatMap((back) => {
      const takenAt = Math.min(...(back.reversals?.data ?? []).map(({ created }) => created));
      return after(transfers, takenAt)
        .filter(({ destination }) => destination === back.destination)
        .filter((one) => !wasReleased(world, one, takenAt * 1000))
        .map((one) => `${one.id} sent again what was taken back of ${back.id}, without a word`);
    });
  });
}

function knownBooks(world: World): ChargeBook[] {
  const { faults, clockErrorMsMax } = world.notes;
  return faults + clockErrorMsMax === 0 ? chargeBooks(world) : [];
}

function after(transfers: readonly Transfer[], seconds: number): Transfer[] {
  return transfers.filter(({ created }) => created * 1000 > seconds * 1000 + BEGUN_MS);
}

function isTakenBack({ amount, amount_reversed: reversed }: Transfer): boolean {
  return amount === reversed;
}

function wasReleased(world: World, transfer: Transfer, from: number): boolean {
  const { issue, before } = shareOf(world, transfer);
  const places = placesOf(world, issue);
  return world.notes.comments.some(
    ({ text, thread, mayCommand, at }) =>
      isRelease(text) && places.includes(thread) && mayCommand && at >= from && at <= before,
  );
}
