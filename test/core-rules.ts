// Rules that every life in memory has to keep beside its sums: who may be asked for money, and who must have it.
import { expect } from "@jest/globals";
import type { Books } from "./core-stripe.ts";
import type { World } from "./core-world.ts";

/** Payees give back no more for a dispute than its bank took: what the operator refunds by hand is theirs to bear. */
export function asksPayeesForNoMoreThanBanksTook(world: World, books: Books): void {
  for (const { disputeId, movements } of books.disputes.values()) {
    const taken = movements.reduce((sum, { amount }) => (amount < 0n ? sum - amount : sum), 0n);
    let asked = 0n;
    for (const { effect } of world.outbox.values()) {
      const isOfIt = effect.effect === "reverseTransfer" && effect.disputeId === disputeId;
      if (isOfIt) asked += effect.amount;
    }
    expect([disputeId, asked <= taken]).toEqual([disputeId, true]);
  }
}
