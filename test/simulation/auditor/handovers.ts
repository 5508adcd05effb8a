// Somebody else in a payee's place: only as the payee asked on their own page, and as a maintainer who is neither
// of the two agreed. People are numbers here.
import type { Comment, HandoverRequest } from "../notes.ts";
import type { World } from "../world.ts";
import { isNamed, type Share, shareOf } from "./shares.ts";
import { isTip } from "./tips.ts";
import { bearersOf, handoverWord, isReject, obeyedAt, placesOf } from "./words.ts";

/** Whoever is not named by what was merged or released is there in the place of somebody who is. */
export function handoversWereAgreed(world: World): string[] {
  return world.town.stripe.transfers().flatMap((transfer) => {
    const share = shareOf(world, transfer);
    if (isTip(world, share.campaign) || isNamed(world, share)) return [];
    const givers = giversTo(world, share, agreedTo);
    if (givers.some((payeeId) => isNamed(world, { ...share, payeeId }))) return [];
    return [
      `${transfer.id} paid ${share.payeeId} for #${share.issue}: no payee gave it to them with a maintainer's agreement`,
    ];
  });
}

/** Once it is agreed, nothing more goes to the one who asked: who had no account until then had been sent nothing. */
export function whatWasGivenIsGone(world: World): string[] {
  const { notes, town } = world;
  return town.stripe.transfers().flatMap((transfer) => {
    const share = shareOf(world, transfer);
    const readyAt = notes.onboarded.find(({ account }) => account === transfer.destination)?.at;
    const given = notes.requests.some((request) => {
      if (request.from !== share.payeeId || request.campaign !== share.campaign) return false;
      const agreed = agreedTo(world, request, share);
      return agreed !== null && readyAt !== undefined && readyAt > agreed;
    });
    return given
      ? [`${transfer.id} paid ${share.payeeId} for #${share.issue}, who had given it to another`]
      : [];
  });
}

/** Whether a request counts: the moment since when it does, or null. */
type Counts = (world: World, request: HandoverRequest, share: Share) => number | null;

/** In whose place somebody may be, through others as well. */
export function giversTo(world: World, share: Share, counts: Counts): number[] {
  const found: number[] = [];
  const look = (payeeId: number): void => {
    for (const request of world.notes.requests) {
      if (request.to !== payeeId || request.campaign !== share.campaign) continue;
      if (found.includes(request.from) || counts(world, request, share) === null) continue;
      found.push(request.from);
      look(request.from);
    }
  };
  look(share.payeeId);
  return found;
}

/** Asked for before the money left, by whoever signed in as the payee; not turned down at once. */
export function askedFor(_world: World, request: HandoverRequest, { before }: Share) {
  return request.at <= before && wasTaken(request) ? request.at : null;
}

function wasTaken({ answered }: HandoverRequest): boolean {
  return answered === null || answered === 303;
}

/** When the bot said that it is in force: asked for, and agreed to before the money left. */
export function agreedTo(world: World, request: HandoverRequest, share: Share): number | null {
  if (askedFor(world, request, share) === null) return null;
  for (const comment of world.notes.comments) {
    const obeyed = saysOf(world, comment, request, { verb: "release", issue: share.issue });
    if (obeyed === null || comment.at > share.before || request.at > obeyed) continue;
    if ([request.from, request.to].includes(comment.byId) || !comment.mayCommand) continue;
    if (wasOver(world, request, { by: comment.at, issue: share.issue })) continue;
    if (wasUndone(world, request, { by: share.before, issue: share.issue })) continue;
    return obeyed;
  }
  return null;
}

/** When it was obeyed, if it is about this request: names meant whoever bore them between the word and its answer. */
function saysOf(
  world: World,
  comment: Comment,
  { from, to }: HandoverRequest,
  { verb, issue }: { verb: "release" | "reject"; issue: number },
): number | null {
  const word = handoverWord(comment.text);
  const obeyed = word?.verb === verb ? obeyedAt(world, comment) : null;
  if (word === null || obeyed === null || !placesOf(world, issue).includes(comment.thread)) {
    return null;
  }
  const within = { from: comment.at, until: obeyed };
  const meant =
    bearersOf(world, word.to, within).includes(to) &&
    bearersOf(world, word.from, within).includes(from);
  return meant ? obeyed : null;
}

/** Taken back, declined, or followed by another of the same payee, before somebody agreed to it. */
function wasOver(
  world: World,
  request: HandoverRequest,
  { by, issue }: { by: number; issue: number },
): boolean {
  const { withdrawnAt, from, to, campaign, at } = request;
  const { requests, comments } = world.notes;
  const another = requests.some(
    (one) =>
      one.from === from &&
      one.campaign === campaign &&
      one.to !== to &&
      one.answered === 303 &&
      one.at > at &&
      one.at < by,
  );
  const declined = comments.some((comment) => {
    const obeyed = saysOf(world, comment, request, { verb: "reject", issue });
    return obeyed !== null && comment.at > at && obeyed < by;
  });
  return another || declined || (withdrawnAt !== null && withdrawnAt < by);
}

/** The award that it belonged to was taken back before the money left. */
function wasUndone(
  world: World,
  { at }: HandoverRequest,
  { by, issue }: { by: number; issue: number },
): boolean {
  return world.notes.comments.some((comment) => {
    const obeyed = isReject(comment.text) ? obeyedAt(world, comment) : null;
    if (obeyed === null || !placesOf(world, issue).includes(comment.thread)) return false;
    return comment.at > at && obeyed < by;
  });
}
