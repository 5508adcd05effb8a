// The reply to a refused command, from when it is written until it is handled: then it is minimised.
// Handled means that the same person's same command is done in that thread, or that the label is; when it
// is refused once more, the newer reply says all that the older one did. So at most one stands.
import type { Asked, Request } from "./commands.ts";
import { type Decision, decision } from "./decision.ts";
import { now, type PlannedEffect } from "./effects.ts";
import type { Refusal } from "./refusals.ts";
import { refusalReply } from "./replies.ts";

/** A command as it was given, and the key of the reply to an earlier one of its topic that still stands. */
export interface Given {
  asked: Asked;
  request: Request;
  standing: string | null;
}

/** What a refusal is about: a person's command in a thread. A label is whoever's: it is there, or it is not. */
export function topicOf({ asked, request }: Pick<Given, "asked" | "request">): string {
  const { thread, by } = asked;
  const label = "label" in request ? request.label : null;
  const what = label === null ? `${by.id}:${nameOf(request)}` : `label:${label.toLowerCase()}`;
  return `${thread.repositoryId}:${thread.number}:${what}`;
}

/** The command's name as it is typed, also where the rest could not be read. */
function nameOf(request: Request): string {
  switch (request.command) {
    case "misread":
      return request.name;
    case "attachBounty":
      return "bounty";
    case "attachGoal":
      return "goal";
    case "detachLabel":
      return "label";
    case "offerPledge":
      return "pledge";
    case "claimIssue":
      return "claim";
    case "splitAward":
      return "split";
    case "releaseAward":
    case "agreeHandover":
      return "release";
    case "holdAward":
      return "hold";
    case "extendGoal":
      return "extend";
    case "rejectClaim":
    case "rejectHandover":
      return "reject";
    case "cancelCampaign":
      return "cancel";
    case "recordPaidOutside":
      return "paid";
    case "offerTip":
      return "tip";
    case "showHelp":
      return "help";
  }
}

/**
 * 😕 on the comment and one reply that says why: the whole answer to a refused command. `undoneCount`:
 * commands after it in the same comment, which are not run.
 */
export function turnDown(given: Given, refusal: Refusal, undoneCount: number): Decision {
  const { thread, key } = given.asked;
  const { repositoryId, number } = thread;
  const body = refusalReply(refusal, undoneCount);
  return decision({
    changes: [{ put: "standingRefusal", topic: topicOf(given), replyKey: key }],
    effects: [
      ...confused(given.asked),
      now({ effect: "reply", repositoryId, issueNumber: number, key, body }),
      ...minimize(given),
    ],
  });
}

/** 😕 on the comment; a label gets none. */
export function confused({ commentId, thread: { repositoryId } }: Asked): PlannedEffect[] {
  if (commentId === null) return [];
  return [now({ effect: "react", repositoryId, commentId, reaction: "confused" })];
}

/** What the command, now that it was done, makes of the refusal that stood. */
export function handled(given: Given): Decision {
  if (given.standing === null) return decision({});
  return decision({
    changes: [{ put: "standingRefusal", topic: topicOf(given), replyKey: null }],
    effects: minimize(given),
  });
}

function minimize({ asked, standing }: Given): PlannedEffect[] {
  const { repositoryId } = asked.thread;
  return standing === null ? [] : [now({ effect: "minimizeReply", repositoryId, key: standing })];
}
