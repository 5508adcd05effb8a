// Stripe on localhost: the API and the pages as one fetch handler, and what tests do without a browser.

import type { Sandbox, SandboxPorts } from "../ports.ts";
import { addPlatform } from "./accounts.ts";
import { answerApi } from "./api.ts";
import { type Balance, balanceOf } from "./balances.ts";
import { type Controls, createControls } from "./controls.ts";
import { advance, runDue } from "./due-work.ts";
import { createPages } from "./pages.ts";
import { plainCopy } from "./plain-copy.ts";
import {
  emptyState,
  type Options,
  packState,
  type StripeSandboxOptions,
  unpackState,
  type World,
} from "./state.ts";
import type {
  Account,
  BalanceTransaction,
  Charge,
  Dispute,
  PaymentIntent,
  Payout,
  Refund,
  Session,
  StripeEvent,
  Transfer,
} from "./types.ts";

export interface StripeSandbox extends Sandbox, Controls {
  platform(): string;
  balance(): Balance;
  accountBalance(account: string): Balance;
  accounts(): Account[];
  /** Here and below ours only: what transfers and payouts make on connected accounts is left out. */
  charges(): Charge[];
  disputes(): Dispute[];
  refunds(): Refund[];
  transfers(): Transfer[];
  sessions(): Session[];
  paymentIntents(): PaymentIntent[];
  payouts(): Payout[];
  balanceTransactions(): BalanceTransaction[];
  events(): StripeEvent[];
}

const defaults = {
  country: "US",
  settlementCurrencies: ["usd", "eur", "gbp"],
  feeRule: { basisPoints: 290, fixed: 30 },
  availableAfterMs: 2 * 24 * 60 * 60 * 1000,
  clearingDelayMs: 500,
  disputeFee: 1500,
  payoutSchedule: "manual",
  enabledEvents: null,
} satisfies Partial<Options>;

export function createStripeSandbox(
  ports: SandboxPorts,
  options: StripeSandboxOptions,
  snapshot?: unknown,
): StripeSandbox {
  const complete: Options = { ...defaults, ...options };
  const world: World = {
    state: snapshot === undefined ? emptyState(complete.payoutSchedule) : unpackState(snapshot),
    ports,
    options: complete,
    caller: { requestId: null, idempotencyKey: null },
  };
  if (snapshot === undefined) addPlatform(world);
  const pages = createPages(world);
  return {
    async fetch(request) {
      advance(world);
      const { pathname } = new URL(request.url);
      return /^\/v[12](\/|$)/.test(pathname) ? answerApi(world, request) : pages.fetch(request);
    },
    nextDue: () => world.state.due[0]?.at ?? null,
    runDue: () => runDue(world),
    snapshot: () => packState(world.state),
    ...createControls(world),
    ...readers(world),
  };
}

type Readers = Pick<
  StripeSandbox,
  | "platform"
  | "balance"
  | "accountBalance"
  | "accounts"
  | "charges"
  | "disputes"
  | "refunds"
  | "transfers"
  | "sessions"
  | "paymentIntents"
  | "payouts"
  | "balanceTransactions"
  | "events"
>;

/** Copies: what a test holds does not change under it, and cannot change the sandbox. */
function readers(world: World): Readers {
  const { tables, owners } = world.state;
  const current = (account?: string) => {
    advance(world);
    return balanceOf(world, account);
  };
  const ours = <T extends { id: string }>(rows: T[]) =>
    plainCopy(rows.filter(({ id }) => !owners.has(id)));
  return {
    platform: () => world.state.platform,
    balance: () => current(),
    accountBalance: current,
    accounts: () => ours(tables.accounts.rows.filter(({ id }) => id !== world.state.platform)),
    charges: () => ours(tables.charges.rows),
    disputes: () => ours(tables.disputes.rows),
    refunds: () => ours(tables.refunds.rows),
    transfers: () => ours(tables.transfers.rows),
    sessions: () => ours(tables.sessions.rows),
    paymentIntents: () => ours(tables.paymentIntents.rows),
    payouts: () => ours(tables.payouts.rows),
    balanceTransactions: () => ours(tables.balanceTransactions.rows),
    events: () => plainCopy(tables.events.rows),
  };
}
