// Single entities and short lists that both loading a situation and reading for a page need.
import { type RawBuilder, sql } from "kysely";
import type { Award, Claim, Notice, Pull } from "../core/award.ts";
import type { Repository } from "../core/campaign.ts";
import type { Handover } from "../core/handover.ts";
import type { Owed } from "../core/owed.ts";
import type { Payee, Payout } from "../core/payout.ts";
import { DEFAULT_POLICY, type Policy } from "../core/policy.ts";
import type { WholeCampaign } from "../ports.ts";
import type { Handle } from "./engine.ts";
import {
  awardSchema,
  campaignSchema,
  handoverSchema,
  noticeSchema,
  payoutSchema,
  policySchema,
  pullSchema,
} from "./entity-schemas.ts";
import { fromJson } from "./json.ts";
import { claimOf, payeeOf, type Row, repositoryOf } from "./rows.ts";
import { atMost, manyRows, oneRow } from "./statement.ts";

export const repositoryRowById = oneRow((db, { id }: { id: bigint }) =>
  db.selectFrom("repositories").selectAll().where("id", "=", id),
);

export async function repositoryById(db: Handle, id: number): Promise<Repository | null> {
  const row = await repositoryRowById(db, { id: BigInt(id) });
  return row === undefined ? null : repositoryOf(row);
}

/** Condition on `repositories`: GitHub's names do not know case. */
export function isNamed({ owner, name }: { owner: string; name: string }): RawBuilder<boolean> {
  return sql<boolean>`(lower(owner) = lower(cast(${owner} as text))
    and lower(name) = lower(cast(${name} as text)))`;
}

const selectPolicy = oneRow((db, { repositoryId }: { repositoryId: bigint }) =>
  db.selectFrom("policies").select(["sha", "body"]).where("repository_id", "=", repositoryId),
);

/** What is in force in a repository: `sha` is of the last policy file that was read, null when none was. */
export interface InForce {
  policy: Policy;
  sha: string | null;
}

const STANDARD: InForce = { policy: DEFAULT_POLICY, sha: null };

/** The last good policy, or the default one. */
export async function policyOf(db: Handle, repositoryId: number): Promise<InForce> {
  const row = await selectPolicy(db, { repositoryId: BigInt(repositoryId) });
  return row === undefined ? STANDARD : inForce(row);
}

function inForce({ sha, body }: { sha: string; body: string | null }): InForce {
  return { policy: body === null ? DEFAULT_POLICY : fromJson(policySchema, body), sha };
}

const selectWithPolicy = oneRow((db, { id }: { id: bigint }) =>
  db
    .selectFrom("repositories")
    .leftJoin("policies", "policies.repository_id", "repositories.id")
    .selectAll("repositories")
    .select(["policies.sha", "policies.body"])
    .where("repositories.id", "=", id),
);

/** Where something is decided: every decision needs both. */
export interface Place extends InForce {
  repository: Repository | null;
}

const NOWHERE: Place = { ...STANDARD, repository: null };

export async function placeOf(db: Handle, repositoryId: number | null): Promise<Place> {
  if (repositoryId === null) return NOWHERE;
  const row = await selectWithPolicy(db, { id: BigInt(repositoryId) });
  if (row === undefined) return NOWHERE;
  const { sha, body } = row;
  return { repository: repositoryOf(row), ...(sha === null ? STANDARD : inForce({ sha, body })) };
}

const selectAround = oneRow((db, { campaignId }: { campaignId: string }) =>
  db
    .selectFrom("campaigns")
    .leftJoin("repositories", "repositories.id", "campaigns.repository_id")
    .leftJoin("policies", "policies.repository_id", "campaigns.repository_id")
    .leftJoin("awards", "awards.campaign_id", "campaigns.id")
    .selectAll("repositories")
    .select(["policies.sha", "policies.body", "awards.body as award", "campaigns.body as campaign"])
    .where("campaigns.id", "=", campaignId),
);

type Around = NonNullable<Awaited<ReturnType<typeof selectAround>>>;

/** What a campaign's decisions need besides the campaign itself. */
export async function aroundCampaign(
  db: Handle,
  campaignId: string,
): Promise<Place & { award: Award | null }> {
  const row = await selectAround(db, { campaignId });
  return row === undefined ? { ...NOWHERE, award: null } : aroundIn(row);
}

export async function wholeCampaign(db: Handle, campaignId: string): Promise<WholeCampaign | null> {
  const row = await selectAround(db, { campaignId });
  if (row === undefined) return null;
  const { repository, policy, award } = aroundIn(row);
  const campaign = fromJson(campaignSchema, row.campaign);
  return repository === null
    ? null
    : { campaign, repository, policy, award: award?.undone == null ? award : null };
}

function aroundIn(row: Around): Place & { award: Award | null } {
  const { sha, body, award } = row;
  return {
    // What a join does not find is empty in all of its columns.
    repository: row.id === null ? null : repositoryOf(row as Row<"repositories">),
    ...(sha === null ? STANDARD : inForce({ sha, body })),
    award: award === null ? null : fromJson(awardSchema, award),
  };
}

const selectAward = oneRow((db, { campaignId }: { campaignId: string }) =>
  db.selectFrom("awards").select("body").where("campaign_id", "=", campaignId),
);

export async function awardOf(db: Handle, campaignId: string): Promise<Award | null> {
  const row = await selectAward(db, { campaignId });
  return row === undefined ? null : fromJson(awardSchema, row.body);
}

const selectHandovers = manyRows((db, given: { campaignId: string; round: bigint }) =>
  db
    .selectFrom("handovers")
    .select("body")
    .where("campaign_id", "=", given.campaignId)
    .where("round", "=", given.round)
    .orderBy("id"),
);

/** Those made for this award and for none before it, in the order of their ids. */
export async function handoversOf(
  db: Handle,
  { campaignId, round }: Pick<Award, "campaignId" | "round">,
): Promise<Handover[]> {
  const rows = await selectHandovers(db, { campaignId, round: BigInt(round) });
  return rows.map(({ body }) => fromJson(handoverSchema, body));
}

const selectPull = oneRow((db, { id }: { id: bigint }) =>
  db.selectFrom("pulls").select("body").where("id", "=", id),
);

export async function pullById(db: Handle, id: number): Promise<Pull | null> {
  const row = await selectPull(db, { id: BigInt(id) });
  return row === undefined ? null : fromJson(pullSchema, row.body);
}

const selectClaims = manyRows((db, { pullId }: { pullId: bigint }) =>
  db
    .selectFrom("claims")
    .selectAll()
    .where("pull_id", "=", pullId)
    .orderBy("claimed_at")
    .orderBy("campaign_id"),
);

/** In the order in which they were made. */
export async function claimsOf(db: Handle, pullId: number): Promise<Claim[]> {
  const rows = await selectClaims(db, { pullId: BigInt(pullId) });
  return rows.map(claimOf);
}

const selectNotices = manyRows((db, given: { campaignId: string; pullId: bigint }) =>
  db
    .selectFrom("notices")
    .select("body")
    .where("campaign_id", "=", given.campaignId)
    .where("pull_id", "=", given.pullId)
    .orderBy("confirmed_at")
    .orderBy("check_run_id"),
);

/** In the order in which GitHub confirmed them. */
export async function noticesOf(
  db: Handle,
  { pullId, campaignId }: { pullId: number; campaignId: string },
): Promise<Notice[]> {
  const rows = await selectNotices(db, { campaignId, pullId: BigInt(pullId) });
  return rows.map(({ body }) => fromJson(noticeSchema, body));
}

const selectPayout = oneRow((db, { id }: { id: string }) =>
  db.selectFrom("payouts").select("body").where("id", "=", id),
);

export async function payoutById(db: Handle, id: string): Promise<Payout | null> {
  const row = await selectPayout(db, { id });
  return row === undefined ? null : fromJson(payoutSchema, row.body);
}

const selectWaiting = oneRow((db, { payeeId }: { payeeId: bigint }) =>
  db
    .selectFrom("payouts")
    .select("id")
    .where("payee_id", "=", payeeId)
    .where("state", "=", sql.lit("waiting"))
    .limit(atMost(1)),
);

// Anybody may offer any number of tips to anybody.
const selectAwarded = manyRows((db, { payeeId }: { payeeId: bigint }) =>
  db
    .selectFrom("award_payees")
    .innerJoin("campaigns", "campaigns.id", "award_payees.campaign_id")
    .innerJoin("awards", "awards.campaign_id", "campaigns.id")
    .select(["campaigns.body as campaign", "awards.body as award"])
    .where("award_payees.payee_id", "=", payeeId)
    .where("campaigns.state", "=", "awarded")
    .where("campaigns.kind", "<>", "tip")
    .orderBy("campaigns.seq"),
);

export async function owedTo(db: Handle, id: number): Promise<Owed> {
  const payeeId = BigInt(id);
  const waiting = await selectWaiting(db, { payeeId });
  const rows = await selectAwarded(db, { payeeId });
  const awards = rows.map(({ campaign, award }) => ({
    campaign: fromJson(campaignSchema, campaign),
    award: fromJson(awardSchema, award),
  }));
  return { shareWaits: waiting !== undefined, awards };
}

const selectPayees = manyRows((db, { ids }: { ids: readonly bigint[] }) =>
  db.selectFrom("payees").selectAll().where("id", "in", ids).orderBy("id"),
);

export async function payeesOf(db: Handle, ids: readonly number[]): Promise<Payee[]> {
  if (ids.length === 0) return [];
  const rows = await selectPayees(db, { ids: ids.map(BigInt) });
  return rows.map(payeeOf);
}

/** Those of them that a posting mirrors. */
export async function bookedTransactions(db: Handle, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("postings")
    .select("balance_transaction_id as id")
    .distinct()
    .where("balance_transaction_id", "in", [...ids])
    .execute();
  return rows.map(({ id }) => id).filter((id) => id !== null);
}
