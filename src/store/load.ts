// Loads the situation around the rows that a question is about, locked for writing. What it reads does
// not grow with a campaign's pledges: one pledge, its payouts, the award's payees, one pull request.
import type { Pull } from "../core/award.ts";
import type { Books } from "../core/books.ts";
import { type Campaign, isOpen } from "../core/campaign.ts";
import type { Dispute } from "../core/dispute.ts";
import { pledgeAccount, STRIPE_FEES } from "../core/ledger.ts";
import { hasLeft, type Payee, type Payout } from "../core/payout.ts";
import type { Pledge } from "../core/pledge.ts";
import { DEFAULT_POLICY } from "../core/policy.ts";
import type { Refund } from "../core/refund.ts";
import type { Loaded, Subject } from "../ports.ts";
import type { DialectName, Handle } from "./engine.ts";
import {
  campaignSchema,
  disputeSchema,
  payoutSchema,
  pledgeSchema,
  pullSchema,
  refundSchema,
} from "./entity-schemas.ts";
import { fromJson } from "./json.ts";
import { lockName, lockPayees } from "./locks.ts";
import {
  awardOf,
  bookedTransactions,
  claimsOf,
  handoversOf,
  noticesOf,
  payeesOf,
  payoutById,
  policyOf,
  repositoryById,
} from "./queries.ts";

/** A transaction and how it locks. */
interface Ground {
  trx: Handle;
  dialect: DialectName;
}

/** What the subject itself names; the rest follows from it. */
interface Named {
  repositoryId: number | null;
  campaign: Campaign | null;
  pledge: Pledge | null;
  refund: Refund | null;
  payout: Payout | null;
  disputeId: string | null;
  pullId: number | null;
  payeeId: number | null;
}

const NOTHING_NAMED: Named = {
  repositoryId: null,
  campaign: null,
  pledge: null,
  refund: null,
  payout: null,
  disputeId: null,
  pullId: null,
  payeeId: null,
};

export async function load(trx: Handle, dialect: DialectName, subject: Subject): Promise<Loaded> {
  const ground: Ground = { trx, dialect };
  const named = await find(ground, subject);
  const { campaign, pledge, refund, payout } = named;
  const award = campaign === null ? null : await awardOf(trx, campaign.id);
  const awarded = subject.of === "issue" ? (award?.pullId ?? null) : null;
  const pullId = named.pullId ?? campaign?.waitingPullId ?? awarded;
  const pull = pullId === null ? null : await pullForUpdate(ground, pullId);
  const repositoryId = named.repositoryId ?? campaign?.repositoryId ?? pull?.repositoryId ?? null;
  const { policy, sha: policySha } =
    repositoryId === null
      ? { policy: DEFAULT_POLICY, sha: null }
      : await policyOf(trx, repositoryId);
  const asking = subject.of === "campaign" || subject.of === "issue";
  const handovers = asking && award !== null ? await handoversOf(trx, award) : [];
  const heirs = [...handovers, ...(award?.handed ?? [])].map(({ to }) => to);
  const payees = [...(award?.payees ?? []), ...heirs];
  const payeeIds = [...payees.map(({ id }) => id), ...candidates(campaign, pull)];
  return {
    repository: repositoryId === null ? null : await repositoryById(trx, repositoryId),
    policy,
    policySha,
    campaign,
    pledge,
    held: pledge === null ? 0n : await heldBy(trx, pledge),
    refund,
    books: subject.of === "movement" ? await booksOf(ground, subject) : null,
    dispute: named.disputeId === null ? null : await disputeById(trx, named.disputeId),
    award,
    handovers,
    payout,
    payouts: pledge === null ? [] : await payoutsOf(trx, pledge.id),
    payoutsLeft: campaign?.state === "awarded" && (await haveLeft(trx, campaign.id)),
    payees: await payeesForUpdate(ground, [...payeeIds, named.payeeId, payout?.payeeId]),
    pull,
    claims: pullId === null ? [] : await claimsOf(trx, pullId),
    notices:
      pullId === null || campaign === null
        ? []
        : await noticesOf(trx, { pullId, campaignId: campaign.id }),
  };
}

async function find(ground: Ground, subject: Subject): Promise<Named> {
  const { trx, dialect } = ground;
  switch (subject.of) {
    case "repository":
      return { ...NOTHING_NAMED, repositoryId: subject.repositoryId };
    case "issue": {
      const { repositoryId, issueId, pullId = null } = subject;
      // Two `/bounty` on one issue: the second must see the first's campaign.
      await lockName(trx, dialect, `issue:${repositoryId}:${issueId}`);
      const campaign = await campaignOfIssueForUpdate(ground, { repositoryId, issueId });
      return { ...NOTHING_NAMED, repositoryId, campaign, pullId };
    }
    case "campaign": {
      const campaign = await campaignForUpdate(ground, subject.campaignId);
      return { ...NOTHING_NAMED, campaign, pullId: subject.pullId ?? null };
    }
    case "pull":
      return { ...NOTHING_NAMED, pullId: subject.pullId };
    case "pledge":
      return { ...NOTHING_NAMED, ...(await pledgeForUpdate(ground, { id: subject.pledgeId })) };
    case "payment": {
      const keys: PledgeKey[] = [{ charge_id: subject.chargeId }, { id: subject.pledgeId }];
      return { ...NOTHING_NAMED, ...(await pledgeForUpdate(ground, ...keys)) };
    }
    case "nonce": {
      const campaign = await campaignForUpdate(ground, subject.campaignId);
      const pledge = await pledgeWhere(ground, { nonce: subject.nonce });
      return { ...NOTHING_NAMED, campaign, pledge };
    }
    case "refund": {
      const { effectKey, charge } = subject;
      const pledgeId = await pledgeOfRefund(trx, effectKey);
      if (pledgeId === null && charge === undefined) return NOTHING_NAMED;
      const key = pledgeId === null ? { charge_id: charge ?? "" } : { id: pledgeId };
      const found = await pledgeForUpdate(ground, key);
      return { ...NOTHING_NAMED, ...found, refund: await refundByKey(trx, effectKey) };
    }
    case "dispute": {
      const keys: PledgeKey[] = [{ charge_id: subject.chargeId }, { id: subject.pledgeId }];
      const found = await pledgeForUpdate(ground, ...keys);
      return { ...NOTHING_NAMED, ...found, disputeId: subject.disputeId };
    }
    case "movement":
      return NOTHING_NAMED;
    case "payout": {
      const before = await payoutById(trx, subject.payoutId);
      if (before === null) return NOTHING_NAMED;
      const found = await pledgeForUpdate(ground, { id: before.pledgeId });
      return { ...NOTHING_NAMED, ...found, payout: await payoutById(trx, subject.payoutId) };
    }
    case "payee": {
      const { payeeId, repositoryId = null } = subject;
      return { ...NOTHING_NAMED, payeeId, repositoryId };
    }
  }
}

/** Whoever an award of this campaign could pay. */
function candidates(campaign: Campaign | null, pull: Pull | null): number[] {
  if (campaign === null || !isOpen(campaign)) return [];
  const people = pull === null ? [] : [pull.author, ...pull.coAuthors, ...pull.reviewers];
  return [...(campaign.split ?? []), ...people].map(({ id }) => id);
}

async function payeesForUpdate(
  { trx, dialect }: Ground,
  ids: readonly (number | null | undefined)[],
): Promise<Payee[]> {
  const wanted = [...new Set(ids.filter((id) => id != null))];
  await lockPayees(trx, dialect, wanted);
  return await payeesOf(trx, wanted);
}

async function campaignForUpdate({ trx, dialect }: Ground, id: string): Promise<Campaign | null> {
  const row = await trx
    .selectFrom("campaigns")
    .select("body")
    .where("id", "=", id)
    .$if(dialect === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  return row === undefined ? null : fromJson(campaignSchema, row.body);
}

async function campaignOfIssueForUpdate(
  { trx, dialect }: Ground,
  { repositoryId, issueId }: { repositoryId: number; issueId: number },
): Promise<Campaign | null> {
  const row = await trx
    .selectFrom("campaigns")
    .select("body")
    .where("repository_id", "=", BigInt(repositoryId))
    .where("issue_id", "=", BigInt(issueId))
    .where("kind", "<>", "tip")
    .orderBy("seq", "desc")
    .limit(1)
    .$if(dialect === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  return row === undefined ? null : fromJson(campaignSchema, row.body);
}

type PledgeKey = { id: string } | { charge_id: string } | { nonce: string };

/**
 * The first pledge that one of the keys finds, with its campaign. The campaign is locked first (a pledge
 * never changes it) and the keys are asked again: what they find may have been written meanwhile.
 */
async function pledgeForUpdate(
  ground: Ground,
  ...keys: PledgeKey[]
): Promise<{ campaign: Campaign | null; pledge: Pledge | null }> {
  for (const key of keys) {
    const row = await selectPledge(ground.trx, key).select("campaign_id").executeTakeFirst();
    if (row === undefined) continue;
    const campaign = await campaignForUpdate(ground, row.campaign_id);
    for (const again of keys) {
      const pledge = await pledgeWhere(ground, again);
      if (pledge !== null) return { campaign, pledge };
    }
  }
  return { campaign: null, pledge: null };
}

async function pledgeWhere({ trx, dialect }: Ground, key: PledgeKey): Promise<Pledge | null> {
  const row = await selectPledge(trx, key)
    .select("body")
    .$if(dialect === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  return row === undefined ? null : fromJson(pledgeSchema, row.body);
}

function selectPledge(trx: Handle, key: PledgeKey) {
  return trx.selectFrom("pledges").where((eb) => eb.and(key));
}

async function pullForUpdate({ trx, dialect }: Ground, id: number): Promise<Pull | null> {
  const row = await trx
    .selectFrom("pulls")
    .select("body")
    .where("id", "=", BigInt(id))
    .$if(dialect === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  return row === undefined ? null : fromJson(pullSchema, row.body);
}

async function haveLeft(trx: Handle, campaignId: string): Promise<boolean> {
  const ofCampaign = trx.selectFrom("payouts").where("campaign_id", "=", campaignId);
  const left = await ofCampaign
    .select("id")
    .where("state", "in", ["sending", "paid", "reversed", "overpaid"])
    .limit(1)
    .executeTakeFirst();
  if (left !== undefined) return true;
  // Only the transfer's id tells whether one of these was sent before a bank took its money.
  const stopped = await ofCampaign.select("body").where("state", "=", "stopped").execute();
  return stopped.some(({ body }) => hasLeft(fromJson(payoutSchema, body)));
}

async function pledgeOfRefund(trx: Handle, effectKey: string): Promise<string | null> {
  const row = await trx
    .selectFrom("refunds")
    .select("pledge_id")
    .where("effect_key", "=", effectKey)
    .executeTakeFirst();
  return row?.pledge_id ?? null;
}

async function refundByKey(trx: Handle, effectKey: string): Promise<Refund | null> {
  const row = await trx
    .selectFrom("refunds")
    .select("body")
    .where("effect_key", "=", effectKey)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(refundSchema, row.body);
}

async function disputeById(trx: Handle, id: string): Promise<Dispute | null> {
  const row = await trx
    .selectFrom("disputes")
    .select("body")
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(disputeSchema, row.body);
}

async function payoutsOf(trx: Handle, pledgeId: string): Promise<Payout[]> {
  const rows = await trx
    .selectFrom("payouts")
    .select("body")
    .where("pledge_id", "=", pledgeId)
    .orderBy("payee_id")
    .orderBy("round")
    .execute();
  return rows.map(({ body }) => fromJson(payoutSchema, body));
}

/** Two runs about one balance transaction must not both find it unbooked. */
async function booksOf(
  { trx, dialect }: Ground,
  { transactionId, currency }: Extract<Subject, { of: "movement" }>,
): Promise<Books> {
  await lockName(trx, dialect, `transaction:${transactionId}`);
  const booked = await bookedTransactions(trx, [transactionId]);
  const fees = await trx
    .selectFrom("balances")
    .select("amount")
    .where("account", "=", STRIPE_FEES)
    .where("currency", "=", currency)
    .$if(dialect === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  return { isBooked: booked.length > 0, feesPaid: fees?.amount ?? 0n };
}

async function heldBy(trx: Handle, { id, settlementCurrency, currency }: Pledge): Promise<bigint> {
  const row = await trx
    .selectFrom("balances")
    .select("amount")
    .where("account", "=", pledgeAccount(id))
    .where("currency", "=", settlementCurrency ?? currency)
    .executeTakeFirst();
  return row?.amount ?? 0n;
}
