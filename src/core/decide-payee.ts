// Payees and their Stripe accounts: connecting one, and what Stripe says of it from then on.
import type { Person } from "./campaign.ts";
import { askAfterAccount } from "./decide-payout.ts";
import { type Answer, type Decision, decision, type Situation } from "./decision.ts";
import { atTheDesk, now, type PlannedEffect } from "./effects.ts";
import type { Event } from "./events.ts";
import { isCollectedFor, isOwed } from "./owed.ts";
import type { Payee } from "./payout.ts";
import { accept, refuse } from "./steps.ts";

/**
 * A payee who signed in asks for Stripe's onboarding. An account is opened for somebody who is owed money, and for
 * nobody else; whoever has one can go on with it.
 */
export function connectPayee(person: Person, { payees, owed, at: time }: Situation): Answer {
  const payee = payees.find(({ id }) => id === person.id);
  if (payee === undefined) return refuse({ refusal: "payeeNotKnown" });
  const { id: payeeId, accountsLost } = payee;
  if (payee.accountId === null && !isOwed(payeeId, owed)) {
    const refusal = isCollectedFor(payeeId, owed) ? "nothingCollectedYet" : "payeeNotKnown";
    return refuse({ refusal });
  }
  const renamed = payee.login === person.login ? [] : [{ ...payee, login: person.login }];
  return accept({
    changes: renamed.map((one) => ({ put: "payee" as const, payee: one })),
    effects:
      payee.accountId === null
        ? [atTheDesk(time, { effect: "openAccount", payeeId, number: accountsLost + 1 })]
        : [],
  });
}

/** Stripe's word on an account; when it becomes ready, what waits for it leaves. */
export function onAccountSeen(
  { payeeId, accountId, ready, country }: Extract<Event, { event: "accountSeen" }>,
  situation: Situation,
): Decision {
  const before = situation.payees.find(({ id }) => id === payeeId);
  if (before === undefined) return decision({});
  // The first account stays: a second one (made after a lost answer) never takes over.
  if (before.accountId !== null && before.accountId !== accountId) return decision({});
  const after: Payee = { ...before, accountId, ready, country };
  const known = before.accountId === accountId && before.ready === ready;
  if (known && before.country === country) return decision({});
  return decision({
    changes: [{ put: "payee", payee: after }],
    effects: known
      ? []
      : [lookAtWaiting(payeeId), ...(ready ? [] : [askAfterAccount(after, situation)])],
  });
}

/** What waits leaves, or its card says what it waits for. */
function lookAtWaiting(payeeId: number): PlannedEffect {
  return now({ effect: "payWaiting", of: { payeeId }, after: null });
}

/** The account is forgotten; what waits stays until its claim date, and another account can be connected. */
export function onAccountLost(
  { payeeId, accountId }: Extract<Event, { event: "accountLost" }>,
  { payees }: Situation,
): Decision {
  const before = payees.find(({ id }) => id === payeeId);
  if (before?.accountId !== accountId) return decision({});
  const after: Payee = {
    ...before,
    accountId: null,
    ready: false,
    accountsLost: before.accountsLost + 1,
    country: null,
    bankFailedAt: null,
  };
  return decision({
    changes: [{ put: "payee", payee: after }],
    effects: [lookAtWaiting(payeeId)],
  });
}

/** Their bank turned Stripe's transfer down, or took a later one: said on their page and nowhere else. */
export function onBankPayoutSeen(
  { payeeId, begunAt, failed }: Extract<Event, { event: "bankPayoutSeen" }>,
  { payees }: Situation,
): Decision {
  const before = payees.find(({ id }) => id === payeeId);
  if (before === undefined) return decision({});
  const { bankFailedAt } = before;
  const news = failed
    ? bankFailedAt === null || begunAt > bankFailedAt
    : bankFailedAt !== null && begunAt > bankFailedAt;
  if (!news) return decision({});
  const payee: Payee = { ...before, bankFailedAt: failed ? begunAt : null };
  return decision({ changes: [{ put: "payee", payee }] });
}
