// Writes entities: each whole, by its id, whether it is new or known.
import type { Change } from "../core/decision.ts";
import type { Handle } from "./engine.ts";
import { toJson } from "./json.ts";
import {
  campaignRow,
  claimRow,
  handoverRow,
  noticeRow,
  payeeRow,
  payoutRow,
  pledgeRow,
  pullRow,
  refundRow,
} from "./rows.ts";
import { putStandingRefusal } from "./standing-refusals.ts";

export async function put(trx: Handle, change: Change): Promise<void> {
  switch (change.put) {
    case "campaign": {
      const row = campaignRow(change.campaign);
      await trx
        .insertInto("campaigns")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "pledge": {
      const row = pledgeRow(change.pledge);
      await trx
        .insertInto("pledges")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "refund": {
      const row = refundRow(change.refund);
      await trx
        .insertInto("refunds")
        .values(row)
        .onConflict((on) => on.column("effect_key").doUpdateSet(row))
        .execute();
      return;
    }
    case "dispute": {
      const { id, pledgeId, phase } = change.dispute;
      const row = { id, pledge_id: pledgeId, phase, body: toJson(change.dispute) };
      await trx
        .insertInto("disputes")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "payout": {
      const row = payoutRow(change.payout);
      await trx
        .insertInto("payouts")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "pull":
    case "claim":
    case "notice":
      return await putOfPull(trx, change);
    case "award":
    case "handover":
    case "payee":
    case "policy":
      return await putOfAward(trx, change);
    case "formerIssue": {
      const row = {
        repository_id: BigInt(change.repositoryId),
        issue_number: BigInt(change.issueNumber),
        campaign_id: change.campaignId,
      };
      await trx
        .insertInto("former_issues")
        .values(row)
        .onConflict((on) => on.columns(["repository_id", "issue_number"]).doUpdateSet(row))
        .execute();
      return;
    }
    case "standingRefusal":
      return await putStandingRefusal(trx, change);
  }
}

async function putOfPull(
  trx: Handle,
  change: Extract<Change, { put: "pull" | "claim" | "notice" }>,
): Promise<void> {
  switch (change.put) {
    case "pull": {
      const row = pullRow(change.pull);
      await trx
        .insertInto("pulls")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "claim": {
      const row = claimRow(change.claim);
      await trx
        .insertInto("claims")
        .values(row)
        .onConflict((on) => on.columns(["campaign_id", "pull_id"]).doUpdateSet(row))
        .execute();
      return;
    }
    case "notice": {
      const row = noticeRow(change.notice);
      await trx
        .insertInto("notices")
        .values(row)
        .onConflict((on) =>
          on.columns(["campaign_id", "pull_id", "check_run_id", "confirmed_at"]).doUpdateSet(row),
        )
        .execute();
      return;
    }
  }
}

async function putOfAward(
  trx: Handle,
  change: Extract<Change, { put: "award" | "handover" | "payee" | "policy" }>,
): Promise<void> {
  switch (change.put) {
    case "award": {
      const { id, campaignId } = change.award;
      const row = { id, campaign_id: campaignId, body: toJson(change.award) };
      await trx
        .insertInto("awards")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      await trx
        .insertInto("award_payees")
        .values(
          [...change.award.payees, ...change.award.handed.map(({ to }) => to)].map((payee) => ({
            payee_id: BigInt(payee.id),
            campaign_id: campaignId,
          })),
        )
        .onConflict((on) => on.doNothing())
        .execute();
      return;
    }
    case "handover": {
      const row = handoverRow(change.handover);
      await trx
        .insertInto("handovers")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "payee": {
      const row = payeeRow(change.payee);
      await trx
        .insertInto("payees")
        .values(row)
        .onConflict((on) => on.column("id").doUpdateSet(row))
        .execute();
      return;
    }
    case "policy": {
      const { sha, policy } = change;
      const body = policy === null ? null : toJson(policy);
      const row = { repository_id: BigInt(change.repositoryId), sha, body };
      await trx
        .insertInto("policies")
        .values(row)
        .onConflict((on) => on.column("repository_id").doUpdateSet(row))
        .execute();
      return;
    }
  }
}
