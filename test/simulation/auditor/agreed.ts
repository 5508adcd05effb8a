// Among whom an award is divided, and how: the weights of the last \`/split\` that was obeyed, else the author with those
// whom their commits name, and the reviewers' part under the policy in force. All that it can have been, where people's
// words and deeds came too close together to tell.
import type { Comment, Merge, Notes } from "../notes.ts";
import { isMaintainer } from "../town.ts";
import type { World } from "../world.ts";
import { bearersOf, obeyedAt, placesOf } from "./words.ts";

export const WHOLE = 10_000;

/** Payees in the order in which they were named; together a whole. */
export type Weights = readonly { payeeId: number; points: number }[];

/** What is done closer together than this may have been seen in another order. */
const CLOSE_MS = 10 * 60_000;

/** Empty: it cannot be known. */
export function agreedOn(world: World, issue: number, until: number): Weights[] {
  const splits = splitsOn(world, issue, until);
  if (splits === null) return [];
  if (splits.length > 0) return splits;
  const places = placesOf(world, issue);
  return world.notes.merges
    .filter(({ pull, at }) => places.includes(pull) && at <= until)
    .flatMap((merge) => ofMerge(world, merge, until));
}

// ---- By a word ----

/** Those that may have been the last; null where one, or a name in it, may mean several issues or people. */
function splitsOn(world: World, issue: number, until: number): Weights[] | null {
  const obeyed = world.notes.comments
    .filter(({ text, at }) => text.startsWith("/split ") && at <= until)
    .filter(({ thread }) => issuesOf(world, thread).includes(issue))
    .flatMap((comment) => {
      const at = obeyedAt(world, comment);
      return at === null ? [] : [{ comment, at }];
    });
  if (obeyed.some(({ comment }) => issuesOf(world, comment.thread).length > 1)) return null;
  const last = obeyed.filter(({ at }) => !obeyed.some(({ comment }) => comment.at > at));
  const weights = last.map(({ comment, at }) => weightsIn(world, comment, at));
  const known = weights.filter((one) => one !== null);
  return known.length === weights.length ? known : null;
}

/** What is said on a pull request is about the issue that it is for, and about those that its author claimed by it. */
function issuesOf(world: World, thread: number): number[] {
  const { pulls, comments } = world.notes;
  const own = pulls.find((one) => one?.number === thread)?.issue ?? thread;
  const claimed = comments.flatMap((comment) => {
    const digits = comment.thread === thread ? /^\/claim #(\d+)$/.exec(comment.text)?.[1] : null;
    return digits == null || obeyedAt(world, comment) === null ? [] : [Number(digits)];
  });
  return [...new Set([own, ...claimed])];
}

function weightsIn(world: World, { text, at: from }: Comment, until: number): Weights | null {
  const named = [...text.matchAll(/@([\w-]+) (\d+)/g)].map(([, login = "", weight]) => ({
    payeeIds: bearersOf(world, login, { from, until }),
    weight: Number(weight),
  }));
  const payeeIds = named.map((one) => (one.payeeIds.length === 1 ? one.payeeIds[0] : undefined));
  if (payeeIds.includes(undefined) || new Set(payeeIds).size < named.length) return null;
  const all = named.reduce((sum, { weight }) => sum + weight, 0);
  const points = named.map(({ weight }) => Math.floor((weight * WHOLE) / all));
  // What is left over goes to the largest remainders, one each; of equal ones to the first.
  const order = named
    .map(({ weight }, index) => ({ index, rest: (weight * WHOLE) % all }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  const left = WHOLE - points.reduce((sum, one) => sum + one, 0);
  for (const { index } of order.slice(0, left)) points[index] = (points[index] ?? 0) + 1;
  return points.map((one, index) => ({ payeeId: payeeIds[index] ?? 0, points: one }));
}

// ---- By what was merged ----

function ofMerge(world: World, merge: Merge, until: number): Weights[] {
  const author = authorOf(world, merge);
  const coAuthors = merge.coAuthors.map((login) => onlyBearer(world, login));
  if (author === null || coAuthors.includes(null)) return [];
  const others = [...new Set(coAuthors.map(Number))].filter((id) => id !== author);
  return policiesAt(world.notes, merge.at, until).flatMap((policy) => {
    const workers = policy.coAuthors ? [author, ...others] : [author];
    if (policy.reviewPoints === 0) return [alike(workers, WHOLE)];
    return reviewersOf(world, { merge, policy, workers }).map((reviewers) => {
      const forReview = reviewers.length === 0 ? 0 : policy.reviewPoints;
      return [...alike(workers, WHOLE - forReview), ...alike(reviewers, forReview)];
    });
  });
}

/** Equal parts; what cannot be divided is a point more for the first. */
function alike(payeeIds: readonly number[], points: number): Weights {
  const each = Math.floor(points / Math.max(1, payeeIds.length));
  const left = points - each * payeeIds.length;
  return payeeIds.map((payeeId, index) => ({ payeeId, points: index < left ? each + 1 : each }));
}

/** null: a bot, or the repository is gone. */
function authorOf({ notes, town: { github } }: World, { pull }: Merge): number | null {
  try {
    const { user } = github.pull(notes.repository, pull);
    return user === null || user.type === "Bot" ? null : user.id;
  } catch {
    return null;
  }
}

function onlyBearer({ notes, town: { github } }: World, login: string): number | null {
  const moved = notes.renames.some(({ from, to }) => from === login || to === login);
  return moved ? null : github.user(login).id;
}

/** Each set of people that it may have been: a review right before the merge may not have been shown before it. */
function reviewersOf(
  { notes, town: { github } }: World,
  { merge, policy, workers }: { merge: Merge; policy: Policy; workers: readonly number[] },
): number[][] {
  const given = notes.reviews.filter(
    ({ pull, verdict, by, at }) =>
      pull === merge.pull &&
      verdict !== "COMMENT" &&
      isMaintainer(by) &&
      !(policy.who === "maintain" && by === "reviewer") &&
      Math.floor(at / 1000) <= Math.floor(merge.at / 1000),
  );
  const last = given.filter(
    ({ by }, index) => !given.slice(index + 1).some((one) => one.by === by),
  );
  let sets: number[][] = [[]];
  for (const { by, at } of last) {
    const { id } = github.user(by);
    if (workers.includes(id)) continue;
    const first = given.find((one) => one.by === by)?.at ?? at;
    const isSure = notes.faults === 0 && first < merge.at - CLOSE_MS;
    sets = [...(isSure ? [] : sets), ...sets.map((ids) => [...ids, id])];
  }
  return sets;
}

interface Policy {
  coAuthors: boolean;
  reviewPoints: number;
  who: string;
}

/** Those that may have been in force between the merge and what was sent. */
function policiesAt({ policies, faults }: Notes, mergedAt: number, until: number): Policy[] {
  const surely = faults === 0 ? mergedAt - CLOSE_MS : 0;
  const last = policies.findLastIndex(({ at }) => at < surely);
  const known = policies.slice(Math.max(0, last)).filter(({ at }) => at <= until);
  // What cannot be read leaves in force what was before it.
  const isOpen = last === -1 || known.some(({ text }) => text.includes("["));
  return [...(isOpen ? [""] : []), ...known.map(({ text }) => text)].map((text) => ({
    coAuthors: !text.includes("co_authors: false"),
    reviewPoints: 100 * Number(/review_share: (\d+)/.exec(text)?.[1] ?? 0),
    who: /who: (\w+)/.exec(text)?.[1] ?? "write",
  }));
}
