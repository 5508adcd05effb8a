// Nothing is released that no maintainer was shown, and only to the people who were named: the auditor asks
// GitHub what was merged, by whom, and what stood on the pull request at that time.
import type { Merge } from "../notes.ts";
import type { World } from "../world.ts";
import { isTip } from "./tips.ts";

export function releasesWereShown(world: World): string[] {
  const { stripe } = world.town;
  const accounts = new Map(stripe.accounts().map((one) => [one.id, one]));
  return stripe.transfers().flatMap((transfer) => {
    const account = accounts.get(String(transfer.destination));
    const payeeId = Number(account?.metadata?.["whipround_payee"]);
    const issue = Number(/#(\d+)$/.exec(transfer.description ?? "")?.[1]);
    const payee = { id: payeeId, logins: loginsOf(world, payeeId) };
    const before = transfer.created * 1000 + 1000;
    // A tip names its one payee itself.
    if (isTip(world, transfer.transfer_group ?? "")) return [];
    if (wasNoticed(world, { issue, payee, before })) return [];
    if (wasReleased(world, { issue, payee, before })) return [];
    return [`${transfer.id} paid ${payee.logins.join(" or ")} for #${issue}: nobody was shown it`];
  });
}

/** Whoever signed in with the id that is owed: a name that somebody else took over is nobody's proof. */
export function payeesAreWhoTheySay({ town, notes }: World): string[] {
  return town.stripe.transfers().flatMap(({ id, destination }) => {
    const account = town.stripe.accounts().find((one) => one.id === destination);
    const payeeId = Number(account?.metadata?.["whipround_payee"]);
    const own = notes.connected.some(
      (one) => one.account === destination && one.personId === payeeId,
    );
    const foreign = notes.connected.some(
      (one) => one.account === destination && one.personId !== payeeId,
    );
    return own && !foreign ? [] : [`${id} went to an account that is not its payee's`];
  });
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
      /^Merging (releases|charges) \$/.test(title ?? "") &&
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
  const place = [
    issue,
    ...notes.pulls.filter((one) => one?.issue === issue).map(({ number }) => number),
    ...notes.comments.filter(({ text }) => text === `/claim #${issue}`).map(({ thread }) => thread),
  ];
  const said = (pattern: RegExp): string[] =>
    notes.comments
      .filter(({ text, thread, mayCommand, at }) => {
        return pattern.test(text) && place.includes(thread) && mayCommand && at <= before;
      })
      .map(({ text }) => text);
  if (said(/^\/release/).length === 0) return false;
  const split = said(/^\/split/).some((text) =>
    payee.logins.some((login) => text.includes(`@${login}`)),
  );
  const worker = notes.merges.some(({ pull, at }) => {
    return place.includes(pull) && at <= before && workedOn(world, pull, payee.logins);
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
function loginsOf({ town, notes }: World, id: number): string[] {
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
