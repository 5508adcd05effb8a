// How Stripe, and the payee, stand to a connected account after its onboarding: Stripe has doubts and takes
// capabilities away, or is content again; the payee cuts the platform off.
import { requirements } from "./account-object.ts";
import { connectedAccount } from "./accounts.ts";
import { emit } from "./emit.ts";
import { Refused } from "./errors.ts";
import { newId } from "./ids.ts";
import { allow, capability } from "./onboarding.ts";
import { findRow, type World } from "./state.ts";
import type { Account } from "./types.ts";

export const restrictions = [
  "requirements.past_due",
  "requirements.pending_verification",
  "under_review",
  "listed",
  "rejected.fraud",
  "rejected.other",
] as const;

export type Restriction = (typeof restrictions)[number];

function accountOf(world: World, id: string): Account {
  const account = findRow(world, "accounts", id);
  if (!account || id === world.state.platform) throw new Refused(`there is no account ${id}`);
  if (world.state.disconnected.has(id)) throw new Refused(`account ${id} is disconnected`);
  return account;
}

/** Stripe has more questions, or doubts: the account cannot be paid until they are answered. */
export function restrict(
  world: World,
  id: string,
  reason: Restriction = "requirements.past_due",
): Account {
  const account = accountOf(world, id);
  const previous = { payouts_enabled: account.payouts_enabled };
  const asks = reason === "requirements.past_due";
  account.payouts_enabled = false;
  account.charges_enabled = false;
  account.requirements = {
    ...requirements(asks ? ["individual.verification.document"] : []),
    disabled_reason: reason,
  };
  if (account.capabilities?.transfers) {
    account.capabilities.transfers = "inactive";
    emit(world, "capability.updated", capability(account, "transfers"), { account: id });
  }
  emit(world, "account.updated", account, { account: id, previous });
  return account;
}

/** The questions are answered, the bank account is replaced: all is as after the onboarding. */
export function liftRestriction(world: World, id: string): Account {
  const account = accountOf(world, id);
  if (!account.details_submitted) throw new Refused(`account ${id} has not finished onboarding`);
  const previous = { payouts_enabled: account.payouts_enabled };
  account.requirements = requirements([]);
  for (const bank of account.external_accounts?.data ?? []) bank.status = "new";
  allow(world, account);
  emit(world, "account.updated", account, { account: id, previous });
  return account;
}

/** The last that the platform hears of this account: its id opens nothing any more. */
export function disconnect(world: World, id: string): Account {
  const account = connectedAccount(world, accountOf(world, id).id);
  const application = { id: newId(world, "ca"), object: "application", name: "Whipround" };
  emit(world, "account.application.deauthorized", application, { account: id });
  world.state.disconnected.set(id, world.ports.now());
  return account;
}
