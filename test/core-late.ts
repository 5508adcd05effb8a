// People who come when all is over: backers, payees, maintainers, and webhooks, days or months late.
import type { Owed } from "../src/core/owed.ts";
import { DAY_MS } from "../src/core/pledge.ts";
import { banksAsk, refundMoves, refundsByHand, reversal, settles } from "./core-banks.ts";
import { renews, withdraws } from "./core-goal-people.ts";
import { lastWords } from "./core-life.ts";
import type { Story } from "./core-outbox.ts";
import {
  accountChanges,
  mends,
  mergesNow,
  PEOPLE,
  passesOn,
  pays,
  rejects,
} from "./core-people.ts";
import { works } from "./core-time.ts";
import { obeys } from "./core-waiting.ts";
import { ask, type World } from "./core-world.ts";

type Act = (story: Story) => void;

/** Some come, with all the faults of the time before; then it is over again. */
export function comeLate(story: Story, commands: Act): void {
  const { choose, books, world } = story;
  const acts: Act[] = [
    [renews, renews, withdraws, withdraws, mends, mends, paysLate, paysLate],
    [connects, connects, accountChanges, passesOn, rejects, mergesNow],
    [banksAsk, banksAsk, refundMoves, refundMoves, refundsByHand, reversal, settles],
    [commands, commands, commands, monthsPass, works, works, works, works],
  ].flat();
  books.chaos = true;
  for (let step = choose.between(5, 40); step > 0; step -= 1) {
    choose.of(acts)(story);
    obeys(world);
  }
  books.chaos = false;
  lastWords(story);
}

/** On a page that Stripe had closed, or a second time. */
function paysLate(story: Story): void {
  pays(story, true);
}

function monthsPass({ world, choose }: Story): void {
  world.at += choose.of([1, 7, 30, 90, 200]) * DAY_MS;
}

/** A payee asks for an account, owed or not. */
function connects({ world, choose }: Story): void {
  const person = choose.of(PEOPLE);
  const payees = [...world.payees.values()].filter(({ id }) => id === person.id);
  ask(world, { command: "connectPayee", person }, { payees, owed: owedTo(person.id, world) });
}

function owedTo(payeeId: number, { payouts, awards, campaigns }: World): Owed {
  return {
    shareWaits: [...payouts.values()].some(
      (one) => one.payeeId === payeeId && one.state === "waiting",
    ),
    awards: [...awards.values()].flatMap((award) => {
      const campaign = campaigns.get(award.campaignId);
      return campaign?.state === "awarded" ? [{ award, campaign }] : [];
    }),
  };
}
