// What pages and effects read of repositories, campaigns and pull requests.
import { sql } from "kysely";
import type { Award, Pull } from "../core/award.ts";
import type { Campaign, Repository } from "../core/campaign.ts";
import type { Delivery } from "../ports.ts";
import type { Handle } from "./engine.ts";
import { campaignSchema, pullSchema } from "./entity-schemas.ts";
import { fromJson } from "./json.ts";
import { awardOf, isNamed, repositoryById } from "./queries.ts";
import { repositoryOf } from "./rows.ts";
import { atMost, manyRows, oneRow } from "./statement.ts";

type Name = { owner: string; name: string };

const selectNamed = oneRow((db, given: Name) =>
  db
    .selectFrom("repositories")
    .selectAll()
    .where(isNamed(given))
    .orderBy("seen", "desc")
    .limit(atMost(1)),
);

const selectFormerlyNamed = oneRow((db, { owner, name }: Name) =>
  db
    .selectFrom("former_names")
    .select("repository_id")
    .where("owner", "=", owner)
    .where("name", "=", name),
);

export async function repositoryByName(
  db: Handle,
  { owner, name }: Name,
): Promise<Repository | null> {
  const row = await selectNamed(db, { owner, name });
  if (row !== undefined) return repositoryOf(row);
  const lower = { owner: owner.toLowerCase(), name: name.toLowerCase() };
  const former = await selectFormerlyNamed(db, lower);
  return former === undefined ? null : await repositoryById(db, Number(former.repository_id));
}

export function campaignOf({ body }: { body: string }): Campaign {
  return fromJson(campaignSchema, body);
}

const selectCampaign = oneRow((db, { id }: { id: string }) =>
  db.selectFrom("campaigns").select("body").where("id", "=", id),
);

export async function campaignById(db: Handle, id: string): Promise<Campaign | null> {
  const row = await selectCampaign(db, { id });
  return row === undefined ? null : campaignOf(row);
}

type Place = { repositoryId: bigint; issueNumber: bigint };

const selectCampaignAt = oneRow((db, { repositoryId, issueNumber }: Place) =>
  db
    .selectFrom("campaigns")
    .select("body")
    .where("repository_id", "=", repositoryId)
    .where("issue_number", "=", issueNumber)
    .where("kind", "<>", "tip")
    .orderBy("seq", "desc")
    .limit(atMost(1)),
);

export async function campaignByIssue(
  db: Handle,
  { repositoryId, issueNumber }: { repositoryId: number; issueNumber: number },
): Promise<Campaign | null> {
  const place = { repositoryId: BigInt(repositoryId), issueNumber: BigInt(issueNumber) };
  const row = await selectCampaignAt(db, place);
  return row === undefined ? null : campaignOf(row);
}

const selectMoved = oneRow((db, { repositoryId, issueNumber }: Place) =>
  db
    .selectFrom("former_issues")
    .select("campaign_id")
    .where("repository_id", "=", repositoryId)
    .where("issue_number", "=", issueNumber),
);

export async function movedFrom(
  db: Handle,
  { repositoryId, issueNumber }: { repositoryId: number; issueNumber: number },
): Promise<Campaign | null> {
  const place = { repositoryId: BigInt(repositoryId), issueNumber: BigInt(issueNumber) };
  const row = await selectMoved(db, place);
  return row === undefined ? null : await campaignById(db, row.campaign_id);
}

const selectInstalled = manyRows((db, { installationId }: { installationId: bigint }) =>
  db
    .selectFrom("repositories")
    .select("id")
    .where("installation_id", "=", installationId)
    .orderBy("id"),
);

export async function repositoryIdsOf(db: Handle, installationId: number): Promise<number[]> {
  const rows = await selectInstalled(db, { installationId: BigInt(installationId) });
  return rows.map(({ id }) => Number(id));
}

const selectCampaignsOfRepository = manyRows((db, { repositoryId }: { repositoryId: bigint }) =>
  db
    .selectFrom("campaigns")
    .select("body")
    .where("repository_id", "=", repositoryId)
    .where("kind", "<>", "tip")
    .orderBy("seq", "desc"),
);

/** Newest first. */
export async function campaignsOfRepository(db: Handle, repositoryId: number): Promise<Campaign[]> {
  const rows = await selectCampaignsOfRepository(db, { repositoryId: BigInt(repositoryId) });
  return rows.map(campaignOf);
}

const selectCampaignsOfPull = manyRows((db, { pullId }: { pullId: bigint }) =>
  db
    .selectFrom("campaigns")
    .innerJoin("claims", "claims.campaign_id", "campaigns.id")
    .select("campaigns.body")
    .where("claims.pull_id", "=", pullId)
    .orderBy("campaigns.seq"),
);

/** Oldest first. */
export async function campaignsOfPull(db: Handle, pullId: number): Promise<Campaign[]> {
  return (await selectCampaignsOfPull(db, { pullId: BigInt(pullId) })).map(campaignOf);
}

/** One that was taken back stands no more. */
export async function standingAwardOf(db: Handle, campaignId: string): Promise<Award | null> {
  const award = await awardOf(db, campaignId);
  return award === null || award.undone !== null ? null : award;
}

const selectPullAt = oneRow((db, given: { repositoryId: bigint; number: bigint }) =>
  db
    .selectFrom("pulls")
    .select("body")
    .where("repository_id", "=", given.repositoryId)
    .where("number", "=", given.number),
);

export async function pullByNumber(
  db: Handle,
  { repositoryId, number }: { repositoryId: number; number: number },
): Promise<Pull | null> {
  const place = { repositoryId: BigInt(repositoryId), number: BigInt(number) };
  const row = await selectPullAt(db, place);
  return row === undefined ? null : fromJson(pullSchema, row.body);
}

const selectPullsOfCampaign = manyRows((db, { campaignId }: { campaignId: string }) =>
  db
    .selectFrom("pulls")
    .innerJoin("claims", "claims.pull_id", "pulls.id")
    .select("pulls.body")
    .where("claims.campaign_id", "=", campaignId)
    .where("claims.rejected", "is", null)
    .orderBy("pulls.number", "desc"),
);

/** Newest first; without those whose claim was declined. */
export async function pullsOfCampaign(db: Handle, campaignId: string): Promise<Pull[]> {
  const rows = await selectPullsOfCampaign(db, { campaignId });
  return rows.map(({ body }) => fromJson(pullSchema, body));
}

const selectKnown = manyRows((db, { source, ids }: { source: string; ids: readonly string[] }) =>
  db
    .selectFrom("inbox")
    .select("delivery_id")
    .distinct()
    .where("source", "=", source)
    .where("delivery_id", "in", ids),
);

export async function knownDeliveries(
  db: Handle,
  source: Delivery["source"],
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await selectKnown(db, { source, ids });
  return rows.map(({ delivery_id: id }) => id);
}

const selectOpen = manyRows((db, { after, limit }: { after: string; limit: bigint }) =>
  db
    .selectFrom("campaigns")
    .select("id")
    .where("state", "in", [sql.lit("open"), sql.lit("reached")])
    .where("id", ">", after)
    .orderBy("id")
    .limit(atMost(limit)),
);

export async function openCampaignIds(
  db: Handle,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await selectOpen(db, { after: after ?? "", limit: BigInt(limit) });
  return rows.map(({ id }) => id);
}

const selectReply = oneRow((db, { key }: { key: string }) =>
  db.selectFrom("replies").selectAll().where("key", "=", key),
);

export async function replyByKey(
  db: Handle,
  key: string,
): Promise<{ commentId: number; nodeId: string } | null> {
  const row = await selectReply(db, { key });
  return row === undefined ? null : { commentId: Number(row.comment_id), nodeId: row.node_id };
}
