// What hangs fails, and nothing is told without an end.
import { beforeAll, describe, expect, test } from "@jest/globals";
import { getState } from "jest-circus";
import { within } from "./limit.ts";

beforeAll(() => {});

test("what hangs fails when its time is over", async () => {
  const hanging = within(5, () => new Promise(() => {}));
  await expect(hanging()).rejects.toThrow("not done after 0.005 s");
});

test("what ends in time ends as it would have", async () => {
  await within(60_000, async () => {})();
  const failing = within(60_000, () => {
    throw new Error("of its own");
  });
  await expect(failing()).rejects.toThrow("of its own");
});

describe.each(["a table's"])("%s", () => {
  test.each(["row"])("%s", () => {});
});

test("every test and every hook has a limit", () => {
  const { rootDescribeBlock: block } = getState();
  const all = [block, ...block.children.filter((child) => child.type === "describeBlock")];
  const names = all.flatMap(({ hooks, tests }) => [...hooks, ...tests].map(({ fn }) => fn?.name));
  expect(names).toEqual(Array.from({ length: 5 }, () => "limited"));
});
