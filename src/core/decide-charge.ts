// The one charge of a promise: begun by the award, confirmed at Stripe, mended by its backer, or given up.
// One PaymentIntent per pledge, whose id is committed before it is confirmed: Stripe refuses to charge it twice.
import { type Campaign, isAwarded, isOpen } from "./campaign.ts";
import { type Answer, type Decision, decision, needed, type Situation } from "./decision.ts";
import { at, atTheDesk, type Effect, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { chargesNow } from "./goal.ts";
import { CHASE_DAYS, type Charging, COLLECT_WITHIN_DAYS, DAY_MS, type Pledge } from "./pledge.ts";
import { accept, forgetCard, isPromiseOver, lapse, refuse, settle, withdraw } from "./steps.ts";

/** An award calls the promise in. */
export function onPromiseAwarded(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  return callIn(pledge, { calledAt: needed(situation.award, "award").at }, situation);
}

/** A goal that charges when it is reached has been: the terms of its promises said so. */
export function onPromiseCalledIn(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  const campaign = needed(situation.campaign, "campaign");
  if (pledge.state !== "promised" || !chargesNow(campaign)) return decision({});
  return callIn(pledge, { calledAt: campaign.goal?.reachedAt ?? situation.at }, situation);
}

/** Charged if its backer's consent was in force when it was called in; one that had lapsed by then is not. */
function callIn(
  pledge: Pledge,
  { calledAt }: { calledAt: number },
  situation: Situation,
): Decision {
  return isPromiseOver(pledge, { by: calledAt }, situation)
    ? lapse({ before: pledge, after: pledge }, situation)
    : beginCharge(pledge, situation);
}

/** Charges a promise now. The caller has seen, in this transaction, that its backer's consent is in force. */
function beginCharge(pledge: Pledge, situation: Situation): Decision {
  const charging: Charging = {
    at: situation.at,
    triesCount: 0,
    problem: null,
    failedAt: null,
    pageUrl: null,
    ending: false,
  };
  const { changes, postings, effects } = settle(
    { before: pledge, after: { ...pledge, state: "charging", charging } },
    situation,
  );
  return {
    changes,
    postings,
    effects: [...effects, now({ effect: "openCharge", pledgeId: pledge.id })],
  };
}

/** The intent stands, unconfirmed; its id is committed with this decision. */
export function onChargeOpened(
  { paymentIntentId }: Extract<Event, { event: "chargeOpened" }>,
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  const { charging } = before;
  if (before.state !== "charging" || charging === null) return decision({});
  if (before.paymentIntentId !== null) return decision({});
  const pledge: Pledge = { ...before, paymentIntentId };
  const wanted = isWanted(needed(situation.campaign, "campaign")) && !charging.ending;
  return wanted ? tryAgain(pledge) : endCharge(pledge);
}

/** The campaign may have ended while Stripe was asked. */
function isWanted(campaign: Campaign): boolean {
  return isOpen(campaign) || isAwarded(campaign);
}

/**
 * The next try, always of the same intent, with the card that is saved now. `visitAt`: the backer is there and
 * waits for it, since that time.
 */
export function tryAgain(pledge: Pledge, visitAt: number | null = null): Decision {
  const charging = needed(pledge.charging, "charge");
  const { paymentMethodId } = needed(pledge.card, "card");
  const number = charging.triesCount + 1;
  const next: Charging = { ...charging, triesCount: number, problem: null, pageUrl: null };
  const effect: Effect = {
    effect: "confirmCharge",
    pledgeId: pledge.id,
    number,
    paymentMethodId,
    onSession: visitAt !== null,
  };
  return decision({
    changes: [{ put: "pledge", pledge: { ...pledge, charging: next } }],
    effects: [visitAt === null ? now(effect) : atTheDesk(visitAt, effect)],
  });
}

/** Whether its backer may have another try: the last one failed, and it is not given up. */
export function isMendable({ state, charging, paymentIntentId }: Pledge): boolean {
  if (state !== "charging" || charging === null || paymentIntentId === null) return false;
  return charging.problem !== null && !charging.ending;
}

/** The backer came to confirm the charge with their bank, or to have the same card tried again. */
export function retryCharge(situation: Situation): Answer {
  const { pledge, at: time } = situation;
  if (pledge?.state !== "charging") return refuse({ refusal: "nothingToConfirm" });
  // A double click: the try that the first one began is under way.
  if (pledge.charging?.problem === null) return accept({});
  if (!isMendable(pledge)) return refuse({ refusal: "nothingToConfirm" });
  return { ok: true, decision: tryAgain(pledge, time) };
}

/** Stripe would not make the intent at all: the promise cannot be charged. */
export function onChargeRefused(situation: Situation): Decision {
  const before = needed(situation.pledge, "pledge");
  if (before.state !== "charging" || before.paymentIntentId !== null) return decision({});
  const settled = settle({ before, after: { ...before, state: "failed" } }, situation);
  return { ...settled, effects: [...settled.effects, ...forgetCard(before)] };
}

/** The bank said no, or wants its customer to confirm: from the first time on the backer is reminded. */
export function onChargeDeclined(
  { number, problem }: Extract<Event, { event: "chargeDeclined" }>,
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  const charging = underWay(before, number);
  if (charging === null) return decision({});
  const failedAt = charging.failedAt ?? situation.at;
  const after: Pledge = { ...before, charging: { ...charging, problem, failedAt } };
  const { changes, postings, effects } = settle({ before, after }, situation);
  const dates = charging.failedAt === null ? reminders(before.id, failedAt) : [];
  return { changes, postings, effects: [...effects, ...dates] };
}

/** The charge's try of that number, if its outcome is not known yet. */
function underWay({ state, charging }: Pledge, number: number): Charging | null {
  if (state !== "charging" || charging === null) return null;
  return charging.triesCount === number && charging.problem === null ? charging : null;
}

function reminders(pledgeId: string, failedAt: number): PlannedEffect[] {
  const dueAt = failedAt + COLLECT_WITHIN_DAYS * DAY_MS;
  return [
    ...CHASE_DAYS.map((days, index) =>
      at(failedAt + days * DAY_MS, { effect: "chaseCharge", pledgeId, number: index + 1 }),
    ),
    at(dueAt, { effect: "lapsePledge", pledgeId, dueAt }),
  ];
}

/** A day on which a backer whose charge failed is reminded: by mail, and once on the issue if they signed in. */
export function onChaseDue(
  { number }: Extract<Event, { event: "chaseDue" }>,
  situation: Situation,
): Decision {
  const pledge = needed(situation.pledge, "pledge");
  if (!isMendable(pledge)) return decision({});
  const { backerId, anonymous, campaignId } = pledge;
  const mention = number === 1 && backerId !== null && !anonymous;
  return decision({
    effects: [
      now({
        effect: "mailBacker",
        pledgeId: pledge.id,
        about: "charge failed",
        of: String(number),
      }),
      ...(mention ? [now({ effect: "mentionBacker", campaignId, backerId } as const)] : []),
    ],
  });
}

/** The backer is there: the bank's page waits for them. */
export function onChargeRedirected(
  { number, url }: Extract<Event, { event: "chargeRedirected" }>,
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  const charging = underWay(before, number);
  if (charging === null) return decision({});
  const problem = "authentication needed";
  const failedAt = charging.failedAt ?? situation.at;
  return decision({
    changes: [
      {
        put: "pledge",
        pledge: { ...before, charging: { ...charging, problem, failedAt, pageUrl: url } },
      },
    ],
  });
}

/** Given up, by its backer or by its date, or the campaign ended: it ends once Stripe confirms that it can charge no more. */
export function endCharge(pledge: Pledge): Decision {
  const { id: pledgeId, paymentIntentId } = pledge;
  const charging = needed(pledge.charging, "charge");
  // Stripe is still being asked for it: its outcome ends it.
  if (paymentIntentId === null) return decision({});
  return decision({
    changes: [{ put: "pledge", pledge: { ...pledge, charging: { ...charging, ending: true } } }],
    effects: [now({ effect: "cancelCharge", pledgeId, paymentIntentId })],
  });
}

/** By us, or in Stripe's dashboard. Of an intent that is not the promise's one it says nothing, nor of a page's payment. */
export function onChargeCanceled(
  { paymentIntentId }: Extract<Event, { event: "chargeCanceled" }>,
  situation: Situation,
): Decision {
  const before = needed(situation.pledge, "pledge");
  if (before.state !== "charging" || before.paymentIntentId !== paymentIntentId) {
    return decision({});
  }
  return before.returnReason === "withdrawn"
    ? withdraw(before, situation)
    : lapse({ before, after: before }, situation);
}

/** The days to mend it are over, unless it was paid or given up meanwhile. */
export function onCollectingOver(situation: Situation): Decision {
  const pledge = needed(situation.pledge, "pledge");
  const failedAt = pledge.charging?.failedAt ?? null;
  if (pledge.state !== "charging" || failedAt === null || pledge.charging?.ending) {
    return decision({});
  }
  return situation.at < failedAt + COLLECT_WITHIN_DAYS * DAY_MS ? decision({}) : endCharge(pledge);
}
