// Signs what we hand to a browser and want back unchanged. Each purpose has a key of its own, so that a
// token made for one can never be used for another; every token expires by the clock given.
import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Clock } from "../ports.ts";

export type Purpose = "session" | "sign-in" | "backer";

export interface Signer {
  seal(purpose: Purpose, payload: object, lifetimeMs: number): string;
  /** The payload, or null when the token was altered, made for something else, or has expired. */
  unseal(purpose: Purpose, token: string): unknown;
}

/** Longer tokens are not ours; nothing is computed over them. */
const TOKEN_LENGTH_MAX = 2_000;

export function createSigner({ secret, clock }: { secret: string; clock: Clock }): Signer {
  if (secret === "") throw new Error("the session secret is empty");
  const keys: Record<Purpose, Buffer> = {
    session: keyFor("session", secret),
    "sign-in": keyFor("sign-in", secret),
    backer: keyFor("backer", secret),
  };
  return {
    seal(purpose, payload, lifetimeMs) {
      const envelope = { payload, expiresAt: clock.now() + lifetimeMs };
      const body = Buffer.from(JSON.stringify(envelope)).toString("base64url");
      return `${body}.${macOf(body, keys[purpose]).toString("base64url")}`;
    },
    unseal(purpose, token) {
      if (token.length > TOKEN_LENGTH_MAX) return null;
      const [body = "", mac = "", ...more] = token.split(".");
      if (more.length > 0) return null;
      if (!equal(Buffer.from(mac, "base64url"), macOf(body, keys[purpose]))) return null;
      const envelope: unknown = JSON.parse(Buffer.from(body, "base64url").toString());
      return isEnvelope(envelope) && clock.now() < envelope.expiresAt ? envelope.payload : null;
    },
  };
}

function keyFor(purpose: Purpose, secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `whipround web ${purpose}`, 32));
}

function macOf(body: string, key: Buffer): Buffer {
  return createHmac("sha256", key).update(body).digest();
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function isEnvelope(value: unknown): value is { payload: unknown; expiresAt: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "payload" in value &&
    "expiresAt" in value &&
    typeof value.expiresAt === "number"
  );
}

/** Compares two texts in a time that tells nothing about where they differ. */
export function sameText(a: string, b: string): boolean {
  return equal(sha256(a), sha256(b));
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export function sha256Hex(text: string): string {
  return sha256(text).toString("hex");
}
