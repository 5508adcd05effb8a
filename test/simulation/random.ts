// The one source of chance in a simulation: everything that is not decided by the code comes from here.

export interface Dice {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** A choice by its weight. */
  weigh<T>(choices: readonly (readonly [weight: number, choice: T])[]): T;
  between(low: number, high: number): number;
}

/** Same seed and purpose, same dice: what one purpose draws does not shift what another one draws. */
export function createDice(seed: number, purpose: string): Dice {
  const next = generator(hash(`${seed} ${purpose}`));
  const below = (limit: number): number => Math.floor(next() * limit);
  function pick<T>(choices: readonly T[]): T {
    const choice = choices[below(choices.length)];
    if (choice === undefined) throw new Error("nothing to pick from");
    return choice;
  }
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick,
    between: (low, high) => low + next() * (high - low),
    weigh(choices) {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, choice] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      const last = choices.at(-1);
      if (last === undefined) throw new Error("nothing to weigh");
      return last[1];
    },
  };
}

/** 128 random bits, as the app's own ids. */
export function idFrom(next: () => number): string {
  let bits = 0n;
  for (let part = 0; part < 4; part += 1) {
    bits = bits * 4_294_967_296n + BigInt(Math.floor(next() * 4_294_967_296));
  }
  return bits.toString(36);
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) {
    value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return value >>> 0;
}

/** Mulberry32: small, fast, and good enough to choose with. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
