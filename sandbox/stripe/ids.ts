// Object ids in Stripe's shapes, drawn from the injected randomness.
import type { World } from "./state.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function randomText(world: World, length: number): string {
  let text = "";
  while (text.length < length) {
    text += alphabet[Math.floor(world.ports.random() * alphabet.length)];
  }
  return text;
}

export function newId(world: World, prefix: string): string {
  switch (prefix) {
    case "acct":
      return `acct_1${randomText(world, 15)}`;
    case "cs_test":
      return `cs_test_a1${randomText(world, 56)}`;
    case "cus":
    case "prod":
    case "req":
      return `${prefix}_${randomText(world, 14)}`;
    case "li":
    case "evt":
    case "pm":
    case "price":
    case "seti":
    case "trr":
    case "tu":
    case "po":
    case "ba":
    case "ca":
    case "du":
      return `${prefix}_1${randomText(world, 23)}`;
    default:
      return `${prefix}_3${randomText(world, 23)}`;
  }
}
