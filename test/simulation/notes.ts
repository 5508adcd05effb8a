// What the driver of a history writes down as it goes: who did what, who consented to what, what was
// shown to whom. The auditor judges the app by these notes, Stripe and GitHub, never by the app's word.

import type { Mailer } from "../../src/ports.ts";

/** Somebody sent the pledge form. */
interface Click {
  at: number;
  issue: number;
  /** Two clicks with one form are one pledge. */
  form: string;
  cents: number;
  mode: "pay-now" | "on-merge";
  /** Where it led: the Checkout Session, or null when it was refused or got no answer. */
  session: string | null;
  /** GitHub's id of whoever was signed in; null: a guest. */
  byId: number | null;
}

/** Somebody pressed Stripe's button, and Stripe said that it was done. */
export interface Consent {
  at: number;
  session: string;
  issue: number;
  cents: number;
  /** Charged by that click, or to be charged by the award. */
  mode: "pay-now" | "on-merge";
  /** When the backer first asked for it back; whether the app took note of it is not known by that. */
  askedBackAt: number | null;
  /** When the app told the backer that it was taken back. */
  withdrawnAt: number | null;
  /** Each time the backer agreed to a later date: `sure` when the app said that it took note. */
  renewals: { at: number; sure: boolean }[];
}

export interface Comment {
  id: number;
  at: number;
  by: string;
  /** GitHub's id of its author: names change hands. */
  byId: number;
  /** The issue or pull request it was written on. */
  repository: string;
  thread: number;
  text: string;
  /** Whether its author held a role that may command, when it was written. */
  mayCommand: boolean;
  /** Its text was changed later. */
  rewritten: boolean;
}

/** Somebody asked on their own page that somebody else is paid in their place. */
export interface HandoverRequest {
  at: number;
  /** GitHub's ids, as their names were borne at that moment. */
  from: number;
  to: number;
  campaign: string;
  /** What the app answered; null when no answer came. */
  answered: number | null;
  /** When the app told them that it is taken back. */
  withdrawnAt: number | null;
}

/** A tip that somebody offered. */
interface Tip {
  /** Names it and the form that pays it. */
  tip: string;
  /** GitHub's ids of who offers it and whom it is for. */
  byId: number;
  toId: number;
  commentId: number;
  thread: Pick<Comment, "repository" | "thread">;
  /** The app's id of it, once somebody followed its link. */
  campaign: string | null;
}

export interface Pull {
  number: number;
  /** The number of the issue that it is for. */
  issue: number;
  author: string;
  coAuthors: string[];
}

/** A bot's reaction as GitHub showed it from `at` on. */
interface Reaction {
  at: number;
  commentId: number;
  content: string;
}

/** What the app's own figures of a bounty said to somebody who looked. */
interface Figures {
  at: number;
  issue: number;
  figures: Readonly<Record<string, unknown>>;
}

/** What `whipround reconcile` said. */
interface Comparison {
  at: number;
  equal: boolean;
  /** What it printed. */
  words: string;
}

/** A delivery of GitHub's and whether the app has it: `perhaps` when it took it and could not say so. */
export interface Told {
  guid: string;
  commentId: number | null;
  /** Of a label that was put on an issue, or taken off. */
  label: { at: number; thread: number; name: string; added: boolean } | null;
  /** Of a new comment, not of a changed one. */
  isNew: boolean;
  arrived: "yes" | "no" | "perhaps";
}

/** A check run of the app's as GitHub showed it from `at` on. */
interface Shown {
  at: number;
  startedAt: number;
  sha: string;
  issue: number;
  title: string;
}

export interface Merge {
  at: number;
  by: string;
  /** Whether the merger held the policy's role, or somebody with it approved the merged head. */
  stoodFor: boolean;
  pull: number;
  sha: string;
  author: string;
  /** Whom its commits named by then. */
  coAuthors: string[];
}

export interface Notes {
  /** The repository's name now, and every name and repository there was. */
  repository: string;
  repositories: string[];
  /** Numbers of the issues and pull requests, by the slots that steps name. */
  issues: number[];
  pulls: Pull[];
  /** Where issues went, by their slots. */
  moved: Map<number, { at: number; repository: string; number: number }>;
  /** What was deleted; of a whole repository the number is null. */
  deleted: { at: number; repository: string; number: number | null }[];
  /** Whether the App is installed: from the beginning, not now, or anew. */
  installed: "yes" | "no" | "again";
  /** When that was last changed. */
  installedAt: number;
  clicks: Click[];
  consents: Consent[];
  comments: Comment[];
  tips: Tip[];
  labels: { at: number; thread: number; by: string; name: string }[];
  reactions: Reaction[];
  told: Map<string, Told>;
  shown: Shown[];
  merges: Merge[];
  /** Every commit that a pull request's head has been. */
  heads: { pull: number; sha: string }[];
  /** When labels were taken off. */
  unlabels: number[];
  /** `heirId`: whoever bears the former name since. */
  renames: { at: number; id: number; from: string; to: string; heirId: number }[];
  reviews: { pull: number; sha: string; by: string; verdict: string; at: number }[];
  /** Stripe accounts by the GitHub id of the person who was sent to their onboarding. */
  connected: { personId: number; account: string }[];
  onboarded: { account: string; at: number }[];
  /** Accounts that Stripe restricted, or that their owners cut off. */
  troubled: string[];
  /** Payees who gave up what waited for them. */
  declines: { personId: number; at: number }[];
  /** How often work was taken back by a revert: what is not paid waits for a word then. */
  revertsCount: number;
  requests: HandoverRequest[];
  looks: Figures[];
  comparisons: Comparison[];
  /** When the app read what Stripe says of each dispute, by its id. */
  disputesRead: Map<string, number>;
  /** Every policy that was committed, oldest first. */
  policies: { at: number; text: string }[];
  mails: Parameters<Mailer["send"]>[0][];
  /** What went wrong before the auditor came: a page with status 500, a bug in the log. */
  oddities: string[];
  /** Bodies of calls that arrived after the process that had sent them was dead. */
  ghosts: string[];
  /** By how much the app's clock was wrong at most, in milliseconds. */
  clockErrorMsMax: number;
  /** How many faults struck, and how many of them killed the process. */
  faults: number;
  kills: number;
  /** When a webhook of GitHub's was sent that never comes, or comes only if somebody asks for it within three days. */
  lost: number[];
  /** When the process was killed, or a call to Stripe failed: what it had decided is done later. */
  setbacks: number[];
}

export function emptyNotes(): Notes {
  return {
    repository: "",
    repositories: [],
    issues: [],
    pulls: [],
    moved: new Map(),
    deleted: [],
    installed: "yes",
    installedAt: 0,
    clicks: [],
    consents: [],
    comments: [],
    tips: [],
    labels: [],
    reactions: [],
    told: new Map(),
    shown: [],
    merges: [],
    heads: [],
    unlabels: [],
    renames: [],
    reviews: [],
    connected: [],
    onboarded: [],
    troubled: [],
    declines: [],
    revertsCount: 0,
    requests: [],
    looks: [],
    comparisons: [],
    disputesRead: new Map(),
    policies: [],
    mails: [],
    oddities: [],
    ghosts: [],
    clockErrorMsMax: 0,
    faults: 0,
    kills: 0,
    lost: [],
    setbacks: [],
  };
}
