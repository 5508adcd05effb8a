// What pages and effects read of pledges, refunds, payees and payouts.
import { sql } from "kysely";
import type { Award } from "../core/award.ts";
import type { Campaign } from "../core/campaign.ts";
import type { Handover } from "../core/handover.ts";
import type { Payee } from "../core/payout.ts";
import type { Pledge } from "../core/pledge.ts";
import type { Refund } from "../core/refund.ts";
import type { PayoutLine, Reader } from "../ports.ts";
import type { Handle } from "./engine.ts";
import {
  awardSchema,
  handoverSchema,
  payoutSchema,
  pledgeSchema,
  refundSchema,
} from "./entity-schemas.ts";
import { fromJson } from "./json.ts";
import { campaignOf } from "./reads-of-github.ts";
import { payeeOf } from "./rows.ts";
import { atMost, manyRows, oneRow } from "./statement.ts";

const selectPledge = oneRow((db, { id }: { id: string }) =>
  db.selectFrom("pledges").select("body").where("id", "=", id),
);

export async function pledgeById(db: Handle, id: string): Promise<Pledge | null> {
  const row = await selectPledge(db, { id });
  return row === undefined ? null : fromJson(pledgeSchema, row.body);
}

// "unfinished" as the index says it: SQLite uses a partial index only for a condition written the same way.
const selectUnfinished = manyRows(
  (db, given: { campaignId: string; after: string; limit: bigint }) =>
    db
      .selectFrom("pledges")
      .select("id")
      .where("campaign_id", "=", given.campaignId)
      .where("unfinished", "=", sql.lit(1n))
      .where("id", ">", given.after)
      .orderBy("id")
      .limit(atMost(given.limit)),
);

export async function unfinishedPledgeIds(
  db: Handle,
  { campaignId, after, limit }: { campaignId: string; after: string | null; limit: number },
): Promise<string[]> {
  const page = { campaignId, after: after ?? "", limit: BigInt(limit) };
  return (await selectUnfinished(db, page)).map(({ id }) => id);
}

const selectOnPages = manyRows((db, given: { campaignId: string; limit: bigint }) =>
  db
    .selectFrom("pledges")
    .select("body")
    .where("campaign_id", "=", given.campaignId)
    .where("unfinished", "=", sql.lit(1n))
    .where("state", "=", sql.lit("started"))
    .orderBy("id")
    .limit(atMost(given.limit)),
);

export async function pledgesOnPages(
  db: Handle,
  { campaignId, limit }: { campaignId: string; limit: number },
): Promise<Pledge[]> {
  const rows = await selectOnPages(db, { campaignId, limit: BigInt(limit) });
  return rows.map(({ body }) => fromJson(pledgeSchema, body));
}

const selectPledgesOfBacker = manyRows((db, { backerId }: { backerId: bigint }) =>
  db.selectFrom("pledges").select("body").where("backer_id", "=", backerId),
);

export async function pledgesOfBacker(db: Handle, backerId: number): Promise<Pledge[]> {
  const rows = await selectPledgesOfBacker(db, { backerId: BigInt(backerId) });
  const pledges = rows.map(({ body }) => fromJson(pledgeSchema, body));
  return pledges.sort((a, b) => b.startedAt - a.startedAt);
}

const selectRefunds = manyRows((db, { pledgeId }: { pledgeId: string }) =>
  db.selectFrom("refunds").select("body").where("pledge_id", "=", pledgeId).orderBy("effect_key"),
);

export async function refundsOfPledge(db: Handle, pledgeId: string): Promise<Refund[]> {
  const rows = await selectRefunds(db, { pledgeId });
  const refunds = rows.map(({ body }) => fromJson(refundSchema, body));
  return refunds.sort((a, b) => a.begunAt - b.begunAt);
}

const selectNextRefund = oneRow((db, { campaignId }: { campaignId: string }) =>
  db
    .selectFrom("pledges")
    .select("refund_at")
    .where("campaign_id", "=", campaignId)
    .where("refund_at", "is not", null)
    .orderBy("refund_at")
    .limit(atMost(1)),
);

export async function nextRefundAt(db: Handle, campaignId: string): Promise<number | null> {
  const row = await selectNextRefund(db, { campaignId });
  return row?.refund_at == null ? null : Number(row.refund_at);
}

type Page = { after: string; limit: bigint };

type WaitingOf =
  | { payeeId: bigint }
  | { campaignId: string }
  | { campaignId: string; payeeId: bigint };

const selectWaiting = manyRows((db, { after, limit, ...of }: Page & WaitingOf) =>
  db
    .selectFrom("payouts")
    .select("id")
    .where((eb) =>
      eb.and([
        ...("payeeId" in of ? [eb("payee_id", "=", of.payeeId)] : []),
        ...("campaignId" in of ? [eb("campaign_id", "=", of.campaignId)] : []),
      ]),
    )
    .where("state", "=", sql.lit("waiting"))
    .where("id", ">", after)
    .orderBy("id")
    .limit(atMost(limit)),
);

export async function waitingPayoutIds(
  db: Handle,
  { of, after, limit }: Parameters<Reader["waitingPayoutIds"]>[0],
): Promise<string[]> {
  const payee = "payeeId" in of ? { payeeId: BigInt(of.payeeId) } : {};
  const campaign = "campaignId" in of ? { campaignId: of.campaignId } : {};
  const page = { after: after ?? "", limit: BigInt(limit) };
  const rows = await selectWaiting(db, { ...page, ...payee, ...campaign } as Page & WaitingOf);
  return rows.map(({ id }) => id);
}

// "state" as the index says it.
const selectAsked = manyRows((db, { payeeId }: { payeeId: bigint }) =>
  db
    .selectFrom("handovers")
    .select("body")
    .where("from_id", "=", payeeId)
    .where("state", "=", sql.lit("asked"))
    .orderBy("id"),
);

export async function askedHandovers(db: Handle, payeeId: number): Promise<Handover[]> {
  const rows = await selectAsked(db, { payeeId: BigInt(payeeId) });
  return rows.map(({ body }) => fromJson(handoverSchema, body));
}

type Turn = { of: bigint; part: bigint };

const selectWaitingPayees = manyRows(
  (db, { after, limit, of, part }: Turn & { after: bigint; limit: bigint }) =>
    db
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
      .where(sql<boolean>`(ready = 1 or id % cast(${of} as bigint) = cast(${part} as bigint))`)
      .where("id", ">", after)
      .orderBy("id")
      .limit(atMost(limit)),
);

export async function waitingPayees(
  db: Handle,
  { after, limit, turn }: Parameters<Reader["waitingPayees"]>[0],
): Promise<Payee[]> {
  const { of, now } = turn ?? { of: 1, now: 0 };
  const page = { after: BigInt(after ?? 0), limit: BigInt(limit) };
  const rows = await selectWaitingPayees(db, { ...page, of: BigInt(of), part: BigInt(now % of) });
  return rows.map(payeeOf);
}

const selectPayeeByAccount = oneRow((db, { accountId }: { accountId: string }) =>
  db.selectFrom("payees").selectAll().where("account_id", "=", accountId),
);

export async function payeeByAccount(db: Handle, accountId: string): Promise<Payee | null> {
  const row = await selectPayeeByAccount(db, { accountId });
  return row === undefined ? null : payeeOf(row);
}

const selectCampaignsOfPayee = manyRows((db, { payeeId }: { payeeId: bigint }) =>
  db
    .selectFrom("award_payees")
    .innerJoin("campaigns", "campaigns.id", "award_payees.campaign_id")
    .innerJoin("awards", "awards.campaign_id", "campaigns.id")
    .leftJoin("repositories", "repositories.id", "campaigns.repository_id")
    .select(["campaigns.body", "awards.body as award", "repositories.owner", "repositories.name"])
    .where("award_payees.payee_id", "=", payeeId)
    .where("campaigns.kind", "<>", "tip")
    .orderBy("campaigns.seq", "desc"),
);

export async function campaignsOfPayee(
  db: Handle,
  payeeId: number,
): Promise<(Campaign & { issue: string; award: Award })[]> {
  const rows = await selectCampaignsOfPayee(db, { payeeId: BigInt(payeeId) });
  return rows.map(({ body, award, owner, name }) => {
    const campaign = campaignOf({ body });
    const issue = `${owner ?? "?"}/${name ?? "?"}#${campaign.issueNumber}`;
    return { ...campaign, issue, award: fromJson(awardSchema, award) };
  });
}

const selectPayoutsOfPayee = manyRows((db, { payeeId }: { payeeId: bigint }) =>
  db
    .selectFrom("payouts")
    .innerJoin("campaigns", "campaigns.id", "payouts.campaign_id")
    .leftJoin("repositories", "repositories.id", "campaigns.repository_id")
    .select(["payouts.body", "campaigns.issue_number", "campaigns.kind"])
    .select(["repositories.owner", "repositories.name"])
    .where("payouts.payee_id", "=", payeeId)
    .orderBy("campaigns.seq", "desc")
    .orderBy("payouts.id"),
);

/** `issue` as people write it: `octo/tool#12`. Newest campaign first. */
export async function payoutsOfPayee(db: Handle, payeeId: number): Promise<PayoutLine[]> {
  const rows = await selectPayoutsOfPayee(db, { payeeId: BigInt(payeeId) });
  return rows.map(({ body, issue_number, kind, owner, name }) => ({
    ...fromJson(payoutSchema, body),
    kind: kind as Campaign["kind"],
    issue: `${owner ?? "?"}/${name ?? "?"}#${issue_number}`,
  }));
}
