// Stripe's webhooks at the door: verified, translated and stored before they are answered. Stripe sends
// again what was not answered with a 2xx, for three days.
import StripeSdk from "stripe";
import { ZodError } from "zod";
import { type Clock, type Delivery, type Log, TransientFailure } from "../ports.ts";
import { readBody } from "./body.ts";
import { type StripeEvent, stripeEvent, translate } from "./translate.ts";

export interface StripeReceiverOptions {
  /** The endpoints' signing secrets: the platform's own events and the connected accounts' have one each. */
  secret: string | readonly string[];
  /** Resolves when the deliveries are durable. */
  accept(deliveries: readonly Delivery[]): Promise<void>;
  clock: Clock;
  log: Log;
  bodyBytesMax: number;
  /** Whether our key is a live one: events of the other mode are turned away. */
  liveMode: boolean;
}

type Refused = { status: number; error: string };

/** How old a signature may be (docs.stripe.com/webhooks, replay attacks). Zero would turn the check off. */
const SIGNATURE_AGE_S_MAX = 300;

/**
 * Answers 202 for what is stored or of no interest; 400, 401, 413 or 422 with `{"error": …}` for what
 * will never do; 500 or 503 when it could not be stored, so that Stripe sends it again.
 */
export function createStripeReceiver(
  options: StripeReceiverOptions,
): (request: Request) => Promise<Response> {
  const { accept, clock, log, bodyBytesMax, liveMode } = options;
  const secrets = [options.secret].flat();
  if (secrets.length === 0 || secrets.some((secret) => secret.trim() === "")) {
    throw new Error("a webhook secret of Stripe's is missing");
  }

  async function receive(request: Request): Promise<Response> {
    const body = await readBody(request, bodyBytesMax);
    if (body === null) return refuse({ status: 413, error: "the body is too large" });
    const text = decoder.decode(body);
    const signature = request.headers.get("stripe-signature");
    const receivedAt = clock.now();
    if (!signature) {
      log.warn({}, "a Stripe webhook is not signed");
      return refuse({ status: 401, error: "the signature is missing" });
    }
    const doubt = doubtOf({ text, signature, secrets, receivedAt });
    if (doubt !== null) {
      log.warn({ why: doubt }, "a Stripe webhook is not signed by Stripe");
      return refuse({ status: 401, error: "the signature is wrong or too old" });
    }
    const read = readEvent(text, liveMode);
    if ("error" in read) return refuse(read);
    const { id, hints } = read;
    if (hints.length === 0) return Response.json({ accepted: 0 }, { status: 202 });
    await accept(
      hints.map((message, part) => ({
        source: "stripe",
        deliveryId: id,
        part,
        message,
        receivedAt,
      })),
    );
    return Response.json({ accepted: hints.length }, { status: 202 });
  }

  return async (request) => {
    try {
      return await receive(request);
    } catch (error) {
      log.error({ err: error }, "a Stripe webhook could not be stored");
      const status = error instanceof TransientFailure ? 503 : 500;
      return refuse({ status, error: "the event could not be stored: send it again" });
    }
  };
}

const decoder = new TextDecoder();

function refuse({ status, error }: Refused): Response {
  return Response.json({ error }, { status });
}

/** Why none of the secrets vouches for the text; null when one does. */
function doubtOf(options: {
  text: string;
  signature: string;
  secrets: readonly string[];
  receivedAt: number;
}): string | null {
  const { text, signature, secrets, receivedAt } = options;
  const check = StripeSdk.webhooks.signature;
  if (check === null) throw new Error("Stripe's SDK cannot verify signatures here");
  let doubt = "";
  for (const secret of secrets) {
    try {
      check.verifyHeader(text, signature, secret, SIGNATURE_AGE_S_MAX, undefined, receivedAt);
      return null;
    } catch (error) {
      if (!(error instanceof StripeSdk.errors.StripeSignatureVerificationError)) throw error;
      doubt = error.message.split("\n")[0] ?? "";
    }
  }
  return doubt;
}

function readEvent(
  text: string,
  liveMode: boolean,
): { id: string; hints: ReturnType<typeof translate> } | Refused {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { status: 400, error: "the body is not JSON" };
  }
  try {
    const event: StripeEvent = stripeEvent.parse(value);
    if (event.livemode !== liveMode) {
      const modes = liveMode
        ? "this is a test event, and Whipround runs with a live key"
        : "this is a live event, and Whipround runs with a test key";
      return { status: 400, error: modes };
    }
    return { id: event.id, hints: translate(event) };
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const where = error.issues[0]?.path.join(".") ?? "";
    return { status: 422, error: `the event is not of the known shape: ${where}` };
  }
}
