// What ends every random life: payees are paid, faults stop, and whatever was not told is told.
import type { DisputeFact } from "../src/core/dispute.ts";
import { DAY_MS } from "../src/core/pledge.ts";
import { tellOf } from "./core-banks.ts";
import { advanceDispute } from "./core-disputes.ts";
import type { Story } from "./core-outbox.ts";
import { PEOPLE, say } from "./core-people.ts";
import { settleCharge } from "./core-stripe.ts";
import { works, worksOff } from "./core-time.ts";
import { happen } from "./core-world.ts";

/** Every payee has an account that can be paid, and no maintainer stands in the way. */
export function paysOut(story: Story): void {
  for (const { id } of PEOPLE) {
    happen(story.world, {
      event: "accountSeen",
      payeeId: id,
      accountId: `acct_${id}`,
      ready: true,
      country: "US",
    });
  }
  say(story, { command: "releaseAward" });
  // A first payout is held for a week.
  for (let days = 0; days < 8; days += 1) {
    for (let step = 0; step < 6; step += 1) works(story);
    story.world.at += DAY_MS;
  }
}

/** Whatever was not told is told, and whatever is to be done is done. */
export function lastWords(story: Story): void {
  const { world, books } = story;
  for (const dispute of verdicts(books)) happen(world, { event: "disputeSeen", dispute });
  for (const card of books.cardOfSession.values())
    happen(world, { event: "cardVerified", ...card });
  for (const id of books.charges.keys())
    happen(world, { event: "pledgePaid", payment: settleCharge(books, id) });
  // Stripe refuses ours until we are told of those that were made by hand.
  for (const { fact } of books.refunds.values()) tellOf(story, fact);
  worksOff(story);
  // Webhooks that were lost arrive after everything.
  for (const { fact } of books.transfers.values()) happen(world, fact);
  worksOff(story);
}

/** Every bank decides in the end. */
function verdicts(books: Story["books"]): DisputeFact[] {
  const isOpen = (): boolean =>
    [...books.disputes.values()].some(({ phase }) => phase === "open" || phase === "inquiry");
  while (isOpen()) advanceDispute(books);
  return [...books.disputes.values()];
}
