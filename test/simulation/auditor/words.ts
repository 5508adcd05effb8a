// What people's words ask for, as the auditor reads them, and when the bot said that they were obeyed.
import type { Comment } from "../notes.ts";
import type { World } from "../world.ts";

/** `/release @a for @b` and `/reject @a for @b`: words about who is paid in whose place, and about nothing else. */
export interface HandoverWord {
  verb: "release" | "reject";
  to: string;
  from: string;
}

export function handoverWord(text: string): HandoverWord | null {
  const [, verb, to, from] =
    /^\/(release|reject) @([a-z0-9-]+) for @([a-z0-9-]+)/i.exec(text) ?? [];
  return to === undefined || from === undefined ? null : { verb: verb as "release", to, from };
}

/** Pays for what was merged, or ends a hold. */
export function isRelease(text: string): boolean {
  return text.startsWith("/release") && handoverWord(text) === null;
}

/** Takes an award back, or declines a claim. */
export function isReject(text: string): boolean {
  return text.startsWith("/reject") && handoverWord(text) === null;
}

/** When GitHub showed the bot's rocket on it; null: it was not obeyed. */
export function obeyedAt({ notes }: World, { id }: Pick<Comment, "id">): number | null {
  const seen = notes.reactions.find(
    ({ commentId, content }) => commentId === id && content === "rocket",
  );
  return seen?.at ?? null;
}

/** The numbers of the issue and the pull requests on which something can be said of the issue's bounty. */
export function placesOf({ notes }: World, issue: number): number[] {
  return [
    issue,
    ...notes.pulls.filter((one) => one?.issue === issue).map(({ number }) => number),
    ...notes.comments.filter(({ text }) => text === `/claim #${issue}`).map(({ thread }) => thread),
  ];
}

/** Whom a login means between two moments, by GitHub's ids: names are given up and taken over. */
export function bearersOf(
  world: World,
  login: string,
  { from, until }: { from: number; until: number },
): number[] {
  const moments = [
    from,
    until,
    ...world.notes.renames.map(({ at }) => at).filter((at) => at > from && at < until),
  ];
  return [...new Set(moments.flatMap((at) => bearerAt(world, login, at)))];
}

function bearerAt({ notes, town }: World, login: string, at: number): number[] {
  const given = notes.renames.filter((one) => one.from === login || one.to === login);
  const before = given.findLast((one) => one.at <= at);
  if (before !== undefined) return [before.from === login ? before.heirId : before.id];
  const [after] = given;
  if (after !== undefined) return after.from === login ? [after.id] : [];
  try {
    return [town.github.user(login).id];
  } catch {
    return [];
  }
}
