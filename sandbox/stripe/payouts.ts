// Payouts to a bank: the operator's by hand, a payee's from their connected account. A bank may turn one
// down days after it counted as paid: then the money comes back, and the account needs another bank.
import { requirements } from "./account-object.ts";
import { schedule } from "./due.ts";
import { emit } from "./emit.ts";
import { balanceInsufficient, invalidRequest, notFound, Refused } from "./errors.ts";
import {
  choice,
  currency,
  integer,
  mergeMetadata,
  metadata,
  range,
  required,
  text,
  type Values,
  within,
} from "./fields.ts";
import { fundsOf, move } from "./funds.ts";
import { newId } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, getRow, nowSeconds, type World } from "./state.ts";
import type { Account, Payout } from "./types.ts";

const createFields = {
  amount: required(integer({ min: 1 })),
  currency: required(currency()),
  description: text(),
  metadata: metadata(),
  method: choice("standard", "instant"),
  statement_descriptor: text(22),
};

const bankDelayMs = 24 * 60 * 60 * 1000;

type CreateParams = Partial<Values<typeof createFields>> & { amount: number; currency: string };

function createPayout(world: World, params: CreateParams, account: string | undefined): Payout {
  const { amount, currency: code } = params;
  const owner = getRow(world, "accounts", account ?? world.state.platform);
  if (!owner.payouts_enabled) {
    const message = "Payouts have been disabled on this account: more information is needed.";
    throw invalidRequest(message, { code: "payouts_not_allowed" });
  }
  if (fundsOf(world, account, code).available < amount) {
    throw balanceInsufficient(
      "You have insufficient funds in your Stripe account for this payout.",
    );
  }
  const arrivesAt = world.ports.now() + bankDelayMs;
  const payout = addRow(world, "payouts", {
    id: newId(world, "po"),
    object: "payout",
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: Math.floor(arrivesAt / 1000),
    automatic: false,
    balance_transaction: null,
    created: nowSeconds(world),
    currency: code,
    description: params.description ?? "STRIPE PAYOUT",
    destination: bankOf(owner, code)?.id ?? null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    method: params.method ?? "standard",
    original_payout: null,
    payout_method: null,
    reconciliation_status: "not_applicable",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: params.statement_descriptor ?? null,
    status: "pending",
    trace_id: null,
    type: "bank_account",
  });
  if (account) world.state.owners.set(payout.id, account);
  payout.balance_transaction = move(world, {
    type: "payout",
    amount: -amount,
    currency: code,
    source: payout.id,
    description: payout.description,
    account,
  }).id;
  emit(world, "payout.created", payout, account ? { account } : {});
  schedule(world, arrivesAt, { kind: "arrive", payout: payout.id });
  return payout;
}

function bankOf(account: Account, code: string) {
  const banks = account.external_accounts?.data ?? [];
  return banks.find((bank) => bank.currency === code) ?? banks[0];
}

export interface PayoutByHand {
  currency: string;
  /** Minor units; left out, all that is available. */
  amount?: number;
  /** A connected account; left out, the platform. */
  account?: string;
}

export function payOut(world: World, { account, amount, currency: code }: PayoutByHand): Payout {
  if (account !== undefined && !findRow(world, "accounts", account)) {
    throw new Refused(`there is no account ${account}`);
  }
  const owner = account === world.state.platform ? undefined : account;
  const wanted = amount ?? fundsOf(world, owner, code).available;
  if (wanted < 1) throw new Refused(`nothing is available in ${code}`);
  return createPayout(world, { amount: wanted, currency: code }, owner);
}

export function arrivePayout(world: World, id: string): void {
  const payout = getRow(world, "payouts", id);
  if (payout.status !== "pending") return;
  payout.status = "paid";
  emit(world, "payout.paid", payout, ownerOf(world, id));
}

function ownerOf(world: World, id: string): { account?: string } {
  const account = world.state.owners.get(id);
  return account === undefined ? {} : { account };
}

/** The bank turned it down; a payout that counted as paid as well. */
export function failPayout(world: World, id: string): Payout {
  const payout = findRow(world, "payouts", id);
  if (!payout) throw new Refused(`there is no payout ${id}`);
  if (payout.status === "failed") throw new Refused(`payout ${id} has failed already`);
  const { account } = ownerOf(world, id);
  const previous = { status: payout.status };
  payout.status = "failed";
  payout.failure_code = "account_closed";
  payout.failure_message = "The bank account has been closed";
  payout.failure_balance_transaction = move(world, {
    type: "payout_failure",
    amount: payout.amount,
    currency: payout.currency,
    source: id,
    description: "STRIPE PAYOUT FAILURE",
    account,
  }).id;
  emit(world, "payout.failed", payout, { ...ownerOf(world, id), previous });
  if (account !== undefined) loseBank(world, account, payout.destination);
  return payout;
}

/** The account can still receive transfers; what it cannot is pay out. */
function loseBank(world: World, id: string, destination: string | null): void {
  const account = getRow(world, "accounts", id);
  const bank = account.external_accounts?.data.find((one) => one.id === destination);
  if (bank) {
    bank.status = "errored";
    const previous = { status: "new" };
    emit(world, "account.external_account.updated", bank, { account: id, previous });
  }
  const previous = { payouts_enabled: account.payouts_enabled };
  account.payouts_enabled = false;
  account.requirements = requirements(["external_account"]);
  emit(world, "account.updated", account, { account: id, previous });
}

function retrieve({ world, id, account }: Call<Record<never, never>>): Payout {
  const payout = findRow(world, "payouts", id);
  if (!payout || world.state.owners.get(id) !== account) throw notFound("payout", id);
  return payout;
}

const listFields = { ...pageFields, arrival_date: range(), destination: text(), status: text() };

function list({ world, params, account }: Call<typeof listFields>): object {
  return listRows(world, {
    table: "payouts",
    url: "/v1/payouts",
    params,
    account,
    where: (payout) =>
      (params.status ?? payout.status) === payout.status &&
      (params.destination ?? payout.destination) === payout.destination &&
      within(payout.arrival_date, params.arrival_date),
  });
}

const connect = { connect: true };

export const payoutRoutes: Route[] = [
  route(
    "POST",
    "/v1/payouts",
    createFields,
    ({ world, params, account }) => createPayout(world, params, account),
    connect,
  ),
  route("GET", "/v1/payouts", listFields, list, connect),
  route("GET", "/v1/payouts/:id", {}, retrieve, connect),
];
