// What an API operation is: a method, a path, the shape of its parameters, and a function over the world.
import { list, parseShape, type Shape, text, type Values } from "./fields.ts";
import type { RawObject } from "./form.ts";
import type { World } from "./state.ts";

export interface Call<S extends Shape> {
  world: World;
  params: Values<S>;
  /** The id in the path, or "". */
  id: string;
  /** The connected account of the `Stripe-Account` header. */
  account: string | undefined;
}

interface Invocation {
  world: World;
  raw: RawObject;
  id: string;
  account: string | undefined;
}

export interface Route {
  method: "GET" | "POST";
  path: string;
  /** Whether it may be called with `Stripe-Account`. */
  connect: boolean;
  perform(invocation: Invocation): { answer: object; expand: string[] };
}

const expandField = list(text());

export function route<S extends Shape>(
  method: "GET" | "POST",
  path: string,
  fields: S,
  handle: (call: Call<S>) => object,
  options: { connect?: boolean } = {},
): Route {
  return {
    method,
    path,
    connect: options.connect ?? false,
    perform({ world, raw, id, account }) {
      const { expand: rawExpand, ...rest } = raw;
      const expand = expandField.parse(rawExpand, "expand") ?? [];
      const params = parseShape(fields, rest);
      return { answer: handle({ world, params, id, account }), expand };
    },
  };
}
