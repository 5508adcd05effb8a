// What a store would load for a question to the core: the part of the world in memory that it is about.
import type { Situation } from "../src/core/decision.ts";
import type { Event } from "../src/core/events.ts";
import { hasLeft } from "../src/core/payout.ts";
import { aSituation } from "./core-spec.ts";
import type { World } from "./core-world.ts";

export function newId(world: World): string {
  world.ids += 1;
  return `x${world.ids}`;
}

/** What every question has: the time, a new id, the settings. */
export function basis(world: World): Situation {
  const { at, operator, policy } = world;
  return aSituation({ at, newId: newId(world), operator, policy });
}

/** The campaign's part of a situation, as a store loads it. */
export function around(world: World, campaignId: string, pullId?: number): Partial<Situation> {
  const campaign = world.campaigns.get(campaignId) ?? null;
  const award = [...world.awards.values()].find((one) => one.campaignId === campaignId) ?? null;
  const id = pullId ?? campaign?.waitingPullId ?? null;
  const pull = id === null ? null : (world.pulls.get(id) ?? null);
  const handovers = [...world.handovers.values()].filter(
    (one) => one.campaignId === campaignId && one.round === award?.round,
  );
  const heirs = [...handovers, ...(award?.handed ?? [])].map(({ to }) => to);
  const named =
    award === null
      ? [...(campaign?.split ?? []), ...(pull === null ? [] : [pull.author])]
      : [...award.payees, ...heirs];
  return {
    campaign,
    award,
    handovers,
    pull,
    payees: [...world.payees.values()].filter((payee) => named.some((one) => one.id === payee.id)),
    payoutsLeft:
      campaign?.state === "awarded" &&
      [...world.payouts.values()].some((one) => one.campaignId === campaignId && hasLeft(one)),
    claims: world.claims.filter((claim) => claim.pullId === id),
    notices: world.notices.filter((one) => one.pullId === id && one.campaignId === campaignId),
  };
}

/** A pledge's part of a situation. */
export function aroundPledge(world: World, pledgeId: string): Partial<Situation> {
  const pledge = world.pledges.get(pledgeId);
  if (pledge === undefined) throw new Error(`no pledge ${pledgeId}`);
  const currency = pledge.settlementCurrency ?? pledge.currency;
  return {
    ...around(world, pledge.campaignId),
    pledge,
    held: world.balances.get(`pledge:${pledgeId} ${currency}`) ?? 0n,
    payouts: [...world.payouts.values()].filter((one) => one.pledgeId === pledgeId),
  };
}

/** What a store loads for this event. */
export function situationOf(world: World, event: Event): Situation {
  return { ...basis(world), ...subjectOf(world, event) };
}

function subjectOf(world: World, event: Event): Partial<Situation> {
  switch (event.event) {
    case "issueChanged":
    case "surroundingsChanged":
    case "cardPosted":
    case "awardUndone":
    case "issueGone":
    case "issueLeft":
    case "issueArrived":
    case "goalDue":
    case "handoverLapsed":
      return around(world, event.campaignId);
    case "pullLinked":
    case "pullMerged":
      return around(world, event.campaignId, event.pull.id);
    case "pullReverted":
      return around(world, event.campaignId, event.pullId);
    case "noticePosted":
      return around(world, event.notice.campaignId, event.notice.pullId);
    case "pullSeen":
      return { claims: world.claims.filter(({ pullId }) => pullId === event.pull.id) };
    case "pledgePaid": {
      const { chargeId, pledgeId } = event.payment;
      const charged = [...world.pledges.values()].find((one) => one.chargeId === chargeId);
      return aroundPledge(world, charged?.id ?? pledgeId);
    }
    case "disputeSeen": {
      const { disputeId, chargeId, pledgeId } = event.dispute;
      const charged = [...world.pledges.values()].find((one) => one.chargeId === chargeId);
      const dispute = world.disputes.get(disputeId) ?? null;
      return { ...aroundPledge(world, charged?.id ?? pledgeId), dispute };
    }
    case "refundSeen":
    case "refundRefused": {
      const key =
        event.event === "refundSeen"
          ? (event.refund.effectKey ?? event.refund.refundId)
          : event.effectKey;
      const refund = world.refunds.get(key);
      if (refund !== undefined) return { ...aroundPledge(world, refund.pledgeId), refund };
      const chargeId = event.event === "refundSeen" ? event.refund.chargeId : null;
      const charged = [...world.pledges.values()].find((one) => one.chargeId === chargeId);
      if (charged === undefined) throw new Error(`no refund ${key}`);
      return aroundPledge(world, charged.id);
    }
    case "transferSeen":
    case "transferRefused":
    case "payoutDue":
    case "shareDeclined":
    case "shareHanded":
    case "claimDateReached":
    case "claimDateNear": {
      const payout = world.payouts.get(event.payoutId);
      if (payout === undefined) throw new Error(`no payout ${event.payoutId}`);
      return { ...aroundPledge(world, payout.pledgeId), payout };
    }
    case "accountSeen":
    case "accountLost":
    case "bankPayoutSeen": {
      const payee = world.payees.get(event.payeeId);
      return { payees: payee === undefined ? [] : [payee] };
    }
    case "balanceMoved": {
      const { id, currency } = event.movement;
      const isBooked = world.postings.some(
        ({ balanceTransactionId }) => balanceTransactionId === id,
      );
      const feesPaid = world.balances.get(`stripe-fees ${currency}`) ?? 0n;
      return { books: { isBooked, feesPaid } };
    }
    case "policyRead":
    case "policyBroken":
      return {};
    case "checkoutExpired":
    case "checkoutOpened":
    case "checkoutRefused":
    case "pledgeReturnDue":
    case "cardVerified":
    case "chargeOpened":
    case "chargeRefused":
    case "chargeDeclined":
    case "chargeRedirected":
    case "chargeCanceled":
    case "chaseDue":
    case "pledgeLapseDue":
    case "pledgeAwarded":
    case "pledgeAwardUndone":
    case "goalPageClosing":
    case "goalExtended":
    case "promiseCalledIn":
    case "consentEnded":
      return aroundPledge(world, event.pledgeId);
  }
}
