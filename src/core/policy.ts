// A repository's policy, validated: what maintainers may set in `.github/whipround.yml`.
// Reading the file is the GitHub adapter's matter; this is what it means.
import { type Currency, chargeMinimum } from "./money.ts";

/** The least role that may command the bot: GitHub's own names. */
export type WhoMay = "triage" | "write" | "maintain" | "admin";

export interface Policy {
  currency: Currency;
  labels: { bounty: string; goal: string };
  who: WhoMay;
  /** Whether a backer may choose to be charged at the award, or must pay when pledging. */
  pay: "either" | "now";
  /** Co-authors named in the author's commits are paid like the author. */
  coAuthors: boolean;
  /** The reviewers' part of an award. */
  reviewShareBasisPoints: number;
  /** Days between an award and its first payout. */
  holdDays: number;
  /** Least and greatest pledge, in minor units of `currency`. */
  minimum: bigint;
  maximum: bigint | null;
  /** Days that a goal runs when nobody named a date. */
  goalDays: number;
  /** When a goal's promises are charged: at the award, or as soon as it is reached. */
  charge: "award" | "reached";
}

export const DEFAULT_POLICY: Policy = {
  currency: "usd",
  labels: { bounty: "bounty", goal: "goal" },
  who: "write",
  pay: "either",
  coAuthors: true,
  reviewShareBasisPoints: 0,
  holdDays: 0,
  minimum: 500n,
  maximum: null,
  goalDays: 30,
  charge: "award",
};

/**
 * In force where the policy was never readable: what its author wanted is not known, and may have been
 * stricter than the default.
 */
export const STRICTEST_POLICY: Policy = { ...DEFAULT_POLICY, who: "admin" };

/** The flags of GitHub's permission answer; `role_name` may be a custom role, so they decide. */
export interface Role {
  triage: boolean;
  push: boolean;
  maintain: boolean;
  admin: boolean;
}

export const NO_ROLE: Role = { triage: false, push: false, maintain: false, admin: false };

export function hasRole(role: Role, who: WhoMay): boolean {
  switch (who) {
    case "triage":
      return role.triage || role.push || role.maintain || role.admin;
    case "write":
      return role.push || role.maintain || role.admin;
    case "maintain":
      return role.maintain || role.admin;
    case "admin":
      return role.admin;
  }
}

/** The least pledge that can be taken: the policy's, and never below Stripe's own. */
export function pledgeMinimum({ minimum, currency }: Policy): bigint {
  const least = chargeMinimum(currency);
  return minimum > least ? minimum : least;
}
