// Backers: how many, how much, with which card, and what they get wrong.
import { pledgeCents, pledgeCount } from "../distributions.ts";
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

const GOOD_CARDS = ["4242424242424242", "5555555555554444", "4000000000000077"];
/** Saved without a word, and declined or questioned when they are charged. */
const MOODY_CARDS = ["4000000000009995", "4000002500003155", "4000002760003184"];
const BAD_CARDS = ["4000000000009995", "4000000000000002", "4000000000000069"];

export function drawPledges(
  dice: Dice,
  issue: number,
  { from, until }: { from: number; until: number },
): Step[] {
  const steps: Step[] = [];
  const count = pledgeCount(dice) + (dice.chance(0.4) ? 1 + dice.below(2) : 0);
  for (let index = 0; index < count; index += 1) {
    // Most come early; some come when it is over.
    const at = from + (until - from + DAY) * dice.next() ** 2;
    steps.push(...drawPledge(dice, { issue, form: `form-${issue}-${index}`, at }));
  }
  return steps;
}

export function drawPledge(dice: Dice, place: { issue: number; form: string; at: number }): Step[] {
  const { issue, form, at } = place;
  const cents = Math.max(500, pledgeCents(dice));
  const wrong = dice.chance(0.05) ? dice.pick(["-5", "ten", "0.10", "1.000", "$5 eur", ""]) : null;
  const amount = wrong ?? (cents / 100).toFixed(2);
  const click: Step = {
    at,
    do: "click",
    issue,
    form,
    amount,
    cents: wrong === null ? cents : 0,
    mode: dice.chance(0.5) ? "on-merge" : "pay-now",
    clicks: dice.chance(0.15) ? 2 : 1,
    looks: dice.chance(0.3),
  };
  const steps: Step[] = [click];
  // Impatience: the same form is sent again.
  if (dice.chance(0.2))
    steps.push({ ...click, at: at + dice.between(SECOND, 2 * MINUTE), clicks: 1 });
  if (dice.chance(0.12)) return steps;
  const pause = dice.chance(0.8)
    ? dice.between(10 * SECOND, 5 * MINUTE)
    : dice.between(HOUR, 3 * HOUR);
  const time = at + 2 * MINUTE + pause;
  return [...steps, ...drawPayment(dice, form, time)];
}

/** With a card that is declined first, given up half way, taken back later, or paid a second time. */
function drawPayment(dice: Dice, form: string, at: number): Step[] {
  const steps: Step[] = [];
  let time = at;
  if (dice.chance(0.15)) {
    steps.push({ at: time, do: "pay", form, card: dice.pick(BAD_CARDS), gives: "through" });
    time += dice.between(SECOND, 10 * MINUTE);
    if (dice.chance(0.3)) return steps;
  }
  if (dice.chance(0.1)) {
    const gives = dice.chance(0.3) ? "up" : "through";
    steps.push({ at: time, do: "pay", form, card: "4000002760003184", gives });
    return steps;
  }
  const card = dice.pick(dice.chance(0.12) ? MOODY_CARDS : GOOD_CARDS);
  steps.push({ at: time, do: "pay", form, card, gives: "through" });
  if (dice.chance(0.12)) {
    const later = time + dice.between(SECOND, 30 * DAY);
    steps.push({ at: later, do: "withdraw", form, clicks: dice.chance(0.3) ? 2 : 1 });
  }
  if (dice.chance(0.05)) steps.push({ at: time + SECOND, do: "pay", form, card, gives: "through" });
  return steps;
}
