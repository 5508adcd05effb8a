// GitHub's webhooks at the door: verified, translated and stored before they are answered.
// GitHub does not send again by itself, so whatever could not be stored must look failed to it.
import { ZodError } from "zod";
import { type Clock, type Delivery, type Log, type Message, TransientFailure } from "../ports.ts";
import { readBody } from "./body.ts";
import { isKnownEvent, translate } from "./translate.ts";

export interface GithubReceiverOptions {
  /** Whether `signature` (the `X-Hub-Signature-256` header) is that of the raw body. */
  verify(body: Uint8Array, signature: string): Promise<boolean>;
  /** Resolves when the deliveries are durable. */
  accept(deliveries: readonly Delivery[]): Promise<void>;
  clock: Clock;
  log: Log;
  bodyBytesMax: number;
}

type Refused = { status: number; error: string };

/**
 * Answers 202 for what is stored or of no interest; 400, 401, 413 or 422 with `{"error": …}` for what
 * will never do; 500 or 503 when it could not be stored, so that the delivery can be redelivered.
 */
export function createGithubReceiver(
  options: GithubReceiverOptions,
): (request: Request) => Promise<Response> {
  const { verify, accept, clock, log, bodyBytesMax } = options;

  /** A check that throws, as Octokit's does for an empty body, has not verified anything. */
  const isVerified = (body: Uint8Array, signature: string) =>
    verify(body, signature).catch(() => false);

  async function receive(request: Request): Promise<Response> {
    const body = await readBody(request, bodyBytesMax);
    if (body === null) return refuse({ status: 413, error: "the body is too large" });
    const { headers } = request;
    const signature = headers.get("x-hub-signature-256");
    const deliveryId = headers.get("x-github-delivery");
    if (!signature || !(await isVerified(body, signature))) {
      const error = signature ? "the signature is wrong" : "the signature is missing";
      log.warn({ deliveryId }, `a GitHub webhook is turned away: ${error}`);
      return refuse({ status: 401, error });
    }
    const name = headers.get("x-github-event");
    const read = readMessages({ name, deliveryId, body });
    if ("error" in read) return refuse(read);
    const { messages } = read;
    if (messages.length === 0) return Response.json({ accepted: 0 }, { status: 202 });
    await accept(deliveriesOf({ ...read, at: clock.now() }));
    return Response.json({ accepted: messages.length }, { status: 202 });
  }

  return async (request) => {
    try {
      return await receive(request);
    } catch (error) {
      const deliveryId = request.headers.get("x-github-delivery");
      log.error({ deliveryId, err: error }, "a GitHub webhook could not be stored");
      const status = error instanceof TransientFailure ? 503 : 500;
      return refuse({ status, error: "the delivery could not be stored: redeliver it" });
    }
  };
}

/** One delivery's messages as the inbox stores them. */
export function deliveriesOf(options: {
  deliveryId: string;
  messages: readonly Message[];
  at: number;
}): Delivery[] {
  const { deliveryId, messages, at } = options;
  return messages.map((message, part) => ({
    source: "github",
    deliveryId,
    part,
    message,
    receivedAt: at,
  }));
}

function refuse({ status, error }: Refused): Response {
  return Response.json({ error }, { status });
}

function readMessages(options: {
  name: string | null;
  deliveryId: string | null;
  body: Uint8Array;
}): { deliveryId: string; messages: Message[] } | Refused {
  const { name, deliveryId, body } = options;
  if (name === null || name === "") {
    return { status: 400, error: "the X-GitHub-Event header is missing" };
  }
  if (deliveryId === null || deliveryId === "") {
    return { status: 400, error: "the X-GitHub-Delivery header is missing" };
  }
  if (!isKnownEvent(name)) {
    return { status: 422, error: "this App does not know the event: it is not subscribed to it" };
  }
  const payload = parseJson(body);
  if (payload === null) return { status: 400, error: "the body is not a JSON object" };
  try {
    return { deliveryId, messages: translate({ name, payload }) };
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const where = error.issues[0]?.path.join(".") ?? "";
    return { status: 422, error: `the payload of ${name} is not of the known shape: ${where}` };
  }
}

const decoder = new TextDecoder();

function parseJson(body: Uint8Array): object | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
