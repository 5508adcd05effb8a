// Tips: whoever was named by the commenter is paid, and not before the operator's time for checks is over.

import { TIP_LIMIT_CENTS } from "../town.ts";
import type { World } from "../world.ts";
import { chargeBooks, sum } from "./stripe-books.ts";

const DAY_MS = 86_400_000;

/** The command is the showing: it names the person. Nobody else is paid by it, nor by its payer's own word. */
export function tipsGoToTheNamed(world: World): string[] {
  const { notes, town } = world;
  return chargeBooks(world).flatMap(({ campaign, transfers, charge }) => {
    const tip = notes.tips.find((one) => one.campaign === campaign);
    if (tip === undefined) return [];
    return transfers
      .filter(({ destination }) => {
        const account = town.stripe.accounts().find(({ id }) => id === destination);
        return Number(account?.metadata?.["whipround_payee"]) !== tip.toId;
      })
      .map(({ id }) => `${id} of the tip ${charge.id} went to somebody else`);
  });
}

/** Held like a first payout: a stolen card must not be money by tomorrow. */
export function tipsWait(world: World): string[] {
  const { notes, settings } = world;
  const holdMs = settings.firstPayoutHoldDays * DAY_MS - notes.clockErrorMsMax - 1000;
  return chargeBooks(world).flatMap(({ campaign, transfers, charge }) => {
    if (!isTip(world, campaign)) return [];
    return transfers
      .filter(({ created }) => created * 1000 < charge.created * 1000 + holdMs)
      .map(({ id }) => `${id} of a tip left before its time for checks was over`);
  });
}

/** In one day nobody is sent more in tips than the operator lets; a single one may be as large as that. */
export function tipsKeepTheLimit(world: World): string[] {
  if (world.notes.clockErrorMsMax > 0) return [];
  const days = new Map<string, number[]>();
  for (const { campaign, transfers, charge } of chargeBooks(world)) {
    if (!isTip(world, campaign)) continue;
    if (charge.amount > TIP_LIMIT_CENTS) return [`the tip ${charge.id} is above the limit`];
    const [first] = transfers;
    if (first === undefined) continue;
    const day = `${String(first.destination)} on day ${Math.floor((first.created * 1000) / DAY_MS)}`;
    days.set(day, [...(days.get(day) ?? []), first.amount]);
  }
  return [...days]
    .filter(
      ([, amounts]) => amounts.length > 1 && sum(amounts) > TIP_LIMIT_CENTS && wasPrompt(world),
    )
    .map(([day, amounts]) => `${sum(amounts)} cents of tips to ${day}`);
}

/** What waited for an account may leave together once it is there. */
function wasPrompt({ notes }: World): boolean {
  return notes.onboarded.length === 0;
}

export function isTip({ notes }: World, campaign: string): boolean {
  return notes.tips.some((one) => one.campaign === campaign);
}
