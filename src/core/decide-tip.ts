// `/tip`: offering one, and whether one that is offered may be paid.
import type { Award } from "./award.ts";
import { type Campaign, NO_TOTALS, type Person } from "./campaign.ts";
import type { Asked, PledgeForm } from "./commands.ts";
import { mayRaise, readAmount } from "./decide-campaign.ts";
import { type Answer, type NamedPerson, needed, type Situation } from "./decision.ts";
import { now } from "./effects.ts";
import type { Refusal } from "./refusals.ts";
import { tipReply } from "./replies.ts";
import { accept, done, OFFER_PREFIX, refuse } from "./steps.ts";
import { takesTip, tipLimitIn } from "./tip.ts";

type ReadTip = { ok: true; minor: bigint } | { ok: false; refusal: Refusal };

/**
 * Any comment may offer one: a campaign of its own, awarded already, paid through the reply's link. Whom it
 * names is owed nothing by that: they become a payee when it is paid.
 */
export function offerTip(
  options: { asked: Asked; login: string; amount: string; named: NamedPerson[] },
  situation: Situation,
): Answer {
  const { asked, login, amount, named } = options;
  const closed = mayRaise(situation);
  if (closed !== null) return refuse(closed);
  const found = named.find((one) => one.login === login);
  if (found?.isBot) return refuse({ refusal: "payeeIsABot", login });
  if (found?.person == null) return refuse({ refusal: "noSuchPerson", login });
  if (found.person.id === asked.by.id) return refuse({ refusal: "tipToOneself" });
  const read = readTip(amount, situation.policy.currency, situation);
  if (!read.ok) return refuse(read.refusal);
  const { person } = found;
  const tip = newTip({ asked, person, ask: read.minor }, situation);
  const award: Award = {
    id: tip.id,
    campaignId: tip.id,
    pullId: null,
    pullNumber: null,
    at: situation.at,
    payableFrom: situation.at,
    round: 1,
    undone: null,
    revertedBy: null,
    by: asked.by,
    payees: [{ ...person, basisPoints: 10_000, allotted: 0n }],
    declined: [],
    handed: [],
  };
  const key = `${OFFER_PREFIX}${asked.key}`;
  const body = tipReply({
    publicUrl: situation.operator.publicUrl,
    tip,
    person,
    replyKey: key,
  });
  const { repositoryId, number: issueNumber } = asked.thread;
  return accept({
    changes: [
      { put: "campaign", campaign: tip },
      { put: "award", award },
    ],
    effects: [now({ effect: "reply", repositoryId, issueNumber, key, body }), ...done(asked)],
  });
}

function newTip(
  { asked, person, ask }: { asked: Asked; person: Person; ask: bigint },
  { newId, at, policy }: Situation,
): Campaign {
  const { thread, by } = asked;
  return {
    id: newId,
    repositoryId: thread.repositoryId,
    issueId: thread.issueId,
    issueNumber: thread.number,
    issueTitle: thread.title,
    issueOpen: thread.open,

    issueReopened: false,
    kind: "tip",
    state: "awarded",
    currency: policy.currency,
    ask,
    createdBy: by,
    createdAt: at,
    goal: null,
    split: [{ ...person, basisPoints: 10_000 }],
    hold: null,
    waitingPullId: null,
    linked: false,
    endReason: null,
    paidOutside: null,
    unfinishedCommentId: null,
    cardCommentId: null,
    totals: NO_TOTALS,
  };
}

/** The policy's bounds hold for tips, too; and the operator's. */
function readTip(text: string, currency: string, { policy, operator }: Situation): ReadTip {
  const limit = tipLimitIn(currency, operator.tipLimitDollars);
  if (limit === 0n) return { ok: false, refusal: { refusal: "tipsAreOff" } };
  const read = readAmount(text, { policy, currency });
  if (!read.ok || read.minor <= limit) return read;
  return { ok: false, refusal: { refusal: "tipAboveLimit", maximum: limit, currency } };
}

/** The form of a tip was posted: whether it may be paid, and how much that is. */
export function readTipForm(form: PledgeForm, campaign: Campaign, situation: Situation): ReadTip {
  const payee = needed(situation.award, "award").payees[0];
  if (!takesTip(campaign, situation.at)) return { ok: false, refusal: { refusal: "tipIsOver" } };
  if (form.mode !== "pay-now") return { ok: false, refusal: { refusal: "modeNotOffered" } };
  if (form.backerId !== null && form.backerId === payee?.id) {
    return { ok: false, refusal: { refusal: "tipToOneself" } };
  }
  return readTip(form.amount, campaign.currency, situation);
}
