// GitHub's webhook signature over the raw bytes: an HMAC-SHA256 with the App's webhook secret.
import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Checks `X-Hub-Signature-256` in constant time
 * (docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries). Throws for an empty secret.
 */
export function createSignatureCheck(
  secret: string,
): (body: Uint8Array, signature: string) => Promise<boolean> {
  if (secret.trim() === "") throw new Error("GitHub's webhook secret is missing");
  return async (body, signature) => {
    const right = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    const [expected, given] = [Buffer.from(right), Buffer.from(signature)];
    return expected.length === given.length && timingSafeEqual(expected, given);
  };
}
