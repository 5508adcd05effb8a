// Which of Stripe's two worlds a secret key belongs to.

export type KeyMode = "test" | "live" | "unknown";

/** Secret and restricted keys (docs.stripe.com/keys). */
export function keyMode(secretKey: string): KeyMode {
  const mode = /^(?:sk|rk)_(test|live)_/.exec(secretKey)?.[1];
  return mode === "test" || mode === "live" ? mode : "unknown";
}
