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
  /** Begins nothing new; what is at work comes to its end. */
  pause(): void;
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
  let again = false;
  /** What wake-ups began beside the drain that runs. */
  let beside: Promise<unknown> = Promise.resolve();

  async function isDue(): Promise<boolean> {
    const due = await store.nextDue();
    return due !== null && due <= ports.clock.now();
  }

  async function work(): Promise<void> {
    try {
      do {
        again = false;
        // Each feeds the other: a delivery decides effects, an effect's outcome decides more of them.
        while (!paused && (await isDue())) await Promise.all([inbox.drain(), outbox.drain()]);
        // What is leased is not due any more, and still at work.
        await beside;
      } while (again);
    } finally {
      draining = null;
    }
  }

  /** One at a time, however many wake it: a burst must not end in as many looks at the queues. */
  function drain(): Promise<void> {
    if (draining === null) {
      draining = work();
      return draining;
    }
    again = true;
    // What goes wrong here meets the running drain again at its next look.
    beside = Promise.allSettled([inbox.drain(), outbox.drain()]);
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
    pause() {
      paused = true;
      inbox.pause();
      outbox.pause();
    },
  };
}
