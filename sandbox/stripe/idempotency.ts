// Idempotency keys: the first answer of a request that began is kept for 24 hours and replayed, errors included.
import { StripeError } from "./errors.ts";
import type { KeptAnswer, World } from "./state.ts";

const keptForMs = 24 * 60 * 60 * 1000;

export interface KeyedRequest {
  key: string;
  /** Method and path. */
  target: string;
}

/** Called before anything is awaited: two requests at once with one key cannot both begin. */
export function claimKey(world: World, { key, target }: KeyedRequest): KeptAnswer | undefined {
  forgetOld(world);
  if (key.length > 255) {
    throw keyError(400, "Idempotency keys must be no longer than 255 characters.");
  }
  const kept = world.state.keptAnswers.get(key);
  if (!kept) {
    world.state.keptAnswers.set(key, { at: world.ports.now(), target, request: "", answer: null });
    return undefined;
  }
  if (kept.answer) return kept;
  const message = `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`;
  throw keyError(409, message, "idempotency_key_in_use");
}

export function checkSameRequest(kept: KeptAnswer, asked: KeyedRequest, request: string): void {
  if (kept.target !== asked.target) {
    throw keyError(
      400,
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${asked.target}' vs '${kept.target}'). Try using a key other than '${asked.key}' if you meant to execute a different request.`,
    );
  }
  if (kept.request !== request) {
    throw keyError(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${asked.key}' if you meant to execute a different request.`,
    );
  }
}

export function keepAnswer(
  world: World,
  key: string,
  kept: { request: string; answer: { status: number; body: string } },
): void {
  const held = world.state.keptAnswers.get(key);
  if (held) Object.assign(held, kept);
}

export function releaseKey(world: World, key: string): void {
  if (world.state.keptAnswers.get(key)?.answer === null) world.state.keptAnswers.delete(key);
}

function forgetOld(world: World): void {
  const oldest = world.ports.now() - keptForMs;
  for (const [key, kept] of world.state.keptAnswers) {
    if (kept.at > oldest) return;
    world.state.keptAnswers.delete(key);
  }
}

function keyError(status: number, message: string, code?: string): StripeError {
  return new StripeError(
    status,
    { type: "idempotency_error", message, ...(code ? { code } : {}) },
    false,
  );
}
