// Writes entities: each whole, by its id, whether it is new or known.
import type { Award } from "../core/award.ts";
import type { Change } from "../core/decision.ts";
import type { Handle } from "./engine.ts";
import { putHeard } from "./heard.ts";
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
import { upsert } from "./statement.ts";

const putCampaign = upsert("campaigns", ["id"]);
const putPledge = upsert("pledges", ["id"]);
const putRefund = upsert("refunds", ["effect_key"]);
const putDispute = upsert("disputes", ["id"]);
const putPayout = upsert("payouts", ["id"]);
const putPull = upsert("pulls", ["id"]);
const putClaim = upsert("claims", ["campaign_id", "pull_id"]);
const putNotice = upsert("notices", ["campaign_id", "pull_id", "check_run_id", "confirmed_at"]);
const putAwardRow = upsert("awards", ["id"]);
const putHandover = upsert("handovers", ["id"]);
const putPayee = upsert("payees", ["id"]);
const putPolicy = upsert("policies", ["repository_id"]);
const putFormerIssue = upsert("former_issues", ["repository_id", "issue_number"]);

export async function put(trx: Handle, change: Change): Promise<unknown> {
  switch (change.put) {
    case "campaign":
      return await putCampaign(trx, campaignRow(change.campaign));
    case "pledge":
      return await putPledge(trx, pledgeRow(change.pledge));
    case "refund":
      return await putRefund(trx, refundRow(change.refund));
    case "dispute": {
      const { id, pledgeId, phase } = change.dispute;
      return await putDispute(trx, {
        id,
        pledge_id: pledgeId,
        phase,
        body: toJson(change.dispute),
      });
    }
    case "payout":
      return await putPayout(trx, payoutRow(change.payout));
    case "pull":
      return await putPull(trx, pullRow(change.pull));
    case "claim":
      return await putClaim(trx, claimRow(change.claim));
    case "notice":
      return await putNotice(trx, noticeRow(change.notice));
    case "award":
      return await putAward(trx, change.award);
    case "handover":
      return await putHandover(trx, handoverRow(change.handover));
    case "payee":
      return await putPayee(trx, payeeRow(change.payee));
    case "policy": {
      const { sha, policy } = change;
      const body = policy === null ? null : toJson(policy);
      return await putPolicy(trx, { repository_id: BigInt(change.repositoryId), sha, body });
    }
    case "formerIssue":
      return await putFormerIssue(trx, {
        repository_id: BigInt(change.repositoryId),
        issue_number: BigInt(change.issueNumber),
        campaign_id: change.campaignId,
      });
    case "heard":
      return await putHeard(trx, change.heard);
    case "standingRefusal":
      return await putStandingRefusal(trx, change);
  }
}

async function putAward(trx: Handle, award: Award): Promise<void> {
  const { id, campaignId, payees, handed } = award;
  await putAwardRow(trx, { id, campaign_id: campaignId, body: toJson(award) });
  await trx
    .insertInto("award_payees")
    .values(
      [...payees, ...handed.map(({ to }) => to)].map((payee) => ({
        payee_id: BigInt(payee.id),
        campaign_id: campaignId,
      })),
    )
    .onConflict((on) => on.doNothing())
    .execute();
}
