// Everything that asks the database passes here: it is counted, so that closing can wait for it, refused
// inside a transaction, and its failures get their kind.
import { AsyncLocalStorage } from "node:async_hooks";
import { TransientFailure } from "../ports.ts";

export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
  /** Like `pass`; until `work` has ended, whatever it calls cannot pass, if the gate is watchful. */
  passAlone<T>(work: () => Promise<T>): Promise<T>;
  /** Lets nobody in any more, and waits until all who passed are through. */
  shut(): Promise<void>;
}

/** What runs inside a transaction, and of which gate. One for all gates: each more slows every promise. */
const transaction = new AsyncLocalStorage<{ of: Gate; open: boolean }>();

export function createGate(
  isTransient: (error: unknown) => boolean,
  { watchful }: { watchful: boolean },
): Gate {
  const running = new Set<Promise<unknown>>();
  let isShut = false;

  async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (isShut) throw new Error("The store is closed.");
    // On SQLite it would wait for the transaction that waits for it; on Postgres for its own locks.
    const around = watchful ? transaction.getStore() : undefined;
    if (around?.of === gate && around.open) {
      throw new Error("Inside a transaction only the transaction itself may be asked.");
    }
    const ran = work();
    running.add(ran);
    try {
      return await ran;
    } catch (error) {
      throw asFailure(error, isTransient);
    } finally {
      running.delete(ran);
    }
  }

  const gate: Gate = {
    pass,
    passAlone(work) {
      if (!watchful) return pass(work);
      return pass(async () => {
        const state = { of: gate, open: true };
        try {
          return await transaction.run(state, work);
        } finally {
          state.open = false;
        }
      });
    },
    shut: async () => {
      isShut = true;
      await Promise.allSettled(running);
    },
  };
  return gate;
}

function asFailure(error: unknown, isTransient: (error: unknown) => boolean): unknown {
  if (error instanceof TransientFailure || !isTransient(error)) return error;
  return new TransientFailure("The database could not do it now.", { cause: error });
}
