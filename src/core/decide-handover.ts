// A payee asks that somebody else is paid in their place; a maintainer agrees or declines; then what waits for
// the one goes through its pledge to the other, share by share.
import type { Award } from "./award.ts";
import { type Campaign, isAwarded, type Person } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { payeeRow } from "./decide-award.ts";
import { lacksRole } from "./decide-campaign.ts";
import { payOrWait } from "./decide-payout.ts";
import {
  type Answer,
  both,
  type Decision,
  decision,
  type NamedPerson,
  needed,
  type Situation,
} from "./decision.ts";
import { at, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import {
  HANDOVERS_MAX,
  HANDOVERS_PER_AWARD_MAX,
  type Handover,
  type HandoverState,
  handedBy,
  handoverEndsAt,
  hasGivenUp,
  isPayeeOf,
} from "./handover.ts";
import { move, pledgeAccount, shareAccount } from "./ledger.ts";
import { nextRound, type Payout } from "./payout.ts";
import { DAY_MS } from "./pledge.ts";
import type { Refusal } from "./refusals.ts";
import { handedReply, handoverReply } from "./replies.ts";
import { accept, done, refuse, show } from "./steps.ts";

/** On their own page. Nothing changes by it, but that the issue says so: once. */
export function askHandover(
  { person, named }: { person: Person; named: NamedPerson },
  situation: Situation,
): Answer {
  const { award, campaign, repository, handovers, operator } = situation;
  if (campaign === null || award === null || !isAwarded(campaign) || award.undone !== null) {
    return refuse({ refusal: "payeeNotKnown" });
  }
  if (!isPayeeOf(award, person.id)) return refuse({ refusal: "payeeNotKnown" });
  const refusal = notToHandOver({ campaign, award, person });
  if (refusal !== null) return refuse(refusal);
  if (repository?.installed !== true) return refuse({ refusal: "appNotInstalled" });
  const { login, person: to, isBot } = named;
  if (isBot) return refuse({ refusal: "payeeIsABot", login });
  if (to === null) return refuse({ refusal: "noSuchPerson", login });
  if (to.id === person.id) return refuse({ refusal: "handoverToOneself" });
  if (hasGivenUp(award, to.id)) return refuse({ refusal: "handoverToGiver", login });
  const before = openOf(person.id, situation);
  if (before?.to.id === to.id) return accept({});
  const number = 1 + handovers.filter(({ from }) => from.id === person.id).length;
  if (number > HANDOVERS_MAX || handovers.length >= HANDOVERS_PER_AWARD_MAX) {
    return refuse({ refusal: "handoversUsedUp" });
  }
  const { id: campaignId, repositoryId, issueNumber } = campaign;
  const handover: Handover = {
    id: `${campaignId}:${award.round}:${person.id}:${number}`,
    campaignId,
    round: award.round,
    from: person,
    to,
    askedAt: situation.at,
    state: "asked",
    decided: null,
  };
  const body = handoverReply({ publicUrl: operator.publicUrl, handover });
  const key = replyKey(handover);
  const asked = decision({
    changes: [{ put: "handover", handover }],
    effects: [
      now({ effect: "reply", repositoryId, issueNumber, key, body }),
      at(handoverEndsAt(award), { effect: "lapseHandover", campaignId, handoverId: handover.id }),
    ],
  });
  const ended = before === null ? decision({}) : ends(before, { campaign, state: "superseded" });
  return { ok: true, decision: both(ended, asked) };
}

function notToHandOver(options: {
  campaign: Campaign;
  award: Award;
  person: Person;
}): Refusal | null {
  const { campaign, award, person } = options;
  if (campaign.kind === "tip") return { refusal: "handoverOfATip" };
  if (campaign.state !== "awarded") return { refusal: "campaignIsOver" };
  return hasGivenUp(award, person.id) ? { refusal: "shareIsGivenUp" } : null;
}

function openOf(payeeId: number, { handovers }: Situation): Handover | null {
  return handovers.find(({ from, state }) => from.id === payeeId && state === "asked") ?? null;
}

function replyKey({ id }: Handover): string {
  return `handover:${id}`;
}

/** The row, and the comment that is handled by it. */
function ends(
  handover: Handover,
  options: { campaign: Campaign; state: HandoverState; decided?: Handover["decided"] },
): Decision {
  const { campaign, state, decided = null } = options;
  const { repositoryId } = campaign;
  return decision({
    changes: [{ put: "handover", handover: { ...handover, state, decided } }],
    effects: [now({ effect: "minimizeReply", repositoryId, key: replyKey(handover) })],
  });
}

/** Everything of it that waits for an answer: the award was taken back. */
export function rejectAllHandovers(by: Person, situation: Situation): Decision {
  const campaign = needed(situation.campaign, "campaign");
  const decided = { by, at: situation.at };
  return situation.handovers
    .filter(({ state }) => state === "asked")
    .map((one) => ends(one, { campaign, state: "rejected", decided }))
    .reduce(both, decision({}));
}

/** On their own page, or because they gave the share up: as long as nobody has agreed. */
export function withdrawHandover(person: Person, situation: Situation): Answer {
  const { campaign } = situation;
  const open = openOf(person.id, situation);
  if (campaign === null || open === null) return accept({});
  return { ok: true, decision: ends(open, { campaign, state: "withdrawn" }) };
}

interface Judged {
  asked: Asked;
  to: string;
  from: string;
  named: readonly NamedPerson[];
}

type Found = { ok: true; campaign: Campaign; award: Award; handover: Handover };

/** Both are named and meant by their ids: a login may be another's by now, and a request another one. */
function requested(
  { asked, to, from, named }: Judged,
  situation: Situation,
): Found | { ok: false; refusal: Refusal } {
  const { policy, campaign, award, handovers } = situation;
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return { ok: false, refusal };
  if (campaign === null) return { ok: false, refusal: { refusal: "noCampaign" } };
  const idOf = (login: string): number | undefined =>
    named.find((one) => one.login === login)?.person?.id;
  const handover = handovers.find(
    (one) => one.state === "asked" && one.from.id === idOf(from) && one.to.id === idOf(to),
  );
  const standing = award !== null && award.undone === null && situation.at < handoverEndsAt(award);
  if (!standing || handover === undefined || !isAwarded(campaign)) {
    return { ok: false, refusal: { refusal: "noHandover" } };
  }
  return { ok: true, campaign, award, handover };
}

/** `/release @a for @b`: a maintainer who is neither of them agrees. What was sent already stays where it is. */
export function agreeHandover(judged: Judged, situation: Situation): Answer {
  const found = requested(judged, situation);
  if (!found.ok) return found;
  const { campaign, award, handover } = found;
  const { asked } = judged;
  const { from, to } = handover;
  if (asked.by.id === from.id || asked.by.id === to.id) {
    return refuse({ refusal: "handoverOfOnesOwn" });
  }
  // They may have given theirs up since they were named.
  if (hasGivenUp(award, to.id)) return refuse({ refusal: "handoverToGiver", login: to.login });
  const decided = { by: asked.by, at: situation.at };
  const handed = [...award.handed, { from: from.id, to, ...decided }];
  const payee = payeeRow(to, situation);
  const { id: campaignId } = campaign;
  const inForce = decision({
    changes: [
      { put: "award", award: { ...award, handed } },
      { put: "payee", payee },
    ],
    effects: [
      now({ effect: "handShares", campaignId, payeeId: from.id, after: null }),
      ...show(campaign),
      ...(payee.ready ? [] : [tellHeir({ campaign, handover }, situation)]),
      ...done(asked),
    ],
  });
  return {
    ok: true,
    decision: both(ends(handover, { campaign, state: "agreed", decided }), inForce),
  };
}

/** As any payee is told: once, and only who has no account yet. */
function tellHeir(
  { campaign, handover }: { campaign: Campaign; handover: Handover },
  { operator: { publicUrl, holdDaysMax } }: Situation,
): PlannedEffect {
  const { repositoryId, issueNumber } = campaign;
  const body = handedReply({ publicUrl, handover, holdDaysMax });
  return now({
    effect: "reply",
    repositoryId,
    issueNumber,
    key: `connect:${replyKey(handover)}`,
    body,
  });
}

/** `/reject @a for @b`. Whoever has the role may say no. */
export function rejectHandover(judged: Judged, situation: Situation): Answer {
  const found = requested(judged, situation);
  if (!found.ok) return found;
  const { campaign, handover } = found;
  const decided = { by: judged.asked.by, at: situation.at };
  const ended = ends(handover, { campaign, state: "rejected", decided });
  return { ok: true, decision: both(ended, decision({ effects: done(judged.asked) })) };
}

/** Nobody agreed in time, and there is nothing left that it could be about. */
export function onHandoverLapsed(
  { handoverId }: Extract<Event, { event: "handoverLapsed" }>,
  { campaign, handovers }: Situation,
): Decision {
  const open = handovers.find(({ id, state }) => id === handoverId && state === "asked");
  return campaign === null || open === undefined
    ? decision({})
    : ends(open, { campaign, state: "expired" });
}

/**
 * One share that waits and of which nothing has left: back into its pledge, and from there to whoever is paid
 * in its payee's place, in a round of their own. Its claim date stays the one that its backer was told.
 */
export function onShareHanded(situation: Situation): Decision {
  const payout = needed(situation.payout, "payout");
  const award = needed(situation.award, "award");
  const pledge = needed(situation.pledge, "pledge");
  const handed = handedBy(award, payout.payeeId);
  if (payout.state !== "waiting" || handed === null || award.undone !== null) return decision({});
  if (situation.at >= payout.claimBy || award.declined.includes(payout.payeeId)) {
    return decision({});
  }
  // What a bank may take is nobody's to hand on; it is asked again when the bank has decided.
  if (pledge.disputed > 0n) return decision({});
  const { id: payeeId } = handed.to;
  const held = handed.at + situation.policy.holdDays * DAY_MS;
  const next: Payout = {
    ...nextRound({ ...payout, payeeId, handedFrom: payout.id }, situation.payouts),
    // The days that the policy gives maintainers to stop a payout begin anew.
    payableFrom: Math.max(payout.payableFrom, held),
    // What the operator took back still waits for `/release`.
    needsRelease: payout.needsRelease,
  };
  const { amount, currency } = payout;
  const account = pledgeAccount(pledge.id);
  const moved = decision({
    changes: [{ put: "payout", payout: { ...payout, state: "handed" } }],
    postings: [
      ...move(shareAccount(pledge.id, payout.payeeId), account, { amount, currency }),
      ...move(account, shareAccount(pledge.id, payeeId), { amount, currency }),
    ],
    effects: [
      at(next.claimBy, { effect: "returnPayout", payoutId: next.id }),
      now({ effect: "updateCard", campaignId: payout.campaignId }),
    ],
  });
  return both(moved, payOrWait(next, situation));
}
