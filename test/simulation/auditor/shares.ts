// Whose a share is: who was named by the notice that stood before a merge, or by what a maintainer released. The
// auditor asks GitHub what was merged, by whom, and what stood on the pull request at that time.
import type { Merge } from "../notes.ts";
import type { World } from "../world.ts";
import type { Transfer } from "./stripe-books.ts";
import { isRelease, placesOf } from "./words.ts";

/** What a transfer is for, and whom it pays. */
export interface Share {
  issue: number;
  campaign: string;
  payeeId: number;
  /** Whatever allowed it was there by then. */
  before: number;
}

export function shareOf(world: World, transfer: Transfer): Share {
  const { town } = world;
  const account = town.stripe.accounts().find(({ id }) => id === String(transfer.destination));
  return {
    issue: numberAtHome(world, transfer.description ?? ""),
    campaign: transfer.transfer_group ?? "",
    payeeId: Number(account?.metadata?.["whipround_payee"]),
    before: transfer.created * 1000 + 1000,
  };
}

/** Of the issue that a text ends with: the number that it had before it was transferred. */
function numberAtHome({ notes }: World, text: string): number {
  const [, repository, digits] = /(\S+)#(\d+)$/.exec(text) ?? [];
  const number = Number(digits);
  for (const [slot, place] of notes.moved) {
    if (place.repository === repository && place.number === number) {
      return notes.issues[slot] ?? number;
    }
  }
  return number;
}

/** By the notice that stood before a merge, or by what a maintainer released. */
export function isNamed(world: World, { issue, payeeId, before }: Share): boolean {
  const payee = { id: payeeId, logins: loginsOf(world, payeeId) };
  return (
    wasNoticed(world, { issue, payee, before }) || wasReleased(world, { issue, payee, before })
  );
}

interface Release {
  issue: number;
  payee: { id: number; logins: string[] };
  before: number;
}

function wasNoticed(world: World, { issue, payee, before }: Release): boolean {
  return world.notes.merges.some((merge) => {
    if (!merge.stoodFor || merge.at > before) return false;
    const mergedAt = Math.floor(merge.at / 1000) * 1000;
    const runs = world.notes.shown.filter(
      (one) => one.issue === issue && isOf(world, one.sha, merge) && one.startedAt < mergedAt,
    );
    // The last run, as it read when the merge came.
    const last = Math.max(...runs.map(({ startedAt }) => startedAt));
    const title = runs.findLast(({ startedAt, at }) => startedAt === last && at <= merge.at)?.title;
    const named = [...(title ?? "").matchAll(/@([\w-]+)/g)].map(([, login]) => login ?? "");
    return (
      /^Merging (releases|charges) (what is collected of )?\$/.test(title ?? "") &&
      named.some((login) => payee.logins.includes(login))
    );
  });
}

/** A run stands on any of the pull request's commits: it belongs to the pull request. */
function isOf({ notes }: World, sha: string, { pull }: Merge): boolean {
  return notes.heads.some((one) => one.pull === pull && one.sha === sha);
}

/** `/release` by somebody who may, for a merged pull request's author or for those of a `/split`. */
function wasReleased(world: World, { issue, payee, before }: Release): boolean {
  const { notes } = world;
  const places = placesOf(world, issue);
  const said = (means: (text: string) => boolean): string[] =>
    notes.comments
      .filter(({ text, thread, mayCommand, at }) => {
        return means(text) && places.includes(thread) && mayCommand && at <= before;
      })
      .map(({ text }) => text);
  if (said(isRelease).length === 0) return false;
  const split = said((text) => text.startsWith("/split")).some((text) =>
    payee.logins.some((login) => text.includes(`@${login}`)),
  );
  const worker = notes.merges.some(({ pull, at }) => {
    return places.includes(pull) && at <= before && workedOn(world, pull, payee.logins);
  });
  return split || worker;
}

/** Its author, whoever its commits name, and whoever reviewed it. */
function workedOn({ notes }: World, number: number, logins: readonly string[]): boolean {
  const pull = notes.pulls.find((one) => one?.number === number);
  const reviewers = notes.reviews.filter((one) => one.pull === number).map(({ by }) => by);
  const people = [pull?.author ?? "", ...(pull?.coAuthors ?? []), ...reviewers];
  return people.some((login) => logins.includes(login));
}

/** All names that this id has borne. */
export function loginsOf({ town, notes }: World, id: number): string[] {
  const former = notes.renames.filter((one) => one.id === id).flatMap(({ from, to }) => [from, to]);
  if (former.length > 0) return former;
  const people = ["maintainer", "reviewer", "contributor", "octo-alice", "octo-bob", "stranger"];
  return people.filter((login) => {
    try {
      return town.github.user(login).id === id;
    } catch {
      return false;
    }
  });
}
