// Divides money among payees so that cents neither appear nor vanish.

/** Basis points of a whole: 10,000 is everything. */
export const WHOLE_BASIS_POINTS = 10_000;

export interface Portion {
  basisPoints: number;
  /** What this payee was allotted so far, in minor units. */
  allotted: bigint;
}

/**
 * Allots `amount` more minor units by weight, judged against the running total, so that many small
 * amounts round like one large one. Portions come back in the order given and add up to `amount`;
 * none is negative. Units left over go to whoever is furthest below their exact share, ties to the
 * first: nobody is ever a whole unit above it, nor (of ten payees) two below. Weights must add up to
 * 10,000 basis points.
 */
export function allot(amount: bigint, portions: readonly Portion[]): bigint[] {
  const whole = BigInt(WHOLE_BASIS_POINTS);
  const weights = portions.reduce((sum, { basisPoints }) => sum + basisPoints, 0);
  if (weights !== WHOLE_BASIS_POINTS) throw new Error(`weights add up to ${weights}`);
  if (amount < 0n) throw new Error("a negative amount cannot be allotted");
  const total = portions.reduce((sum, { allotted }) => sum + allotted, amount);
  // Everything is scaled by 10,000 so that an exact share is an integer.
  const wanting = portions.map(
    ({ basisPoints, allotted }) => total * BigInt(basisPoints) - allotted * whole,
  );
  const parts = wanting.map((want) => (want > 0n ? want / whole : 0n));
  let left = amount - parts.reduce((sum, part) => sum + part, 0n);
  while (left !== 0n) {
    const step = left > 0n ? 1n : -1n;
    const index = furthest(wanting, parts, step);
    parts[index] = (parts[index] ?? 0n) + step;
    left -= step;
  }
  return parts;
}

function furthest(wanting: readonly bigint[], parts: readonly bigint[], step: bigint): number {
  const whole = BigInt(WHOLE_BASIS_POINTS);
  let best = -1;
  let bestGap = 0n;
  for (const [index, part] of parts.entries()) {
    if (step < 0n && part === 0n) continue;
    const gap = ((wanting[index] ?? 0n) - part * whole) * step;
    if (best === -1 || gap > bestGap) {
      best = index;
      bestGap = gap;
    }
  }
  return best;
}

/** The part of `fee` that goes back when `returned` of `base` has gone back in all, less what went before. */
export function feeToReturn(options: {
  fee: bigint;
  base: bigint;
  returned: bigint;
  feeReturned: bigint;
}): bigint {
  const { fee, base, returned, feeReturned } = options;
  return base === 0n ? 0n : (fee * returned) / base - feeReturned;
}

/** Basis points of weights such as 70 and 30, largest remainder, adding up to 10,000. */
export function basisPointsOf(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const exact = weights.map((weight) => weight * WHOLE_BASIS_POINTS);
  const points = exact.map((value) => Math.floor(value / sum));
  let left = WHOLE_BASIS_POINTS - points.reduce((total, value) => total + value, 0);
  const order = exact
    .map((value, index) => ({ index, remainder: value % sum }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of order) {
    if (left === 0) break;
    points[index] = (points[index] ?? 0) + 1;
    left -= 1;
  }
  return points;
}
