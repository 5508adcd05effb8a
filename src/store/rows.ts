// Between entities and rows: which columns stand beside an entity's JSON, and back.
import type { Selectable } from "kysely";
import type { Claim, Notice, Pull } from "../core/award.ts";
import { type Campaign, partOf, type Repository } from "../core/campaign.ts";
import type { Handover } from "../core/handover.ts";
import type { Payee, Payout } from "../core/payout.ts";
import { endsAt, type Pledge, refundDate } from "../core/pledge.ts";
import type { Refund } from "../core/refund.ts";
import { holdSchema } from "./entity-schemas.ts";
import { fromJson, toJson } from "./json.ts";
import type { Tables } from "./schema.ts";

export type Row<T extends keyof Tables> = Selectable<Tables[T]>;

export function flag(value: boolean): bigint {
  return value ? 1n : 0n;
}

function orNull(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

export function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

export function repositoryRow(repository: Repository): Omit<Row<"repositories">, "seen"> {
  return {
    id: BigInt(repository.id),
    installation_id: BigInt(repository.installationId),
    owner_id: BigInt(repository.ownerId),
    owner: repository.owner,
    name: repository.name,
    private: flag(repository.private),
    default_branch: repository.defaultBranch,
    installed: flag(repository.installed),
  };
}

export function repositoryOf(row: Row<"repositories">): Repository {
  return {
    id: Number(row.id),
    installationId: Number(row.installation_id),
    ownerId: Number(row.owner_id),
    owner: row.owner,
    name: row.name,
    private: row.private === 1n,
    defaultBranch: row.default_branch,
    installed: row.installed === 1n,
  };
}

export function campaignRow(campaign: Campaign): Omit<Row<"campaigns">, "seq"> {
  return {
    id: campaign.id,
    repository_id: BigInt(campaign.repositoryId),
    issue_id: BigInt(campaign.issueId),
    issue_number: BigInt(campaign.issueNumber),
    kind: campaign.kind,
    state: campaign.state,
    body: toJson(campaign),
  };
}

export function pledgeRow(pledge: Pledge): Row<"pledges"> {
  const here = pledge.state !== "promised" && endsAt(pledge) !== null;
  return {
    id: pledge.id,
    campaign_id: pledge.campaignId,
    nonce: pledge.nonce,
    charge_id: pledge.chargeId,
    state: pledge.state,
    unfinished: flag(partOf(pledge).unfinishedCount > 0),
    amount: pledge.amount,
    currency: pledge.currency,
    refund_at: here ? orNull(refundDate(pledge)) : null,
    backer_id: orNull(pledge.backerId),
    body: toJson(pledge),
  };
}

export function pullRow(pull: Pull): Row<"pulls"> {
  return {
    id: BigInt(pull.id),
    repository_id: BigInt(pull.repositoryId),
    number: BigInt(pull.number),
    body: toJson(pull),
  };
}

export function claimRow(claim: Claim): Row<"claims"> {
  return {
    campaign_id: claim.campaignId,
    pull_id: BigInt(claim.pullId),
    claimed_by: claim.by,
    claimed_at: BigInt(claim.at),
    rejected: claim.rejected === null ? null : toJson(claim.rejected),
  };
}

export function claimOf(row: Row<"claims">): Claim {
  return {
    campaignId: row.campaign_id,
    pullId: Number(row.pull_id),
    by: row.claimed_by === "command" ? "command" : "closing reference",
    at: Number(row.claimed_at),
    rejected: row.rejected === null ? null : fromJson(holdSchema, row.rejected),
  };
}

export function noticeRow(notice: Notice): Row<"notices"> {
  return {
    campaign_id: notice.campaignId,
    pull_id: BigInt(notice.pullId),
    check_run_id: BigInt(notice.checkRunId),
    confirmed_at: BigInt(notice.confirmedAt),
    body: toJson(notice),
  };
}

export function payeeRow(payee: Payee): Row<"payees"> {
  return {
    id: BigInt(payee.id),
    login: payee.login,
    account_id: payee.accountId,
    ready: flag(payee.ready),
    payable_from: orNull(payee.payableFrom),
    accounts_lost: BigInt(payee.accountsLost),
    country: payee.country,
    bank_failed_at: orNull(payee.bankFailedAt),
    tip_day: orNull(payee.tipDay),
    tip_day_used: BigInt(payee.tipDayUsed),
  };
}

export function payeeOf(row: Row<"payees">): Payee {
  return {
    id: Number(row.id),
    login: row.login,
    accountId: row.account_id,
    ready: row.ready === 1n,
    payableFrom: numberOrNull(row.payable_from),
    accountsLost: Number(row.accounts_lost),
    country: row.country,
    bankFailedAt: numberOrNull(row.bank_failed_at),
    tipDay: numberOrNull(row.tip_day),
    tipDayUsed: Number(row.tip_day_used),
  };
}

export function handoverRow(handover: Handover): Row<"handovers"> {
  return {
    id: handover.id,
    campaign_id: handover.campaignId,
    round: BigInt(handover.round),
    from_id: BigInt(handover.from.id),
    state: handover.state,
    body: toJson(handover),
  };
}

export function payoutRow(payout: Payout): Row<"payouts"> {
  return {
    id: payout.id,
    award_id: payout.awardId,
    campaign_id: payout.campaignId,
    pledge_id: payout.pledgeId,
    payee_id: BigInt(payout.payeeId),
    round: BigInt(payout.round),
    amount: payout.amount,
    currency: payout.currency,
    state: payout.state,
    body: toJson(payout),
  };
}

export function refundRow(refund: Refund): Row<"refunds"> {
  return {
    effect_key: refund.effectKey,
    pledge_id: refund.pledgeId,
    amount: refund.amount,
    currency: refund.currency,
    state: refund.state,
    body: toJson(refund),
  };
}
