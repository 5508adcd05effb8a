import { expect, test } from "@jest/globals";
import { closedFor, payingIn } from "./paying-in.ts";
import { refusalText } from "./refusals.ts";

test.each([
  [true, 0n, "open"],
  [true, 1n, "open"],
  [true, -1n, "promisesOnly"],
  [false, 0n, "closed"],
  [false, -1n, "closed"],
] as const)("an account that is ready: %s, the operator's money %s: %s", (ready, balance, open) => {
  expect(payingIn({ accountIsReady: ready, operatorBalance: balance })).toBe(open);
});

test.each([
  ["pay-now", "open", null],
  ["on-merge", "open", null],
  ["pay-now", "promisesOnly", "payNowClosed"],
  ["on-merge", "promisesOnly", null],
  ["pay-now", "closed", "payingInClosed"],
  ["on-merge", "closed", "payingInClosed"],
] as const)("%s while %s: %s", (mode, open, refusal) => {
  expect(closedFor(mode, { open, promisesOffered: true })?.refusal ?? null).toBe(refusal);
});

test("whoever cannot pay now is told of the promise, where there is one", () => {
  const told = (promisesOffered: boolean): string =>
    refusalText({ refusal: "payNowClosed", promisesOffered });
  expect(told(true)).toContain("You can pledge with a card that is saved instead");
  expect(told(false)).toContain("Please try again later");
});
