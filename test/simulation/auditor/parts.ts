// Who of an award gets how much of each charge: what was agreed on, to the cent.
import type { World } from "../world.ts";
import { agreedOn, type Weights, WHOLE } from "./agreed.ts";
import { askedFor, giversTo } from "./handovers.ts";
import { shareOf } from "./shares.ts";
import { type ChargeBook, chargeBooks, reasonOf, sum } from "./stripe-books.ts";
import { isTip } from "./tips.ts";

/** More charges than this came in too many orders to try. */
const ORDERED_MAX = 4;
/** By so many cents a part can be away from its exact share, wherever it stands among others. */
const ROUNDED_CENTS = 3;

export function partsAreAsAgreed(world: World): string[] {
  const { notes } = world;
  if (notes.moved.size + notes.deleted.length > 0) return [];
  const books = chargeBooks(world).filter(({ campaign }) => !isTip(world, campaign));
  const campaigns = new Set(
    books.filter(({ transfers }) => transfers.length > 0).map(({ campaign }) => campaign),
  );
  return [...campaigns].flatMap((campaign) =>
    wrongIn(
      world,
      books.filter((one) => one.campaign === campaign && wasDivided(one)),
    ),
  );
}

/** What went back as a whole was nobody's share. */
function wasDivided({ transfers, refunds }: ChargeBook): boolean {
  return transfers.length > 0 || refunds.every((one) => SHARES_BACK.includes(reasonOf(one)));
}

const SHARES_BACK = ["award not claimed", "declined by the payee"];

/** One charge, and what each payee was first sent of it. */
interface Sent {
  /** What was divided. */
  cents: number;
  parts: ReadonlyMap<number, number>;
  /** No bank and no hand of the operator's took anything of it. */
  isClean: boolean;
}

function wrongIn(world: World, books: readonly ChargeBook[]): string[] {
  const shares = books.flatMap((book) => book.transfers.map((one) => shareOf(world, one)));
  const [share] = shares;
  if (share === undefined || shares.some((one) => giversTo(world, one, askedFor).length > 0)) {
    return [];
  }
  const until = Math.min(...shares.map(({ before }) => before));
  const agreed = agreedOn(world, share.issue, until);
  const sent = books.map((book) => sentOf(world, book));
  if (agreed.length === 0 || agreed.some((weights) => fits(sent, weights))) return [];
  const told = sent.map(({ cents, parts }) => `${cents} as ${wordsOf([...parts])}`).join(", ");
  const words = agreed.map((one) => wordsOf(one.map(({ payeeId, points }) => [payeeId, points])));
  return [`#${share.issue} divided ${told}; agreed was ${words.join(" or ")}`];
}

function wordsOf(parts: readonly (readonly [number, number])[]): string {
  return parts.map(([payeeId, part]) => `${payeeId}: ${part}`).join(" ");
}

function sentOf(world: World, book: ChargeBook): Sent {
  const { settled, fee, transfers, disputes, handRefunds } = book;
  const parts = new Map<number, number>();
  for (const transfer of transfers) {
    const { payeeId } = shareOf(world, transfer);
    if (!parts.has(payeeId)) parts.set(payeeId, transfer.amount);
  }
  const net = Math.max(0, settled - fee);
  return {
    cents: net - Math.floor((net * world.settings.feeBasisPoints) / WHOLE),
    parts,
    isClean: disputes.length + handRefunds.length === 0,
  };
}

function fits(sent: readonly Sent[], weights: Weights): boolean {
  const known = new Set(weights.map(({ payeeId }) => payeeId));
  if (sent.some(({ parts }) => [...parts.keys()].some((payeeId) => !known.has(payeeId)))) {
    return false;
  }
  const exact = sent.length <= ORDERED_MAX && sent.every(({ isClean }) => isClean);
  return exact
    ? fitsInAnOrder(
        sent,
        weights,
        weights.map(() => 0),
      )
    : fitsNearly(sent, weights);
}

/** Each charge is rounded against all that were divided before it, in whatever order that was. */
function fitsInAnOrder(sent: readonly Sent[], weights: Weights, had: readonly number[]): boolean {
  if (sent.length === 0) return true;
  return sent.some((one) => {
    const parts = divided(one.cents, weights, had);
    const isIt = weights.every(({ payeeId }, index) => {
      const part = one.parts.get(payeeId);
      return part === undefined || part === parts[index];
    });
    const all = had.map((cents, index) => cents + (parts[index] ?? 0));
    const others = sent.filter((other) => other !== one);
    return isIt && fitsInAnOrder(others, weights, all);
  });
}

/** To each what is missing of their share of everything so far; cents left over go to whoever misses most. */
function divided(cents: number, weights: Weights, had: readonly number[]): number[] {
  const all = cents + sum(had);
  const missing = weights.map(({ points }, index) => all * points - (had[index] ?? 0) * WHOLE);
  const parts = missing.map((one) => Math.max(0, Math.floor(one / WHOLE)));
  for (let left = cents - sum(parts); left !== 0; left -= Math.sign(left)) {
    const step = Math.sign(left);
    const gaps = missing.map((one, index) => (one - (parts[index] ?? 0) * WHOLE) * step);
    const can = gaps.map((gap, index) => (step < 0 && parts[index] === 0 ? -Infinity : gap));
    const index = can.indexOf(Math.max(...can));
    parts[index] = (parts[index] ?? 0) + step;
  }
  return parts;
}

function fitsNearly(sent: readonly Sent[], weights: Weights): boolean {
  return sent
    .filter(({ isClean }) => isClean)
    .every(({ cents, parts }) =>
      weights.every(({ payeeId, points }) => {
        const part = parts.get(payeeId);
        return part === undefined || Math.abs(part - (cents * points) / WHOLE) <= ROUNDED_CENTS;
      }),
    );
}
