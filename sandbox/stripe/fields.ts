// Small parsers for request parameters. A shape names every parameter an operation takes;
// whatever it does not name is refused, as Stripe refuses it.
import { currencyCodes, isCurrency } from "./currency.ts";
import {
  emptyParameter,
  invalidInteger,
  invalidParameter,
  missingParameter,
  unknownParameter,
} from "./errors.ts";
import type { Raw, RawObject } from "./form.ts";
import type { Metadata } from "./types.ts";

export interface Field<T> {
  parse(raw: Raw | undefined, name: string): T;
}
export type Shape = Record<string, Field<unknown>>;
export type Values<S extends Shape> = {
  [K in keyof S]: S[K] extends Field<infer T> ? T : never;
};
type Maybe<T> = Field<T | undefined>;

function optional<T>(parse: (raw: Raw, name: string) => T): Maybe<T> {
  return { parse: (raw, name) => (raw === undefined ? undefined : parse(raw, name)) };
}

export function required<T>(field: Maybe<T>): Field<T> {
  return {
    parse(raw, name) {
      const value = field.parse(raw, name);
      if (value === undefined) throw missingParameter(name);
      return value;
    },
  };
}

function textOf(raw: Raw, name: string): string {
  if (typeof raw !== "string") throw invalidParameter(name, `Invalid string: ${describe(raw)}`);
  if (raw === "") throw emptyParameter(name);
  return raw;
}

function describe(raw: Raw): string {
  return typeof raw === "string" ? raw : JSON.stringify(raw);
}

export function text(maximum = 5000): Maybe<string> {
  return optional((raw, name) => {
    const value = textOf(raw, name);
    if (value.length <= maximum) return value;
    const message = `Invalid string: ${value.slice(0, 20)}...; must be at most ${maximum} characters`;
    throw invalidParameter(name, message);
  });
}

export function integer(range: { min?: number; max?: number } = {}): Maybe<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  return optional((raw, name) => {
    const value = textOf(raw, name);
    if (!/^-?\d{1,15}$/.test(value)) throw invalidInteger(name, value);
    const number = Number(value);
    if (number < min) {
      throw invalidParameter(name, `This value must be greater than or equal to ${min}.`);
    }
    if (number > max) {
      throw invalidParameter(name, `This value must be less than or equal to ${max}.`);
    }
    return number;
  });
}

export function flag(): Maybe<boolean> {
  return optional((raw, name) => {
    if (raw === "true" || raw === "false") return raw === "true";
    throw invalidParameter(name, `Invalid boolean: ${describe(raw)}`);
  });
}

export function choice<const T extends string>(...values: T[]): Maybe<T> {
  return optional((raw, name) => {
    const value = textOf(raw, name);
    const found = values.find((one) => one === value);
    if (found) return found;
    throw invalidParameter(name, `Invalid ${name}: must be one of ${values.join(", ")}`);
  });
}

export function currency(): Maybe<string> {
  return optional((raw, name) => {
    const value = textOf(raw, name).toLowerCase();
    if (isCurrency(value)) return value;
    const known = currencyCodes().join(", ");
    throw invalidParameter(name, `Invalid currency: ${value}. The sandbox knows these: ${known}`);
  });
}

/** An absolute http(s) address; Checkout's template in it is left alone. */
export function url(): Maybe<string> {
  return optional((raw, name) => {
    const value = textOf(raw, name);
    if (/^https?:\/\/[^\s]+$/.test(value) && URL.canParse(value)) return value;
    throw invalidParameter(name, "Not a valid URL");
  });
}

export function emailAddress(): Maybe<string> {
  return optional((raw, name) => {
    const value = textOf(raw, name);
    if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return value;
    throw invalidParameter(name, `Invalid email address: ${value}`);
  });
}

export function list<T>(field: Maybe<T>): Maybe<T[]> {
  return optional((raw, name) => {
    if (typeof raw === "string") throw invalidParameter(name, "Invalid array");
    return Object.entries(raw).map(([key, item]) => required(field).parse(item, `${name}[${key}]`));
  });
}

export function shape<S extends Shape>(fields: S): Maybe<Values<S>> {
  return optional((raw, name) => {
    if (typeof raw === "string") throw invalidParameter(name, "Invalid object");
    return parseShape(fields, raw, name);
  });
}

/** `null` when the request empties all metadata at once; a value of "" removes one key. */
export function metadata(): Maybe<Metadata | null> {
  return optional((raw, name) => {
    if (raw === "") return null;
    if (typeof raw === "string") throw invalidParameter(name, "Invalid object");
    const entries = Object.entries(raw).map(([key, value]) => {
      const inner = `${name}[${key}]`;
      if (typeof value !== "string") throw invalidParameter(inner, "Metadata values are strings");
      if (key.length > 40) {
        throw invalidParameter(name, "Metadata keys can be at most 40 characters long.");
      }
      if (value.length > 500) {
        throw invalidParameter(name, `Metadata values can have up to 500 characters (${inner}).`);
      }
      return [key, value] as const;
    });
    if (entries.length > 50) throw invalidParameter(name, "Metadata can have up to 50 keys.");
    return Object.fromEntries(entries);
  });
}

export interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** `created=1` or `created[gte]=1`: seconds. */
export function range(): Maybe<Range> {
  const bounds = { gt: integer(), gte: integer(), lt: integer(), lte: integer() };
  return optional((raw, name) => {
    if (typeof raw === "object") return parseShape(bounds, raw, name);
    const exact = required(integer()).parse(raw, name);
    return { gte: exact, lte: exact };
  });
}

export function within(value: number, bounds: Range | undefined): boolean {
  if (!bounds) return true;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = bounds;
  return value > gt && value >= gte && value < lt && value <= lte;
}

export function parseShape<S extends Shape>(fields: S, raw: RawObject, prefix = ""): Values<S> {
  const named = (key: string) => (prefix ? `${prefix}[${key}]` : key);
  for (const key of Object.keys(raw)) {
    if (!Object.hasOwn(fields, key)) throw unknownParameter(named(key));
  }
  const entries = Object.entries(fields).map(([key, field]) => [
    key,
    field.parse(raw[key], named(key)),
  ]);
  return Object.fromEntries(entries) as Values<S>;
}

/** The metadata after an update: given keys are set, emptied ones go, the others stay. */
export function mergeMetadata(
  before: Metadata | null,
  given: Metadata | null | undefined,
): Metadata {
  if (given === null) return {};
  const merged = { ...before, ...given };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ""));
}
