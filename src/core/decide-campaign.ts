// Commands and events that begin, change and end a campaign.
import { type Campaign, isAwarded, isOpen, NO_TOTALS, type PayeeShare } from "./campaign.ts";
import { type Asked, COMMANDS, readLabel } from "./commands.ts";
import {
  type Answer,
  type Decision,
  decision,
  type NamedPerson,
  needed,
  type Situation,
} from "./decision.ts";
import { now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { type Currency, chargeMinimum, parseAmount } from "./money.ts";
import { hasRole, type Policy, pledgeMinimum, STRICTEST_POLICY } from "./policy.ts";
import type { Refusal } from "./refusals.ts";
import { helpReply } from "./replies.ts";
import { basisPointsOf } from "./split.ts";
import {
  accept,
  done,
  minimizeMilestone,
  minimizeWaiting,
  reaction,
  refuse,
  show,
  showAll,
} from "./steps.ts";

/** Refuses unless the sender holds the role that the policy asks of maintainers. */
export function lacksRole({ role }: Asked, policy: Policy): Refusal | null {
  return hasRole(role, policy.who) ? null : { refusal: "senderLacksTheRole", who: policy.who };
}

type ReadAmount = { ok: true; minor: bigint } | { ok: false; refusal: Refusal };

/** Reads the amount of a pledge and holds it to the policy's bounds. */
export function readAmount(
  text: string,
  { policy, currency }: { policy: Policy; currency: Currency },
): ReadAmount {
  const read = readAsk(text, { policy, currency });
  // The policy's bounds are in its own currency; a campaign keeps the one it was begun in.
  const maximum = policy.currency === currency ? policy.maximum : null;
  if (!read.ok || maximum === null || read.minor <= maximum) return read;
  return { ok: false, refusal: { refusal: "amountAboveMaximum", maximum, currency } };
}

/** Reads an amount in the campaign's currency. */
export function readMoney(text: string, currency: Currency): ReadAmount {
  const parsed = parseAmount(text, currency);
  if (!parsed.ok) {
    const { problem } = parsed;
    return { ok: false, refusal: { refusal: "amountNotUnderstood", text, problem, currency } };
  }
  const { minor } = parsed.money;
  if (parsed.money.currency !== currency) {
    return { ok: false, refusal: { refusal: "amountInAnotherCurrency", currency } };
  }
  return { ok: true, minor };
}

/** Reads what a bounty or a goal asks for: many may pay it together, so that only the minimum binds it. */
export function readAsk(
  text: string,
  { policy, currency }: { policy: Policy; currency: Currency },
): ReadAmount {
  const read = readMoney(text, currency);
  if (!read.ok) return read;
  const { minor } = read;
  const minimum = policy.currency === currency ? pledgeMinimum(policy) : chargeMinimum(currency);
  if (minor < minimum) {
    return { ok: false, refusal: { refusal: "amountBelowMinimum", minimum, currency } };
  }
  return read;
}

/** Whether money may be raised in this repository at all. */
export function mayRaise({ repository, operator }: Situation): Refusal | null {
  const { installed, private: isPrivate, owner, ownerId } = needed(repository, "repository");
  if (!installed) return { refusal: "appNotInstalled" };
  if (isPrivate) return { refusal: "repositoryIsPrivate" };
  if (!operator.allowedOwnerIds.includes(ownerId)) return { refusal: "ownerNotAllowed", owner };
  return null;
}

/** What attaching a bounty or a goal asks of the person, the repository and the issue. */
export function mayAttach(asked: Asked, situation: Situation): Refusal | null {
  const { thread } = asked;
  return (
    lacksRole(asked, situation.policy) ??
    mayRaise(situation) ??
    (thread.isPull ? { refusal: "issueIsAPull" as const } : null) ??
    (thread.open ? null : { refusal: "issueIsClosed" as const })
  );
}

type Attached =
  | { ok: true; campaign: Campaign; effects: PlannedEffect[] }
  | { ok: false; refusal: Refusal };

/**
 * The campaign to attach to: the one of this kind that stands, or one that nobody has pledged to, or a new
 * one. People agreed to the kind they pledged to: it never changes under them.
 */
export function attachTo(kind: Campaign["kind"], asked: Asked, situation: Situation): Attached {
  const { campaign } = situation;
  const standing = campaign !== null && isOpen(campaign) ? campaign : null;
  if (campaign !== null && standing === null && campaign.totals.unfinishedCount > 0) {
    return { ok: false, refusal: { refusal: "campaignIsOver" } };
  }
  if (standing === null) {
    const begun = newCampaign(asked, situation);
    // Pull requests may have been opened before there was a bounty: they get their notice now.
    const link = now({ effect: "linkPulls", campaignId: begun.id });
    return { ok: true, campaign: begun, effects: [...show(begun), link] };
  }
  if (hasPledges(standing) && (standing.kind !== kind || kind === "goal")) {
    return { ok: false, refusal: { refusal: "campaignStands", kind: standing.kind } };
  }
  // A goal that was reached, and of which everything went back, is not reached any more.
  const effects = [...show(standing), ...minimizeMilestone(standing)];
  return { ok: true, campaign: { ...standing, state: "open" }, effects };
}

/** Also while somebody is still on Stripe's page, or money is on its way back. */
export function hasPledges({ totals }: Campaign): boolean {
  return totals.backersCount > 0 || totals.unfinishedCount > 0;
}

export function attachBounty(
  { asked, amount }: { asked: Asked; amount: string | null },
  situation: Situation,
): Answer {
  const { policy } = situation;
  const refusal = mayAttach(asked, situation);
  if (refusal !== null) return refuse(refusal);
  const attached = attachTo("bounty", asked, situation);
  if (!attached.ok) return attached;
  const { kind, currency, ask } = attached.campaign;
  // Amounts on a bounty add up; a goal that becomes one asks anew.
  const before = kind === "bounty" ? ask : null;
  const read = amount === null ? null : readAsk(amount, { policy, currency });
  if (read !== null && !read.ok) return refuse(read.refusal);
  const campaign: Campaign = {
    ...attached.campaign,
    kind: "bounty",
    goal: null,
    ask: read === null ? before : (before ?? 0n) + read.minor,
  };
  return accept({
    changes: [{ put: "campaign", campaign }],
    effects: [...attached.effects, ...done(asked)],
  });
}

function newCampaign({ thread, by }: Asked, { campaign, newId, at, policy }: Situation): Campaign {
  return {
    id: newId,
    repositoryId: thread.repositoryId,
    issueId: thread.issueId,
    issueNumber: thread.number,
    issueTitle: thread.title,
    issueOpen: thread.open,
    issueReopened: false,
    kind: "bounty",
    state: "open",
    currency: policy.currency,
    ask: null,
    createdBy: by,
    createdAt: at,
    goal: null,
    split: null,
    hold: null,
    waitingPullId: null,
    linked: false,
    endReason: null,
    paidOutside: null,
    unfinishedCommentId: null,
    // One card per issue: a second campaign takes over the card of the one that ended.
    cardCommentId: campaign?.cardCommentId ?? null,
    totals: NO_TOTALS,
  };
}

/**
 * A label was taken off. One of several amounts is no longer asked for; with the last, a campaign that
 * nobody has pledged to ends.
 */
export function detachLabel(
  { asked, label }: { asked: Asked; label: string },
  { campaign, policy }: Situation,
): Answer {
  const meant = readLabel(label, policy.labels);
  if (campaign === null || !isOpen(campaign) || meant?.kind !== campaign.kind) return accept({});
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (meant.amount !== null) {
    const read = readAsk(meant.amount, { policy, currency: campaign.currency });
    // It was refused when it was put on: taking it off undoes nothing.
    if (!read.ok) return accept({});
    const ask = (campaign.ask ?? 0n) - read.minor;
    // More than was ever asked for: whoever put it on was refused, and it never counted.
    if (ask < 0n) return accept({});
    if (ask > 0n) return meant.kind === "goal" ? accept({}) : askLess(campaign, ask);
  }
  if (hasPledges(campaign)) return refuse({ refusal: "campaignHasPledges" });
  const ended: Campaign = { ...campaign, state: "cancelled", endReason: "the label was taken off" };
  return accept({ changes: [{ put: "campaign", campaign: ended }], effects: show(campaign) });
}

function askLess(campaign: Campaign, ask: bigint): Answer {
  return accept({
    changes: [{ put: "campaign", campaign: { ...campaign, ask } }],
    effects: show(campaign),
  });
}

export function splitAward(
  options: { asked: Asked; parts: { login: string; weight: number }[]; named: NamedPerson[] },
  { policy, campaign }: Situation,
): Answer {
  const { asked, parts, named } = options;
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (isAwarded(campaign)) return refuse({ refusal: "campaignIsAwarded" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  const points = basisPointsOf(parts.map(({ weight }) => weight));
  const split: PayeeShare[] = [];
  for (const [index, { login }] of parts.entries()) {
    const found = named.find((one) => one.login === login);
    if (found?.isBot) return refuse({ refusal: "payeeIsABot", login });
    if (found?.person == null) return refuse({ refusal: "noSuchPerson", login });
    split.push({ ...found.person, basisPoints: points[index] ?? 0 });
  }
  return accept({
    changes: [{ put: "campaign", campaign: { ...campaign, split } }],
    effects: [...show(campaign), ...done(asked)],
  });
}

export function holdAward(
  { asked, why }: { asked: Asked; why: string },
  { policy, campaign, at }: Situation,
): Answer {
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (!isOpen(campaign) && campaign.state !== "awarded") {
    return refuse({ refusal: "campaignIsOver" });
  }
  const held: Campaign = { ...campaign, hold: { why, by: asked.by, at } };
  return accept({
    changes: [{ put: "campaign", campaign: held }],
    effects: [...show(campaign), ...done(asked)],
  });
}

export function cancelCampaign(
  { asked, why }: { asked: Asked; why: string },
  { policy, campaign }: Situation,
): Answer {
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (isAwarded(campaign)) return refuse({ refusal: "campaignIsAwarded" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  const { id } = campaign;
  const unfinished = campaign.totals.unfinishedCount > 0;
  const cancelled: Campaign = {
    ...campaign,
    state: "cancelled",
    endReason: why,
    waitingPullId: null,
    unfinishedCommentId: unfinished ? asked.commentId : null,
  };
  const acknowledged = unfinished
    ? reaction(asked.commentId, asked.thread.repositoryId, "eyes")
    : done(asked);
  return accept({
    changes: [{ put: "campaign", campaign: cancelled }],
    effects: [
      now({ effect: "returnPledges", campaignId: id, reason: "cancelled", after: null }),
      ...show(campaign),
      ...minimizeWaiting(campaign),
      ...acknowledged,
    ],
  });
}

export function showHelp(asked: Asked): Answer {
  const { repositoryId, number } = asked.thread;
  const body = helpReply(COMMANDS);
  return accept({
    effects: [
      now({ effect: "reply", repositoryId, issueNumber: number, key: asked.key, body }),
      ...done(asked),
    ],
  });
}

export function onIssueChanged(
  { title, open }: Extract<Event, { event: "issueChanged" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  if (campaign.issueTitle === title && campaign.issueOpen === open) return decision({});
  const again = campaign.issueReopened || (isAwarded(campaign) && !campaign.issueOpen);
  const issueReopened = open && again;
  const seen = { issueTitle: title, issueOpen: open, issueReopened };
  return decision({
    changes: [{ put: "campaign", campaign: { ...campaign, ...seen } }],
    effects: [now({ effect: "updateCard", campaignId: campaign.id })],
  });
}

export function onSurroundingsChanged(situation: Situation): Decision {
  return decision({ effects: showAll(needed(situation.campaign, "campaign")) });
}

export function onPolicyRead({
  repositoryId,
  sha,
  policy,
}: Extract<Event, { event: "policyRead" }>): Decision {
  return decision({ changes: [{ put: "policy", repositoryId, sha, policy }] });
}

/** The last good policy stays in force, the strictest where there was none; the commit is told why. */
export function onPolicyBroken(
  { repositoryId, sha, problems }: Extract<Event, { event: "policyBroken" }>,
  { policySha }: Situation,
): Decision {
  return decision({
    changes:
      policySha === null ? [{ put: "policy", repositoryId, sha, policy: STRICTEST_POLICY }] : [],
    effects: [now({ effect: "explainPolicy", repositoryId, sha, problems })],
  });
}

export function onCardPosted(
  { commentId }: Extract<Event, { event: "cardPosted" }>,
  situation: Situation,
): Decision {
  const campaign = needed(situation.campaign, "campaign");
  if (campaign.cardCommentId === commentId) return decision({});
  return decision({
    changes: [{ put: "campaign", campaign: { ...campaign, cardCommentId: commentId } }],
  });
}
