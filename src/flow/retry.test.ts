// When a failed row is tried again: further apart each time, never all at once, never before it was asked.
import { expect, test } from "@jest/globals";
import { PermanentFailure, type Random, ServerFailure, TransientFailure } from "../ports.ts";
import { failureText, isFailure, retryAt } from "./retry.ts";

const NOW = Date.UTC(2027, 0, 31);
const HOUR_MS = 3_600_000;

/** `drawn`: from 0 to below 1, as the dice fall. */
function waitMs(tries: number, drawn: number, error: unknown = new Error("no")): number {
  const random: Random = { next: () => drawn, id: () => "" };
  return retryAt({ error, tries, now: NOW, random }) - NOW;
}

test.each([
  [0, 500, 1_000],
  [1, 1_000, 2_000],
  [5, 16_000, 32_000],
  [11, 1_024_000, 2_048_000],
  [12, HOUR_MS / 2, HOUR_MS],
  [1_000, HOUR_MS / 2, HOUR_MS],
])("after %i tries it waits from %i to %i ms", (tries, least, most) => {
  expect(waitMs(tries, 0)).toBe(least);
  expect(waitMs(tries, 0.5)).toBe((least + most) / 2);
  expect(waitMs(tries, 1 - Number.EPSILON)).toBe(most);
});

test("what the other side asked for is waited for, however the dice fall, and more if it is its turn", () => {
  const asked = new TransientFailure("limited", { retryAfterMs: 60_000 });
  expect([waitMs(1, 0, asked), waitMs(1, 0.99, asked)]).toEqual([60_000, 60_000]);
  expect(waitMs(12, 0, asked)).toBe(HOUR_MS / 2);
  expect(waitMs(1, 0, new ServerFailure("no word", { retryAfterMs: null }))).toBe(1_000);
});

test("an adapter's word is told from a bug of ours, and each is named in the row", () => {
  const permanent = new PermanentFailure("no", { code: "gone" });
  expect([permanent, new ServerFailure("no"), new TypeError("no")].map(isFailure)).toEqual([
    true,
    true,
    false,
  ]);
  expect(failureText(permanent)).toBe("PermanentFailure: no");
  expect(failureText("thrown text")).toBe("thrown text");
});
