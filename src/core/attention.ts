// How much of the bot's attention one person gets who does not maintain the repository. Every answer is writes at
// GitHub, of which an installation has 500 an hour for everybody; a maintainer's command is never counted.
import type { Asked, Request } from "./commands.ts";
import { type Answer, type Decision, decision } from "./decision.ts";
import { hasRole, type Policy } from "./policy.ts";
import type { Refusal } from "./refusals.ts";
import { confused, type Given, handled, turnDown } from "./refused.ts";

/** What was heard of one person in one installation since the hour began that is counted. */
export interface Heard {
  personId: number;
  installationId: number;
  since: number;
  count: number;
}

/** So many of an hour are answered. */
export const ANSWERED_MAX = 10;
/** As many again get 😕 alone, the first of them with a word on why; then there is silence. */
const SEEN_MAX = 2 * ANSWERED_MAX;
const HOUR_MS = 3_600_000;

export type Attention = "answer" | "last word" | "reaction" | "none";

export function attentionTo(before: Heard | null, at: number): Attention {
  const count = countOf(before, at);
  if (count < ANSWERED_MAX) return "answer";
  if (count === ANSWERED_MAX) return "last word";
  return count < SEEN_MAX ? "reaction" : "none";
}

/** A clock that was put back does not make the hour longer. */
function countOf(before: Heard | null, at: number): number {
  if (before === null || at < before.since || at >= before.since + HOUR_MS) return 0;
  return before.count;
}

export function hearOneMore(
  before: Heard | null,
  { personId, installationId, at }: Omit<Heard, "since" | "count"> & { at: number },
): Heard {
  const count = countOf(before, at);
  const since = count === 0 ? at : (before?.since ?? at);
  return { personId, installationId, since, count: count + 1 };
}

export function isCounted({ role }: Pick<Asked, "role">, { who }: Policy): boolean {
  return !hasRole(role, who);
}

/**
 * Whoever links their own pull request may be paid for it: that is done whatever else they wrote. It only is not
 * answered any more.
 */
export function isDoneAnyway({ command }: Request): boolean {
  return command === "claimIssue";
}

export function usedUp(heard: Heard): Refusal {
  return { refusal: "commandsUsedUp", until: heard.since + HOUR_MS };
}

/** What a command that is counted gets, and the count with it. */
export interface Hearing {
  attention: Attention;
  heard: Heard;
}

/**
 * The whole answer to a command; `hearing` is null for a maintainer's. `undoneCount`: commands after a refused one in
 * the same comment, which are not run.
 */
export function answered(
  given: Given,
  options: { answer: Answer; hearing: Hearing | null; undoneCount: number },
): Decision {
  const { answer, hearing, undoneCount } = options;
  if (answer.ok) {
    return hearing?.attention === "answer" ? counted(handled(given), hearing) : handled(given);
  }
  if (hearing === null) return turnDown(given, answer.refusal, undoneCount);
  switch (hearing.attention) {
    case "answer":
      return counted(turnDown(given, answer.refusal, undoneCount), hearing);
    case "last word":
      return counted(turnDown(given, usedUp(hearing.heard), undoneCount), hearing);
    case "reaction":
      return counted(decision({ effects: confused(given.asked) }), hearing);
    case "none":
      return decision({});
  }
}

function counted(decided: Decision, { heard }: Hearing): Decision {
  return { ...decided, changes: [...decided.changes, { put: "heard", heard }] };
}
