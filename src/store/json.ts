// JSON as the database holds it: text, with money (bigint) as decimal strings, read back only through
// a zod schema that is held to the type it stands for.
import { z } from "zod";

/** Every property spelt out, so that an optional one that a schema forgot (and would drop) is missed. */
type Spelt<T> = T extends bigint | number | string | boolean | null | undefined
  ? T
  : { [K in keyof T]-?: Spelt<T[K]> };

/** A schema for exactly `T`: a field or a variant that one of the two lacks does not compile. */
export function schemaOf<T>() {
  return <S extends z.ZodType<T>>(
    schema: S,
    ..._complete: [T] extends [z.output<S>]
      ? [Spelt<z.output<S>>] extends [Spelt<T>]
        ? []
        : [lacking: "an optional property"]
      : [lacking: Exclude<T, z.output<S>>]
  ): z.ZodType<T> => schema;
}

/** An amount in minor units. */
export const amountSchema = z
  .string()
  .regex(/^-?[0-9]+$/)
  .transform((digits) => BigInt(digits));

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? part.toString() : part,
  );
}

/** What was read last, by its schema and its text: most rows are read again as they were. */
const known = new WeakMap<z.ZodType, Map<string, unknown>>();
const KNOWN_MAX = 200;

/**
 * Frozen, for whoever reads the same text again is given the same value. Throws when the text is not what the
 * schema says: a bug, or a database that somebody edited.
 */
export function fromJson<T>(schema: z.ZodType<T>, text: string): T {
  const texts = known.get(schema) ?? new Map<string, unknown>();
  const before = texts.get(text);
  if (before !== undefined) return before as T;
  const value = frozen(schema.parse(JSON.parse(text)));
  if (texts.size >= KNOWN_MAX) texts.clear();
  known.set(schema, texts.set(text, value));
  return value;
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
