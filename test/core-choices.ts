// Choices from a seed, for property tests: the same seed, the same story. No clock, no Math.random.

export interface Choices {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  /** One of several; throws when there are none. */
  of<T>(several: readonly T[]): T;
}

/** mulberry32: small, and good enough to scatter examples. */
export function chooser(seed: number): Choices {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const between = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1));
  return {
    between,
    chance: (probability) => next() < probability,
    of<T>(several: readonly T[]): T {
      const chosen = several[between(0, several.length - 1)];
      if (chosen === undefined) throw new Error("nothing to choose from");
      return chosen;
    },
  };
}
