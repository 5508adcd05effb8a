// Values from the database's text: each text is read through its schema once, and nobody can change what
// the next reader is given.
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { amountSchema, fromJson, toJson } from "./json.ts";

const wide = z.object({ amount: amountSchema, people: z.array(z.object({ login: z.string() })) });
const narrow = z.object({ amount: amountSchema });

test("amounts come back as they were written", () => {
  const value = { amount: -12_345_678_901_234_567_890n, people: [{ login: "octo-alice" }] };
  expect(fromJson(wide, toJson(value))).toEqual(value);
});

test("the same text is read once for each schema", () => {
  const text = toJson({ amount: 5n, people: [] });
  expect(fromJson(wide, text)).toBe(fromJson(wide, text));
  expect(fromJson(narrow, text)).toEqual({ amount: 5n });
  expect(fromJson(wide, text)).toEqual({ amount: 5n, people: [] });
});

test("what was read cannot be changed, at any depth", () => {
  const value = fromJson(wide, toJson({ amount: 5n, people: [{ login: "octo-alice" }] }));
  expect(() => value.people.push({ login: "octo-bob" })).toThrow(TypeError);
  expect(() => Object.assign(value.people[0] ?? {}, { login: "octo-bob" })).toThrow(TypeError);
});

test("a text that is not what the schema says is refused every time", () => {
  for (let time = 0; time < 2; time += 1) {
    expect(() => fromJson(wide, '{"amount":"5.5","people":[]}')).toThrow("amount");
  }
});

test("more texts than are kept are read as well", () => {
  for (let index = 0n; index < 1_000n; index += 1n) {
    expect(fromJson(narrow, toJson({ amount: index % 300n }))).toEqual({ amount: index % 300n });
  }
});
