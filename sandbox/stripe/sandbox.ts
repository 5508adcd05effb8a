// Stripe on localhost: the API and the pages as one fetch handler, and what tests do without a browser.
import type { Sandbox, SandboxPorts } from "../ports.ts";
import { addPlatform } from "./accounts.ts";
import { answerApi } from "./api.ts";
import { type Balance, balanceOf } from "./balances.ts";
import { type Authentication, authenticate, type PageOutcome, payOnPage } from "./checkout.ts";
import { advance, runDue } from "./due-work.ts";
import { move } from "./funds.ts";
import { newId } from "./ids.ts";
import { type Onboarding, onboard, restrict } from "./onboarding.ts";
import { createPages } from "./pages.ts";
import { failRefund, resumeRefunds } from "./refunds.ts";
import {
  emptyState,
  type Fault,
  findRow,
  type Options,
  packState,
  type StripeSandboxOptions,
  unpackState,
  type World,
} from "./state.ts";
import type { Account, Charge, Refund, Session, StripeEvent, Transfer } from "./types.ts";

interface PayAs {
  /** A test card's number; left out, the one that succeeds. */
  card?: string;
  email?: string;
  name?: string;
  /** What the backer does when the card asks; left out, completes it. `leave` closes the page. */
  authentication?: Authentication | "leave";
}

export interface StripeSandbox extends Sandbox {
  /** A backer fills in the payment page. */
  pay(session: string, as?: PayAs): PageOutcome;
  /** Completes or fails an authentication that an intent waits for. */
  authenticate(intent: string, answer: Authentication): PageOutcome;
  /** A backer turns away: answers where the page's Cancel link leads. */
  abandon(session: string): string | null;
  onboard(account: string, answers?: Onboarding): Account;
  /** Stripe takes an account's transfers and payouts away until it has answered more questions. */
  restrict(account: string): Account;
  failRefund(refund: string): Refund;
  /** The operator adds money from outside; available at once. */
  topUp(amount: number, currency: string): void;
  /** The next request that matches gets this answer instead; kept under its idempotency key if a 5xx. */
  failNext(fault: Fault): void;
  platform(): string;
  balance(): Balance;
  accountBalance(account: string): Balance;
  accounts(): Account[];
  /** Ours only: the payments that transfers make on connected accounts are left out. */
  charges(): Charge[];
  refunds(): Refund[];
  transfers(): Transfer[];
  sessions(): Session[];
  events(): StripeEvent[];
}

const defaults = {
  country: "US",
  settlementCurrencies: ["usd", "eur", "gbp"],
  feeRule: { basisPoints: 290, fixed: 30 },
  availableAfterMs: 2 * 24 * 60 * 60 * 1000,
  clearingDelayMs: 500,
  payoutSchedule: "manual",
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
    ...actions(world),
    ...readers(world),
  };
}

type Actions = Pick<
  StripeSandbox,
  "pay" | "authenticate" | "abandon" | "onboard" | "restrict" | "failRefund" | "topUp" | "failNext"
>;

function actions(world: World): Actions {
  return {
    pay: (session, as = {}) => pay(world, session, as),
    authenticate(intent, answer) {
      advance(world);
      return authenticate(world, intent, answer);
    },
    abandon: (session) => findRow(world, "sessions", session)?.cancel_url ?? null,
    onboard: (account, answers = {}) => onboard(world, account, answers),
    restrict: (account) => restrict(world, account),
    failRefund(refund) {
      advance(world);
      return failRefund(world, refund);
    },
    topUp(amount, currency) {
      advance(world);
      move(world, { type: "topup", amount, currency, source: newId(world, "tu") });
      resumeRefunds(world);
    },
    failNext: (fault) => {
      world.state.faults.push(fault);
    },
  };
}

function pay(world: World, session: string, as: PayAs): PageOutcome {
  advance(world);
  const { authentication = "complete", ...payer } = as;
  const payment = { card: "4242424242424242", email: "backer@example.com", ...payer };
  const outcome = payOnPage(world, session, payment);
  if (outcome.kind !== "authenticate" || authentication === "leave") return outcome;
  return authenticate(world, outcome.intent, authentication);
}

type Readers = Pick<
  StripeSandbox,
  | "platform"
  | "balance"
  | "accountBalance"
  | "accounts"
  | "charges"
  | "refunds"
  | "transfers"
  | "sessions"
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
    structuredClone(rows.filter(({ id }) => !owners.has(id)));
  return {
    platform: () => world.state.platform,
    balance: () => current(),
    accountBalance: current,
    accounts: () => ours(tables.accounts.rows.filter(({ id }) => id !== world.state.platform)),
    charges: () => ours(tables.charges.rows),
    refunds: () => ours(tables.refunds.rows),
    transfers: () => ours(tables.transfers.rows),
    sessions: () => ours(tables.sessions.rows),
    events: () => structuredClone(tables.events.rows),
  };
}
