// The working parts together: what is received, what is decided, what is done. No timers of its own:
// whoever hosts it calls `drain` when woken and when `nextDue` comes.
import type { Comparison } from "../core/books.ts";
import type { Operator } from "../core/decision.ts";
import { now } from "../core/effects.ts";
import type { Pledge } from "../core/pledge.ts";
import type {
  Clock,
  Delivery,
  Desk,
  GitHub,
  Log,
  Mailer,
  Random,
  Redelivery,
  Signal,
  Store,
  Stripe,
} from "../ports.ts";
import { createDesk } from "./desk.ts";
import { createAccept, createInbox } from "./inbox.ts";
import { createOutbox } from "./outbox.ts";
import { createPlatform } from "./platform.ts";
import type { Pool } from "./pool.ts";
import { createReconciler } from "./reconcile.ts";

export interface FlowPorts {
  store: Store;
  github: GitHub;
  stripe: Stripe;
  /** null: nothing is asked of GitHub about its webhooks. */
  redelivery: Redelivery | null;
  /** null: this installation sends no mail. */
  mailer: Mailer | null;
  /** The signed link to a backer's own page, for mails. */
  backerLink(pledge: Pledge): string;
  signal: Signal;
  clock: Clock;
  random: Random;
  log: Log;
  /** Resolves when the current turn of the event loop is over: what arrived in it is stored together. */
  turn(): Promise<void>;
  operator: Omit<Operator, "payingIn">;
}

export interface Flow {
  accept(deliveries: readonly Delivery[]): Promise<void>;
  desk: Desk;
  /** Decides and performs everything that is due; resolves when nothing is left to do now. */
  drain(): Promise<void>;
  /** When something falls due next, or null. */
  nextDue(): Promise<number | null>;
  /** Plans what recurs: GitHub and Stripe are asked at once for what was missed, and every few hours from then on. */
  begin(): Promise<void>;
  /**
   * Asks GitHub and Stripe for what their webhooks did not say, decides it, and compares the books with Stripe's. Effects
   * are left to whoever works the queues.
   */
  reconcile(): Promise<Comparison>;
  /** Begins nothing new; resolves when what is at work has come to its end. */
  pause(): Promise<void>;
}

export function createFlow(ports: FlowPorts): Flow {
  const { store, signal } = ports;
  const wake = (): void => signal.wake();
  const { publicUrl } = ports.operator;
  const platform = createPlatform(ports);
  const accept = createAccept({ store, turn: ports.turn, wake });
  const reconciler = createReconciler({ ...ports, accept });
  const shared = { ...ports, read: store.read, publicUrl, platform, reconciler, wake };
  const inbox = createInbox(shared);
  const outbox = createOutbox(shared);

  let paused = false;
  let draining: Promise<void> | null = null;
  let nudge: () => void = () => {};
  /** What was leased is not due any more, and still at work. */
  const begun = new Set<Promise<void>>();

  function begin(queue: Pool): void {
    const drained = queue.drain().finally(() => begun.delete(drained));
    begun.add(drained);
  }

  /** Each queue feeds the other: a delivery decides effects, an effect's outcome decides more of them. */
  async function work(): Promise<void> {
    try {
      for (;;) {
        let again = false;
        const nudged = new Promise<void>((resolve) => {
          nudge = () => {
            again = true;
            resolve();
          };
        });
        const due = await store.due({ now: ports.clock.now() });
        if (due.deliveries && !paused) begin(inbox);
        if (due.effects && !paused) begin(outbox);
        if (begun.size > 0) await Promise.race([nudged, Promise.all(begun)]);
        else if (!again) return;
      }
    } finally {
      draining = null;
    }
  }

  /** One at a time, however many wake it: a burst must not end in as many looks at the queues. */
  function drain(): Promise<void> {
    nudge();
    draining ??= work();
    return draining;
  }

  return {
    accept,
    desk: createDesk({ ...shared, outbox }),
    drain,
    nextDue: () => store.nextDue(),
    async begin() {
      const effects = [now({ effect: "reconcile", step: null })];
      const at = ports.clock.now();
      await store.transact((trx) => trx.apply({ changes: [], postings: [], effects }, at));
      wake();
    },
    async reconcile() {
      await reconciler.sweep();
      await inbox.drain();
      return reconciler.compare();
    },
    async pause() {
      paused = true;
      inbox.pause();
      outbox.pause();
      await Promise.allSettled(begun);
    },
  };
}
