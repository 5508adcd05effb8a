// What the core answers: a decision (state, postings and effects that commit together) or a refusal;
// and the situation it is asked in, loaded by flow and small whatever the campaign's size.
import type { Heard } from "./attention.ts";
import type { Award, Claim, Notice, Pull } from "./award.ts";
import type { Books } from "./books.ts";
import type { Campaign, Person, Repository } from "./campaign.ts";
import type { Dispute } from "./dispute.ts";
import type { PlannedEffect } from "./effects.ts";
import type { Handover } from "./handover.ts";
import type { Posting } from "./ledger.ts";
import type { Owed } from "./owed.ts";
import type { PayingIn } from "./paying-in.ts";
import type { Payee, Payout } from "./payout.ts";
import type { Pledge } from "./pledge.ts";
import type { Policy } from "./policy.ts";
import type { Refund } from "./refund.ts";
import type { Refusal } from "./refusals.ts";

/** State to write: each entity whole, by its id. */
export type Change =
  | { put: "campaign"; campaign: Campaign }
  | { put: "pledge"; pledge: Pledge }
  | { put: "refund"; refund: Refund }
  | { put: "pull"; pull: Pull }
  | { put: "claim"; claim: Claim }
  | { put: "notice"; notice: Notice }
  | { put: "award"; award: Award }
  | { put: "handover"; handover: Handover }
  | { put: "payout"; payout: Payout }
  | { put: "payee"; payee: Payee }
  | { put: "dispute"; dispute: Dispute }
  /** Where a transferred issue was before. */
  | { put: "formerIssue"; repositoryId: number; issueNumber: number; campaignId: string }
  | { put: "policy"; repositoryId: number; sha: string; policy: Policy | null }
  /** The reply that a refusal of this topic stands in; null when it is handled. */
  | { put: "standingRefusal"; topic: string; replyKey: string | null }
  | { put: "heard"; heard: Heard };

export interface Decision {
  changes: Change[];
  postings: Posting[];
  effects: PlannedEffect[];
}

/** A person named in a command, as GitHub knows them; `person` is null when GitHub does not. */
export interface NamedPerson {
  login: string;
  person: Person | null;
  isBot: boolean;
}

export type Answer = { ok: true; decision: Decision } | { ok: false; refusal: Refusal };

/** What the operator of this installation has set. */
export interface Operator {
  publicUrl: string;
  /** GitHub's ids of the accounts whose repositories may raise money. */
  allowedOwnerIds: readonly number[];
  firstPayoutHoldDays: number;
  feeBasisPoints: number;
  /** Days from its capture that money of pledges made from now on is held at most. */
  holdDaysMax: number;
  /** The largest tip, and the most in tips for one person a day, in US dollars; 0 turns tips off. */
  tipLimitDollars: number;
  /** Who bears a chargeback that is lost after the payout: from a payee it is taken back by reversal. */
  chargebacksBorneBy: "operator" | "payee";
  /** Which ways to pay are open at this moment, in the campaign's currency. */
  payingIn: PayingIn;
}

/** What is known when deciding; parts that do not belong to the question are null or empty. */
export interface Situation {
  /** Epoch milliseconds. */
  at: number;
  /** An id that nothing has yet. */
  newId: string;
  operator: Operator;
  repository: Repository | null;
  policy: Policy;
  /** The commit whose policy file was read last; null: none ever was. */
  policySha: string | null;
  campaign: Campaign | null;
  pledge: Pledge | null;
  /** Balance of the pledge's account, in minor units of its settlement currency. */
  held: bigint;
  refund: Refund | null;
  dispute: Dispute | null;
  /** For a movement of no pledge. */
  books: Books | null;
  award: Award | null;
  /** All requests that were made for this award. */
  handovers: Handover[];
  /** The payout in question, and all of the pledge's. */
  payout: Payout | null;
  payouts: Payout[];
  /** Anything of the campaign's award was sent, or is being sent. */
  payoutsLeft: boolean;
  /**
   * Those of the award, or the one in question; before there is an award, whoever it could pay and is
   * known as a payee already: the award writes them anew, and must not forget.
   */
  payees: Payee[];
  /** To the payee in question. */
  owed: Owed;
  /** The pull request in question; else the campaign's `waitingPullId`. */
  pull: Pull | null;
  /** The pull request's claims. */
  claims: Claim[];
  /** Notices of this pull request for this campaign. */
  notices: Notice[];
}

const NOTHING: Decision = { changes: [], postings: [], effects: [] };

export function decision(parts: Partial<Decision>): Decision {
  return { ...NOTHING, ...parts };
}

/** One decision after the other, as one. */
export function both(first: Decision, second: Decision): Decision {
  return {
    changes: [...first.changes, ...second.changes],
    postings: [...first.postings, ...second.postings],
    effects: [...first.effects, ...second.effects],
  };
}

/** A part of the situation that this question cannot be without: its absence is a bug in the loader. */
export function needed<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`the situation lacks its ${what}`);
  return value;
}
