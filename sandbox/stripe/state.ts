// The sandbox's whole state, its options, and the one handle (`World`) that every function is given.
// Everything in it is plain data: `packState` and `unpackState` turn it into JSON and back.
import type { SandboxPorts } from "../ports.ts";
import type { DisputeKind } from "./dispute-object.ts";
import type { Tampering } from "./tampering.ts";
import type {
  Account,
  BalanceTransaction,
  Charge,
  Customer,
  Dispute,
  Funds,
  LineItem,
  PaymentIntent,
  PaymentMethod,
  Payout,
  Refund,
  Session,
  SetupIntent,
  StripeEvent,
  Topup,
  Transfer,
  TransferReversal,
} from "./types.ts";

export interface StripeSandboxOptions {
  /** Where the sandbox's pages are reached, without a slash at the end. */
  origin: string;
  secretKey: string;
  webhookEndpoint: { url: string; secret: string; apiVersion: string };
  /** What the endpoint is subscribed to, as its `enabled_events`; null for everything. */
  enabledEvents?: readonly string[] | null;
  country?: string;
  /** The first is the default currency: charges in currencies not listed settle in it. */
  settlementCurrencies?: string[];
  feeRule?: { basisPoints: number; fixed: number };
  /** What a chargeback costs besides its amount: minor units of the settlement currency. */
  disputeFee?: number;
  availableAfterMs?: number;
  clearingDelayMs?: number;
  payoutSchedule?: "manual" | "daily";
}

export type Options = Required<StripeSandboxOptions>;

/** Rows in the order of creation, found by id. */
interface Table<T> {
  rows: T[];
  position: Map<string, number>;
}

export interface Tables {
  accounts: Account;
  balanceTransactions: BalanceTransaction;
  charges: Charge;
  customers: Customer;
  disputes: Dispute;
  events: StripeEvent;
  paymentIntents: PaymentIntent;
  paymentMethods: PaymentMethod;
  payouts: Payout;
  refunds: Refund;
  reversals: TransferReversal;
  sessions: Session;
  setupIntents: SetupIntent;
  topups: Topup;
  transfers: Transfer;
}

export type TableName = keyof Tables;

export type Work =
  | { kind: "clear"; charge: string }
  | { kind: "settle"; balanceTransaction: string }
  | { kind: "expire"; session: string }
  | { kind: "arrive"; payout: string }
  | { kind: "dispute"; charge: string; as: DisputeKind }
  | { kind: "lapse"; dispute: string }
  | { kind: "answerRefund"; refund: string }
  | { kind: "deliver"; event: string }
  | { kind: "resend"; event: string };

export interface DueWork {
  at: number;
  order: number;
  work: Work;
}

interface Delivery {
  attempts: number;
  lastStatus: number | null;
  status: "pending" | "delivered" | "given up";
}

export interface KeptAnswer {
  at: number;
  request: string;
  target: string;
  /** Null while the first request with this key is being performed. */
  answer: { status: number; body: string } | null;
}

interface CardState {
  number: string;
  /** Saved for later use, with the bank's consent. */
  setUp: boolean;
  /** Used, or taken from its customer, and nobody's since: never to be used again. */
  spent: boolean;
}

export interface OnboardingLink {
  account: string;
  expiresAt: number;
  refreshUrl: string;
  returnUrl: string;
  visited: boolean;
}

/** An answer that the next matching request gets instead of its own. */
export interface Fault {
  method: string;
  pathPrefix: string;
  status: 429 | 500 | 503;
  /** Whether the work is done all the same: Stripe succeeded, and said otherwise. */
  performed: boolean;
}

export interface State {
  tables: { [K in TableName]: Table<Tables[K]> };
  /** Which connected account an object belongs to; absent: the platform. */
  owners: Map<string, string>;
  /** By account (`platform` for ours), then currency. */
  funds: Map<string, Record<string, Funds>>;
  due: DueWork[];
  dueCount: number;
  deliveries: Map<string, Delivery>;
  keptAnswers: Map<string, KeptAnswer>;
  links: Map<string, OnboardingLink>;
  lineItems: Map<string, LineItem[]>;
  /** What the intent of an open session will be made of, by session. */
  intentData: Map<string, Record<string, unknown>>;
  /** The test card behind a payment method. */
  cards: Map<string, CardState>;
  /** The page that a backer returns to after authenticating, by intent. */
  returnUrls: Map<string, string>;
  /** The account whose settings are read and written as the platform's. */
  platform: string;
  payoutInterval: "manual" | "daily" | "weekly" | "monthly";
  faults: Fault[];
  /** What happens to the next webhooks on their way. */
  tamperings: Required<Tampering>[];
  /** When each pending balance transaction becomes available. */
  settlesAt: Map<string, number>;
  /** What each charge's transfers add up to, less what was reversed. */
  transferred: Map<string, number>;
  /** Refunds that wait for available balance, oldest first. */
  waitingRefunds: string[];
  /** Connected accounts that cut the platform off, and when. */
  disconnected: Map<string, number>;
  /** What Stripe has set aside of our balance, by currency. */
  reserved: Map<string, number>;
}

interface Caller {
  requestId: string | null;
  idempotencyKey: string | null;
}

export interface World {
  state: State;
  ports: SandboxPorts;
  options: Options;
  /** Who caused what happens now: stands in the events' `request`. */
  caller: Caller;
}

function emptyTables(): State["tables"] {
  const names: Record<TableName, true> = {
    accounts: true,
    balanceTransactions: true,
    charges: true,
    customers: true,
    disputes: true,
    events: true,
    paymentIntents: true,
    paymentMethods: true,
    payouts: true,
    refunds: true,
    reversals: true,
    sessions: true,
    setupIntents: true,
    topups: true,
    transfers: true,
  };
  const tables = Object.keys(names).map((name) => [name, { rows: [], position: new Map() }]);
  return Object.fromEntries(tables);
}

export function emptyState(payoutInterval: "manual" | "daily"): State {
  return {
    tables: emptyTables(),
    owners: new Map(),
    funds: new Map(),
    due: [],
    dueCount: 0,
    deliveries: new Map(),
    keptAnswers: new Map(),
    links: new Map(),
    lineItems: new Map(),
    intentData: new Map(),
    cards: new Map(),
    returnUrls: new Map(),
    platform: "",
    payoutInterval,
    faults: [],
    tamperings: [],
    settlesAt: new Map(),
    transferred: new Map(),
    waitingRefunds: [],
    disconnected: new Map(),
    reserved: new Map(),
  };
}

/** Maps become `{ "$map": [[key, value], …] }`, so that nothing about a field has to be known here. */
export function packState(state: State): unknown {
  const text = JSON.stringify(state, (_key, value: unknown) =>
    value instanceof Map ? { $map: [...value] } : value,
  );
  return JSON.parse(text);
}

/** What an older snapshot does not have yet is as it was at the beginning. */
export function unpackState(snapshot: unknown): State {
  const kept = JSON.parse(JSON.stringify(snapshot), (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !("$map" in value)) return value;
    return new Map(value.$map as [string, unknown][]);
  }) as State;
  const empty = emptyState("manual");
  const state = { ...empty, ...kept, tables: { ...empty.tables, ...kept.tables } };
  // A request that was being performed when the snapshot was taken will never be answered.
  for (const [key, { answer }] of state.keptAnswers) {
    if (answer === null) state.keptAnswers.delete(key);
  }
  return state;
}

export function addRow<K extends TableName>(world: World, name: K, row: Tables[K]): Tables[K] {
  const table = world.state.tables[name];
  table.position.set(row.id, table.rows.length);
  table.rows.push(row);
  return row;
}

export function findRow<K extends TableName>(
  world: World,
  name: K,
  id: string,
): Tables[K] | undefined {
  const table = world.state.tables[name];
  const position = table.position.get(id);
  return position === undefined ? undefined : table.rows[position];
}

/** For ids that the sandbox itself wrote: their absence is a bug of ours. */
export function getRow<K extends TableName>(world: World, name: K, id: string): Tables[K] {
  const row = findRow(world, name, id);
  if (!row) throw new Error(`no ${name} row ${id}`);
  return row;
}

export function nowSeconds(world: World): number {
  return Math.floor(world.ports.now() / 1000);
}
