// Readers for a JSON request body that refuse what GitHub refuses, in its words.
import { invalidRequest } from "./http.ts";

export type Body = Record<string, unknown>;

function kind(value: unknown): string {
  if (value === null) return "nil";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

function wrong(name: string, value: unknown, wanted: string): Error {
  return invalidRequest(`For 'properties/${name}', ${kind(value)} is not ${wanted}.`);
}

export function optionalText(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw wrong(name, value, "a string");
  return value;
}

export function nullableText(body: Body, name: string): string | null | undefined {
  return body[name] === null ? null : optionalText(body, name);
}

export function requiredText(body: Body, name: string): string {
  const value = optionalText(body, name);
  if (value === undefined) throw invalidRequest(`"${name}" wasn't supplied.`);
  return value;
}

export function optionalFlag(body: Body, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== "boolean") throw wrong(name, value, "a boolean");
  return value;
}

export function optionalChoice<T extends string>(
  body: Body,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = optionalText(body, name);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (!found) throw invalidRequest(`${value} is not a member of ${JSON.stringify(choices)}.`);
  return found;
}

export function optionalTime(body: Body, name: string): number | undefined {
  const value = optionalText(body, name);
  if (value === undefined) return undefined;
  const timeMs = Date.parse(value);
  if (Number.isNaN(timeMs)) throw wrong(name, value, "a valid date-time");
  return timeMs;
}

/** Label names arrive as strings or as objects with a name. */
export function nameList(value: unknown, name: string): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrong(name, value, "an array");
  return value.map((one: unknown) => {
    if (typeof one === "string") return one;
    if (isBody(one) && typeof one["name"] === "string") return one["name"];
    throw wrong(name, one, "a string");
  });
}

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function optionalObject(body: Body, name: string): Body | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (!isBody(value)) throw wrong(name, value, "an object");
  return value;
}
