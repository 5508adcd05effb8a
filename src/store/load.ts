// Loads the situation around the rows that a question is about, locked for writing. What it reads does
// not grow with a campaign's pledges: one pledge, its payouts, the award's payees, one pull request.
import { sql } from "kysely";
import type { Pull } from "../core/award.ts";
import type { Books } from "../core/books.ts";
import { type Campaign, isOpen } from "../core/campaign.ts";
import type { Dispute } from "../core/dispute.ts";
import { pledgeAccount, STRIPE_FEES } from "../core/ledger.ts";
import { NOTHING_OWED } from "../core/owed.ts";
import { hasLeft, type Payee, type Payout } from "../core/payout.ts";
import type { Pledge } from "../core/pledge.ts";
import type { Refund } from "../core/refund.ts";
import type { Loaded, Subject } from "../ports.ts";
import type { Handle } from "./engine.ts";
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
  aroundCampaign,
  bookedTransactions,
  claimsOf,
  handoversOf,
  noticesOf,
  owedTo,
  payeesOf,
  payoutById,
  placeOf,
} from "./queries.ts";
import { atMost, manyRows, oneRow } from "./statement.ts";

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

export async function load(trx: Handle, subject: Subject): Promise<Loaded> {
  const named = await find(trx, subject);
  const { campaign, pledge, refund, payout } = named;
  const around = campaign === null ? null : await aroundCampaign(trx, campaign.id);
  const award = around?.award ?? null;
  const awarded = subject.of === "issue" ? (award?.pullId ?? null) : null;
  const pullId = named.pullId ?? campaign?.waitingPullId ?? awarded;
  const pull = pullId === null ? null : await pullForUpdate(trx, pullId);
  const {
    repository,
    policy,
    sha: policySha,
  } = around ?? (await placeOf(trx, named.repositoryId ?? pull?.repositoryId ?? null));
  const asking = subject.of === "campaign" || subject.of === "issue";
  const handovers = asking && award !== null ? await handoversOf(trx, award) : [];
  const heirs = [...handovers, ...(award?.handed ?? [])].map(({ to }) => to);
  const payees = [...(award?.payees ?? []), ...heirs];
  const payeeIds = [...payees.map(({ id }) => id), ...candidates(campaign, pull)];
  return {
    repository,
    policy,
    policySha,
    campaign,
    pledge,
    held: pledge === null ? 0n : await heldBy(trx, pledge),
    refund,
    books: subject.of === "movement" ? await booksOf(trx, subject) : null,
    dispute: named.disputeId === null ? null : await disputeById(trx, named.disputeId),
    award,
    handovers,
    payout,
    payouts: pledge === null ? [] : await payoutsOf(trx, pledge.id),
    payoutsLeft: campaign?.state === "awarded" && (await haveLeft(trx, campaign.id)),
    owed: named.payeeId === null ? NOTHING_OWED : await owedTo(trx, named.payeeId),
    payees: await payeesForUpdate(trx, [...payeeIds, named.payeeId, payout?.payeeId]),
    pull,
    claims: pullId === null ? [] : await claimsOf(trx, pullId),
    notices:
      pullId === null || campaign === null
        ? []
        : await noticesOf(trx, { pullId, campaignId: campaign.id }),
  };
}

async function find(trx: Handle, subject: Subject): Promise<Named> {
  switch (subject.of) {
    case "repository":
      return { ...NOTHING_NAMED, repositoryId: subject.repositoryId };
    case "issue": {
      const { repositoryId, issueId, pullId = null } = subject;
      // Two `/bounty` on one issue: the second must see the first's campaign.
      await lockName(trx, `issue:${repositoryId}:${issueId}`);
      const campaign = await campaignOfIssueForUpdate(trx, { repositoryId, issueId });
      return { ...NOTHING_NAMED, repositoryId, campaign, pullId };
    }
    case "campaign": {
      const campaign = await campaignForUpdate(trx, subject.campaignId);
      return { ...NOTHING_NAMED, campaign, pullId: subject.pullId ?? null };
    }
    case "pull":
      return { ...NOTHING_NAMED, pullId: subject.pullId };
    case "pledge":
      return { ...NOTHING_NAMED, ...(await pledgeForUpdate(trx, { id: subject.pledgeId })) };
    case "payment": {
      const keys: PledgeKey[] = [{ charge_id: subject.chargeId }, { id: subject.pledgeId }];
      return { ...NOTHING_NAMED, ...(await pledgeForUpdate(trx, ...keys)) };
    }
    case "nonce": {
      const campaign = await campaignForUpdate(trx, subject.campaignId);
      const pledge = await pledgeWhere(trx, { nonce: subject.nonce });
      return { ...NOTHING_NAMED, campaign, pledge };
    }
    case "refund": {
      const { effectKey, charge } = subject;
      const pledgeId = await pledgeOfRefund(trx, effectKey);
      if (pledgeId === null && charge === undefined) return NOTHING_NAMED;
      const key = pledgeId === null ? { charge_id: charge ?? "" } : { id: pledgeId };
      const found = await pledgeForUpdate(trx, key);
      return { ...NOTHING_NAMED, ...found, refund: await refundByKey(trx, effectKey) };
    }
    case "dispute": {
      const keys: PledgeKey[] = [{ charge_id: subject.chargeId }, { id: subject.pledgeId }];
      const found = await pledgeForUpdate(trx, ...keys);
      return { ...NOTHING_NAMED, ...found, disputeId: subject.disputeId };
    }
    case "movement":
      return NOTHING_NAMED;
    case "payout": {
      const before = await payoutById(trx, subject.payoutId);
      if (before === null) return NOTHING_NAMED;
      const found = await pledgeForUpdate(trx, { id: before.pledgeId });
      return { ...NOTHING_NAMED, ...found, payout: await payoutById(trx, subject.payoutId) };
    }
    case "payee":
      return { ...NOTHING_NAMED, payeeId: subject.payeeId };
  }
}

/** Whoever an award of this campaign could pay. */
function candidates(campaign: Campaign | null, pull: Pull | null): number[] {
  if (campaign === null || !isOpen(campaign)) return [];
  const people = pull === null ? [] : [pull.author, ...pull.coAuthors, ...pull.reviewers];
  return [...(campaign.split ?? []), ...people].map(({ id }) => id);
}

async function payeesForUpdate(
  trx: Handle,
  ids: readonly (number | null | undefined)[],
): Promise<Payee[]> {
  const wanted = [...new Set(ids.filter((id) => id != null))];
  await lockPayees(trx, wanted);
  return await payeesOf(trx, wanted);
}

const selectCampaign = oneRow((db, { id }: { id: string }, dialect) =>
  db
    .selectFrom("campaigns")
    .select("body")
    .where("id", "=", id)
    .$if(dialect === "postgres", (query) => query.forUpdate()),
);

async function campaignForUpdate(trx: Handle, id: string): Promise<Campaign | null> {
  const row = await selectCampaign(trx, { id });
  return row === undefined ? null : fromJson(campaignSchema, row.body);
}

const selectCampaignOfIssue = oneRow(
  (db, given: { repositoryId: bigint; issueId: bigint }, dialect) =>
    db
      .selectFrom("campaigns")
      .select("body")
      .where("repository_id", "=", given.repositoryId)
      .where("issue_id", "=", given.issueId)
      .where("kind", "<>", "tip")
      .orderBy("seq", "desc")
      .limit(atMost(1))
      .$if(dialect === "postgres", (query) => query.forUpdate()),
);

async function campaignOfIssueForUpdate(
  trx: Handle,
  { repositoryId, issueId }: { repositoryId: number; issueId: number },
): Promise<Campaign | null> {
  const row = await selectCampaignOfIssue(trx, {
    repositoryId: BigInt(repositoryId),
    issueId: BigInt(issueId),
  });
  return row === undefined ? null : fromJson(campaignSchema, row.body);
}

type PledgeKey = { id: string } | { charge_id: string } | { nonce: string };

/** The keys that a pledge is found by each make a statement of their own. */
const selectPledge = oneRow((db, key: PledgeKey, dialect) =>
  db
    .selectFrom("pledges")
    .select("body")
    .where((eb) => eb.and(key))
    .$if(dialect === "postgres", (query) => query.forUpdate()),
);

/** A pledge never changes its campaign. */
const selectCampaignOfPledge = oneRow((db, key: PledgeKey, dialect) =>
  db
    .selectFrom("campaigns")
    .select("body")
    .where("id", "=", (eb) =>
      eb
        .selectFrom("pledges")
        .select("campaign_id")
        .where((inner) => inner.and(key)),
    )
    .$if(dialect === "postgres", (query) => query.forUpdate()),
);

/**
 * The first pledge that one of the keys finds, with its campaign. The campaign is locked first, and the keys are asked
 * again: what they find may have been written meanwhile.
 */
async function pledgeForUpdate(
  trx: Handle,
  ...keys: PledgeKey[]
): Promise<{ campaign: Campaign | null; pledge: Pledge | null }> {
  for (const key of keys) {
    const row = await selectCampaignOfPledge(trx, key);
    if (row === undefined) continue;
    const campaign = fromJson(campaignSchema, row.body);
    for (const again of keys) {
      const pledge = await pledgeWhere(trx, again);
      if (pledge !== null) return { campaign, pledge };
    }
  }
  return { campaign: null, pledge: null };
}

async function pledgeWhere(trx: Handle, key: PledgeKey): Promise<Pledge | null> {
  const row = await selectPledge(trx, key);
  return row === undefined ? null : fromJson(pledgeSchema, row.body);
}

const selectPull = oneRow((db, { id }: { id: bigint }, dialect) =>
  db
    .selectFrom("pulls")
    .select("body")
    .where("id", "=", id)
    .$if(dialect === "postgres", (query) => query.forUpdate()),
);

async function pullForUpdate(trx: Handle, id: number): Promise<Pull | null> {
  const row = await selectPull(trx, { id: BigInt(id) });
  return row === undefined ? null : fromJson(pullSchema, row.body);
}

const selectLeft = oneRow((db, { campaignId }: { campaignId: string }) =>
  db
    .selectFrom("payouts")
    .select("id")
    .where("campaign_id", "=", campaignId)
    .where("state", "in", ["sending", "paid", "reversed", "overpaid"])
    .limit(atMost(1)),
);

const selectStopped = manyRows((db, { campaignId }: { campaignId: string }) =>
  db
    .selectFrom("payouts")
    .select("body")
    .where("campaign_id", "=", campaignId)
    .where("state", "=", sql.lit("stopped")),
);

async function haveLeft(trx: Handle, campaignId: string): Promise<boolean> {
  if ((await selectLeft(trx, { campaignId })) !== undefined) return true;
  // Only the transfer's id tells whether one of these was sent before a bank took its money.
  const stopped = await selectStopped(trx, { campaignId });
  return stopped.some(({ body }) => hasLeft(fromJson(payoutSchema, body)));
}

const selectRefund = oneRow((db, { effectKey }: { effectKey: string }) =>
  db.selectFrom("refunds").select(["pledge_id", "body"]).where("effect_key", "=", effectKey),
);

async function pledgeOfRefund(trx: Handle, effectKey: string): Promise<string | null> {
  return (await selectRefund(trx, { effectKey }))?.pledge_id ?? null;
}

async function refundByKey(trx: Handle, effectKey: string): Promise<Refund | null> {
  const row = await selectRefund(trx, { effectKey });
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

const selectPayouts = manyRows((db, { pledgeId }: { pledgeId: string }) =>
  db
    .selectFrom("payouts")
    .select("body")
    .where("pledge_id", "=", pledgeId)
    .orderBy("payee_id")
    .orderBy("round"),
);

async function payoutsOf(trx: Handle, pledgeId: string): Promise<Payout[]> {
  const rows = await selectPayouts(trx, { pledgeId });
  return rows.map(({ body }) => fromJson(payoutSchema, body));
}

const selectBalance = oneRow((db, given: { account: string; currency: string }) =>
  db
    .selectFrom("balances")
    .select("amount")
    .where("account", "=", given.account)
    .where("currency", "=", given.currency),
);

const selectBalanceForUpdate = oneRow((db, given: { account: string; currency: string }, dialect) =>
  db
    .selectFrom("balances")
    .select("amount")
    .where("account", "=", given.account)
    .where("currency", "=", given.currency)
    .$if(dialect === "postgres", (query) => query.forUpdate()),
);

/** Two runs about one balance transaction must not both find it unbooked. */
async function booksOf(
  trx: Handle,
  { transactionId, currency }: Extract<Subject, { of: "movement" }>,
): Promise<Books> {
  await lockName(trx, `transaction:${transactionId}`);
  const booked = await bookedTransactions(trx, [transactionId]);
  const fees = await selectBalanceForUpdate(trx, { account: STRIPE_FEES, currency });
  return { isBooked: booked.length > 0, feesPaid: fees?.amount ?? 0n };
}

async function heldBy(trx: Handle, { id, settlementCurrency, currency }: Pledge): Promise<bigint> {
  const row = await selectBalance(trx, {
    account: pledgeAccount(id),
    currency: settlementCurrency ?? currency,
  });
  return row?.amount ?? 0n;
}
