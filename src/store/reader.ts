// Reads for pages, effects and reports. They never lock, and on a file or a server they go through a
// connection that cannot write.
import { sql } from "kysely";
import type { Award, Pull } from "../core/award.ts";
import type { Campaign, Repository } from "../core/campaign.ts";
import type { Handover } from "../core/handover.ts";
import type { Payee } from "../core/payout.ts";
import type { Pledge } from "../core/pledge.ts";
import type { Refund } from "../core/refund.ts";
import type { Delivery, PayoutLine, Reader } from "../ports.ts";
import { cursorAt } from "./cursors.ts";
import type { Handle } from "./engine.ts";
import {
  campaignSchema,
  handoverSchema,
  payoutSchema,
  pledgeSchema,
  pullSchema,
  refundSchema,
} from "./entity-schemas.ts";
import { fromJson } from "./json.ts";
import { isPending } from "./outbox.ts";
import {
  awardOf,
  bookedTransactions,
  claimsOf,
  isNamed,
  noticesOf,
  payeesOf,
  payoutById,
  policyOf,
  pullById,
  repositoryById,
} from "./queries.ts";
import { balances, operatorBalance, postings, troubles } from "./reports.ts";
import { payeeOf, repositoryOf } from "./rows.ts";

/** Runs one read on a connection that may be read from. */
export type Read = <T>(work: (db: Handle) => Promise<T>) => Promise<T>;

export function createReader(read: Read): Reader {
  return {
    repositoryById: async (id) => await read(async (db) => await repositoryById(db, id)),
    repositoryByName: async (owner, name) =>
      await read(async (db) => await repositoryByName(db, { owner, name })),
    policyOf: async (id) => await read(async (db) => await policyOf(db, id)),
    campaignById: async (id) => await read(async (db) => await campaignById(db, id)),
    campaignByIssue: async (repositoryId, issueNumber) =>
      await read(async (db) => await campaignByIssue(db, { repositoryId, issueNumber })),
    campaignsOfRepository: async (id) =>
      await read(async (db) => await campaignsOfRepository(db, id)),
    campaignsOfPull: async (id) => await read(async (db) => await campaignsOfPull(db, id)),
    pullById: async (id) => await read(async (db) => await pullById(db, id)),
    pullsOfCampaign: async (id) => await read(async (db) => await pullsOfCampaign(db, id)),
    noticesOf: async (options) => await read(async (db) => await noticesOf(db, options)),
    pledgeById: async (id) => await read(async (db) => await pledgeById(db, id)),
    unfinishedPledgeIds: async (options) =>
      await read(async (db) => await unfinishedPledgeIds(db, options)),
    pledgesOfBacker: async (id) => await read(async (db) => await pledgesOfBacker(db, id)),
    refundsOfPledge: async (id) => await read(async (db) => await refundsOfPledge(db, id)),
    nextRefundAt: async (id) => await read(async (db) => await nextRefundAt(db, id)),
    awardOf: async (id) => await read(async (db) => await standingAwardOf(db, id)),
    movedFrom: async (repositoryId, issueNumber) =>
      await read(async (db) => await movedFrom(db, { repositoryId, issueNumber })),
    repositoryIdsOf: async (id) => await read(async (db) => await repositoryIdsOf(db, id)),
    pullByNumber: async (repositoryId, number) =>
      await read(async (db) => await pullByNumber(db, { repositoryId, number })),
    claimsOf: async (pullId) => await read(async (db) => await claimsOf(db, pullId)),
    askedHandovers: async (payeeId) => await read(async (db) => await askedHandovers(db, payeeId)),
    payoutById: async (id) => await read(async (db) => await payoutById(db, id)),
    waitingPayoutIds: async (options) =>
      await read(async (db) => await waitingPayoutIds(db, options)),
    campaignsOfPayee: async (id) => await read(async (db) => await campaignsOfPayee(db, id)),
    payoutsOfPayee: async (id) => await read(async (db) => await payoutsOfPayee(db, id)),
    payeeById: async (id) => (await read(async (db) => await payeesOf(db, [id])))[0] ?? null,
    payeeByAccount: async (id) => await read(async (db) => await payeeByAccount(db, id)),
    payeesOf: async (ids) => await read(async (db) => await payeesOf(db, ids)),
    isPending: async (key) => await read(async (db) => await isPending(db, key)),
    replyByKey: async (key) => await read(async (db) => await replyByKey(db, key)),
    balances: async () => await read(balances),
    operatorBalance: async (currency) =>
      await read(async (db) => await operatorBalance(db, currency)),
    cursor: async (name) => await read(async (db) => await cursorAt(db, name)),
    bookedTransactions: async (ids) => await read(async (db) => await bookedTransactions(db, ids)),
    knownDeliveries: async (source, ids) =>
      await read(async (db) => await knownDeliveries(db, source, ids)),
    openCampaignIds: async (options) =>
      await read(async (db) => await openCampaignIds(db, options)),
    waitingPayees: async (options) => await read(async (db) => await waitingPayees(db, options)),
    postings: async () => await read(postings),
    troubles: async () => await read(troubles),
  };
}

async function repositoryByName(
  db: Handle,
  name: { owner: string; name: string },
): Promise<Repository | null> {
  const row = await db
    .selectFrom("repositories")
    .selectAll()
    .where(isNamed(name))
    .orderBy("seen", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row !== undefined) return repositoryOf(row);
  const former = await db
    .selectFrom("former_names")
    .select("repository_id")
    .where("owner", "=", name.owner.toLowerCase())
    .where("name", "=", name.name.toLowerCase())
    .executeTakeFirst();
  return former === undefined ? null : await repositoryById(db, Number(former.repository_id));
}

function campaignOf({ body }: { body: string }): Campaign {
  return fromJson(campaignSchema, body);
}

async function campaignById(db: Handle, id: string): Promise<Campaign | null> {
  const row = await db
    .selectFrom("campaigns")
    .select("body")
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : campaignOf(row);
}

async function campaignByIssue(
  db: Handle,
  { repositoryId, issueNumber }: { repositoryId: number; issueNumber: number },
): Promise<Campaign | null> {
  const row = await db
    .selectFrom("campaigns")
    .select("body")
    .where("repository_id", "=", BigInt(repositoryId))
    .where("issue_number", "=", BigInt(issueNumber))
    .where("kind", "<>", "tip")
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : campaignOf(row);
}

async function movedFrom(
  db: Handle,
  { repositoryId, issueNumber }: { repositoryId: number; issueNumber: number },
): Promise<Campaign | null> {
  const row = await db
    .selectFrom("former_issues")
    .select("campaign_id")
    .where("repository_id", "=", BigInt(repositoryId))
    .where("issue_number", "=", BigInt(issueNumber))
    .executeTakeFirst();
  return row === undefined ? null : await campaignById(db, row.campaign_id);
}

async function repositoryIdsOf(db: Handle, installationId: number): Promise<number[]> {
  const rows = await db
    .selectFrom("repositories")
    .select("id")
    .where("installation_id", "=", BigInt(installationId))
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => Number(id));
}

/** Newest first. */
async function campaignsOfRepository(db: Handle, repositoryId: number): Promise<Campaign[]> {
  const rows = await db
    .selectFrom("campaigns")
    .select("body")
    .where("repository_id", "=", BigInt(repositoryId))
    .where("kind", "<>", "tip")
    .orderBy("seq", "desc")
    .execute();
  return rows.map(campaignOf);
}

/** Oldest first. */
async function campaignsOfPull(db: Handle, pullId: number): Promise<Campaign[]> {
  const rows = await db
    .selectFrom("campaigns")
    .innerJoin("claims", "claims.campaign_id", "campaigns.id")
    .select("campaigns.body")
    .where("claims.pull_id", "=", BigInt(pullId))
    .orderBy("campaigns.seq")
    .execute();
  return rows.map(campaignOf);
}

/** One that was taken back stands no more. */
async function standingAwardOf(db: Handle, campaignId: string): Promise<Award | null> {
  const award = await awardOf(db, campaignId);
  return award === null || award.undone !== null ? null : award;
}

async function pullByNumber(
  db: Handle,
  { repositoryId, number }: { repositoryId: number; number: number },
): Promise<Pull | null> {
  const row = await db
    .selectFrom("pulls")
    .select("body")
    .where("repository_id", "=", BigInt(repositoryId))
    .where("number", "=", BigInt(number))
    .executeTakeFirst();
  return row === undefined ? null : fromJson(pullSchema, row.body);
}

/** Newest first; without those whose claim was declined. */
async function pullsOfCampaign(db: Handle, campaignId: string): Promise<Pull[]> {
  const rows = await db
    .selectFrom("pulls")
    .innerJoin("claims", "claims.pull_id", "pulls.id")
    .select("pulls.body")
    .where("claims.campaign_id", "=", campaignId)
    .where("claims.rejected", "is", null)
    .orderBy("pulls.number", "desc")
    .execute();
  return rows.map(({ body }) => fromJson(pullSchema, body));
}

async function pledgeById(db: Handle, id: string): Promise<Pledge | null> {
  const row = await db.selectFrom("pledges").select("body").where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : fromJson(pledgeSchema, row.body);
}

async function unfinishedPledgeIds(
  db: Handle,
  { campaignId, after, limit }: { campaignId: string; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("pledges")
    .select("id")
    .where("campaign_id", "=", campaignId)
    // As the index says it: SQLite uses a partial index only for a condition written the same way.
    .where("unfinished", "=", sql.lit(1n))
    .$if(after !== null, (query) => query.where("id", ">", after ?? ""))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function pledgesOfBacker(db: Handle, backerId: number): Promise<Pledge[]> {
  const rows = await db
    .selectFrom("pledges")
    .select("body")
    .where("backer_id", "=", BigInt(backerId))
    .execute();
  const pledges = rows.map(({ body }) => fromJson(pledgeSchema, body));
  return pledges.sort((a, b) => b.startedAt - a.startedAt);
}

async function refundsOfPledge(db: Handle, pledgeId: string): Promise<Refund[]> {
  const rows = await db
    .selectFrom("refunds")
    .select("body")
    .where("pledge_id", "=", pledgeId)
    .orderBy("effect_key")
    .execute();
  const refunds = rows.map(({ body }) => fromJson(refundSchema, body));
  return refunds.sort((a, b) => a.begunAt - b.begunAt);
}

async function nextRefundAt(db: Handle, campaignId: string): Promise<number | null> {
  const row = await db
    .selectFrom("pledges")
    .select("refund_at")
    .where("campaign_id", "=", campaignId)
    .where("refund_at", "is not", null)
    .orderBy("refund_at")
    .limit(1)
    .executeTakeFirst();
  return row?.refund_at == null ? null : Number(row.refund_at);
}

async function waitingPayoutIds(
  db: Handle,
  { of, after, limit }: Parameters<Reader["waitingPayoutIds"]>[0],
): Promise<string[]> {
  const rows = await db
    .selectFrom("payouts")
    .select("id")
    .where((eb) =>
      eb.and([
        ...("payeeId" in of ? [eb("payee_id", "=", BigInt(of.payeeId))] : []),
        ...("campaignId" in of ? [eb("campaign_id", "=", of.campaignId)] : []),
      ]),
    )
    .where("state", "=", sql.lit("waiting"))
    .$if(after !== null, (query) => query.where("id", ">", after ?? ""))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function askedHandovers(db: Handle, payeeId: number): Promise<Handover[]> {
  const rows = await db
    .selectFrom("handovers")
    .select("body")
    .where("from_id", "=", BigInt(payeeId))
    // As the index says it.
    .where("state", "=", sql.lit("asked"))
    .orderBy("id")
    .execute();
  return rows.map(({ body }) => fromJson(handoverSchema, body));
}

async function knownDeliveries(
  db: Handle,
  source: Delivery["source"],
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("inbox")
    .select("delivery_id")
    .distinct()
    .where("source", "=", source)
    .where("delivery_id", "in", [...ids])
    .execute();
  return rows.map(({ delivery_id: id }) => id);
}

async function openCampaignIds(
  db: Handle,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("campaigns")
    .select("id")
    .where("state", "in", [sql.lit("open"), sql.lit("reached")])
    .$if(after !== null, (query) => query.where("id", ">", after ?? ""))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function waitingPayees(
  db: Handle,
  { after, limit }: { after: number | null; limit: number },
): Promise<Payee[]> {
  const rows = await db
    .selectFrom("payees")
    .selectAll()
    .where("account_id", "is not", null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("payouts")
          .select("payouts.id")
          .whereRef("payouts.payee_id", "=", "payees.id")
          .where("payouts.state", "=", sql.lit("waiting")),
      ),
    )
    .$if(after !== null, (query) => query.where("id", ">", BigInt(after ?? 0)))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(payeeOf);
}

async function payeeByAccount(db: Handle, accountId: string): Promise<Payee | null> {
  const row = await db
    .selectFrom("payees")
    .selectAll()
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row === undefined ? null : payeeOf(row);
}

async function campaignsOfPayee(
  db: Handle,
  payeeId: number,
): Promise<(Campaign & { issue: string })[]> {
  const rows = await db
    .selectFrom("award_payees")
    .innerJoin("campaigns", "campaigns.id", "award_payees.campaign_id")
    .leftJoin("repositories", "repositories.id", "campaigns.repository_id")
    .select(["campaigns.body", "repositories.owner", "repositories.name"])
    .where("award_payees.payee_id", "=", BigInt(payeeId))
    .where("campaigns.kind", "<>", "tip")
    .orderBy("campaigns.seq", "desc")
    .execute();
  return rows.map(({ body, owner, name }) => {
    const campaign = campaignOf({ body });
    return { ...campaign, issue: `${owner ?? "?"}/${name ?? "?"}#${campaign.issueNumber}` };
  });
}

/** `issue` as people write it: `octo/tool#12`. Newest campaign first. */
async function payoutsOfPayee(db: Handle, payeeId: number): Promise<PayoutLine[]> {
  const rows = await db
    .selectFrom("payouts")
    .innerJoin("campaigns", "campaigns.id", "payouts.campaign_id")
    .leftJoin("repositories", "repositories.id", "campaigns.repository_id")
    .select(["payouts.body", "campaigns.issue_number", "campaigns.kind"])
    .select(["repositories.owner", "repositories.name"])
    .where("payouts.payee_id", "=", BigInt(payeeId))
    .orderBy("campaigns.seq", "desc")
    .orderBy("payouts.id")
    .execute();
  return rows.map(({ body, issue_number, kind, owner, name }) => ({
    ...fromJson(payoutSchema, body),
    kind: kind as Campaign["kind"],
    issue: `${owner ?? "?"}/${name ?? "?"}#${issue_number}`,
  }));
}

async function replyByKey(
  db: Handle,
  key: string,
): Promise<{ commentId: number; nodeId: string } | null> {
  const row = await db.selectFrom("replies").selectAll().where("key", "=", key).executeTakeFirst();
  return row === undefined ? null : { commentId: Number(row.comment_id), nodeId: row.node_id };
}
