import { expect, test } from "@jest/globals";
import { chooser } from "../../test/core-choices.ts";
import { allot, basisPointsOf, feeToReturn, WHOLE_BASIS_POINTS } from "./split.ts";

function sum(parts: readonly bigint[]): bigint {
  return parts.reduce((total, part) => total + part, 0n);
}

/** Allots the amounts one after the other; calls back with the running totals after each. */
function run(
  points: readonly number[],
  amounts: readonly bigint[],
  after: (allotted: readonly bigint[], total: bigint) => void = () => {},
): bigint[] {
  let allotted = points.map(() => 0n);
  let total = 0n;
  for (const amount of amounts) {
    const parts = allot(
      amount,
      points.map((basisPoints, index) => ({ basisPoints, allotted: allotted[index] ?? 0n })),
    );
    // Compared by hand: `expect` costs more than what is tested, some ten thousand times over.
    if (sum(parts) !== amount) throw new Error(`${amount} became ${parts}`);
    if (parts.some((part) => part < 0n)) throw new Error(`a negative part: ${parts}`);
    allotted = allotted.map((before, index) => before + (parts[index] ?? 0n));
    total += amount;
    after(allotted, total);
  }
  return allotted;
}

test.each([
  [100n, [10_000], [100n]],
  [100n, [7000, 3000], [70n, 30n]],
  [1n, [5000, 5000], [1n, 0n]],
  [100n, [3334, 3333, 3333], [34n, 33n, 33n]],
  [2n, [3334, 3333, 3333], [1n, 1n, 0n]],
  [0n, [5000, 5000], [0n, 0n]],
])("%s minor units by %j are %j", (amount, points, parts) => {
  expect(run(points, [amount])).toEqual(parts);
});

test("a cent that one lost in the first pledge comes to them with the next", () => {
  expect(run([5000, 5000], [1n, 1n])).toEqual([1n, 1n]);
  expect(run([5000, 5000], [1n, 1n, 1n, 1n])).toEqual([2n, 2n]);
});

test("however the money comes in, nobody is a unit above their exact share nor two below", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const choose = chooser(seed);
    const weights = Array.from({ length: choose.between(1, 10) }, () => choose.between(1, 99));
    const points = basisPointsOf(weights);
    const amounts = Array.from({ length: choose.between(1, 40) }, () =>
      BigInt(choose.between(0, choose.chance(0.5) ? 3 : 5000)),
    );
    run(points, amounts, (allotted, total) => {
      for (const [index, part] of allotted.entries()) {
        const above = part * 10_000n - total * BigInt(points[index] ?? 0);
        if (above >= 10_000n || above <= -20_000n) throw new Error(`seed ${seed}: ${above} above`);
      }
    });
  }
});

test("in one piece or in many, the shares differ by less than three units", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const choose = chooser(seed);
    const points = basisPointsOf([choose.between(1, 99), choose.between(1, 99), 33]);
    const amounts = Array.from({ length: 20 }, () => BigInt(choose.between(0, 50)));
    const pieces = run(points, amounts);
    const whole = run(points, [sum(amounts)]);
    for (const [index, part] of pieces.entries()) {
      const difference = part - (whole[index] ?? 0n);
      if (difference >= 3n || difference <= -3n) throw new Error(`seed ${seed}: ${difference}`);
    }
  }
});

test("weights that are not a whole, or a negative amount, are bugs", () => {
  expect(() => allot(1n, [{ basisPoints: 9999, allotted: 0n }])).toThrow("weights add up to 9999");
  expect(() => allot(-1n, [{ basisPoints: 10_000, allotted: 0n }])).toThrow("negative");
});

test("weights become basis points that add up to 10,000", () => {
  expect(basisPointsOf([70, 30])).toEqual([7000, 3000]);
  expect(basisPointsOf([1, 1, 1])).toEqual([3334, 3333, 3333]);
  for (let seed = 1; seed <= 300; seed += 1) {
    const choose = chooser(seed);
    const weights = Array.from({ length: choose.between(1, 10) }, () => choose.between(1, 99_999));
    const points = basisPointsOf(weights);
    expect(points.reduce((total, point) => total + point, 0)).toBe(WHOLE_BASIS_POINTS);
    expect(points.every((point) => point >= 0)).toBe(true);
  }
});

test("the operator's fee goes back with the shares, and all of it with the last", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const choose = chooser(seed);
    const shares = Array.from({ length: choose.between(1, 6) }, () =>
      BigInt(choose.between(1, 999)),
    );
    const base = sum(shares);
    const fee = BigInt(choose.between(0, 500));
    let returned = 0n;
    let feeReturned = 0n;
    for (const share of shares) {
      returned += share;
      const part = feeToReturn({ fee, base, returned, feeReturned });
      expect(part).toBeGreaterThanOrEqual(0n);
      feeReturned += part;
    }
    expect(feeReturned).toBe(fee);
  }
  expect(feeToReturn({ fee: 0n, base: 0n, returned: 0n, feeReturned: 0n })).toBe(0n);
});
