// Reads for pages, effects and reports. They never lock, and on a file or a server they go through a
// connection that cannot write.
import { sql } from "kysely";
import type { Pull } from "../core/award.ts";
import type { Campaign, Repository } from "../core/campaign.ts";
import type { WaitingOf } from "../core/effects.ts";
import type { Payout } from "../core/payout.ts";
import type { Pledge } from "../core/pledge.ts";
import type { Reader } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { campaignSchema, payoutSchema, pledgeSchema, pullSchema } from "./entity-schemas.ts";
import { fromJson } from "./json.ts";
import {
  awardOf,
  isNamed,
  noticesOf,
  payeesOf,
  payoutById,
  policyOf,
  pullById,
  repositoryById,
} from "./queries.ts";
import { balances, postings, troubles } from "./reports.ts";
import { repositoryOf } from "./rows.ts";

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
    nextRefundAt: async (id) => await read(async (db) => await nextRefundAt(db, id)),
    awardOf: async (id) => await read(async (db) => await awardOf(db, id)),
    payoutById: async (id) => await read(async (db) => await payoutById(db, id)),
    waitingPayoutIds: async (options) =>
      await read(async (db) => await waitingPayoutIds(db, options)),
    payoutsOfPayee: async (id) => await read(async (db) => await payoutsOfPayee(db, id)),
    payeeById: async (id) => (await read(async (db) => await payeesOf(db, [id])))[0] ?? null,
    payeesOf: async (ids) => await read(async (db) => await payeesOf(db, ids)),
    replyByKey: async (key) => await read(async (db) => await replyByKey(db, key)),
    balances: async () => await read(balances),
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
  return row === undefined ? null : repositoryOf(row);
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
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : campaignOf(row);
}

/** Newest first. */
async function campaignsOfRepository(db: Handle, repositoryId: number): Promise<Campaign[]> {
  const rows = await db
    .selectFrom("campaigns")
    .select("body")
    .where("repository_id", "=", BigInt(repositoryId))
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

/** Newest first. */
async function pullsOfCampaign(db: Handle, campaignId: string): Promise<Pull[]> {
  const rows = await db
    .selectFrom("pulls")
    .innerJoin("claims", "claims.pull_id", "pulls.id")
    .select("pulls.body")
    .where("claims.campaign_id", "=", campaignId)
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
  { of, after, limit }: { of: WaitingOf; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("payouts")
    .select("id")
    .where((eb) =>
      "payeeId" in of
        ? eb("payee_id", "=", BigInt(of.payeeId))
        : eb("campaign_id", "=", of.campaignId),
    )
    .where("state", "=", sql.lit("waiting"))
    .$if(after !== null, (query) => query.where("id", ">", after ?? ""))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** `issue` as people write it: `octo/tool#12`. Newest campaign first. */
async function payoutsOfPayee(
  db: Handle,
  payeeId: number,
): Promise<(Payout & { issue: string })[]> {
  const rows = await db
    .selectFrom("payouts")
    .innerJoin("campaigns", "campaigns.id", "payouts.campaign_id")
    .leftJoin("repositories", "repositories.id", "campaigns.repository_id")
    .select(["payouts.body", "campaigns.issue_number", "repositories.owner", "repositories.name"])
    .where("payouts.payee_id", "=", BigInt(payeeId))
    .orderBy("campaigns.seq", "desc")
    .orderBy("payouts.id")
    .execute();
  return rows.map(({ body, issue_number, owner, name }) => ({
    ...fromJson(payoutSchema, body),
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
