// One process of the app, from its start to its death. Death is a kill: no promise of its ports settles
// any more, so that nothing of it can go on or even notice, and what it began stays as it is.
import { type App, type AppPorts, createApp } from "../../src/app.ts";
import type { Store, Transaction } from "../../src/ports.ts";

export interface Life {
  app: App;
  isDead(): boolean;
  /** Rejects when the process dies: whoever waits for its answer loses the connection. */
  death: Promise<never>;
  /** Called where a process may die: at each write, before and after. True when it has just died. */
  passes(place: string): boolean;
  kill(): void;
}

export interface LifeOptions {
  ports: AppPorts;
  /** Asked at each place where a process may die: whether it does. */
  diesAt(place: string): boolean;
}

export function startLife({ ports, diesAt }: LifeOptions): Life {
  let dead = false;
  let bury: (error: Error) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    bury = reject;
  });
  death.catch(() => {});
  function kill(): void {
    dead = true;
    bury(new Error("the process was killed"));
  }
  const mortal: Mortal = {
    isDead: () => dead,
    passes(place) {
      if (dead || !diesAt(place)) return dead;
      // What is asked of a database on another machine may be lost while this one goes on for a moment.
      if (place === LINGERS_AT) setImmediate(kill);
      else kill();
      return true;
    },
  };
  const app = createApp({
    ...ports,
    store: guardStore(ports.store, mortal),
    github: guarded(ports.github, mortal),
    stripe: guarded(ports.stripe, mortal),
    mailer: ports.mailer === null ? null : guarded(ports.mailer, mortal),
    redelivery: ports.redelivery === null ? null : guarded(ports.redelivery, mortal),
    signIn: { ...ports.signIn, personByCode: guard(ports.signIn.personByCode, mortal) },
  });
  return { app, death, kill, ...mortal };
}

const LINGERS_AT = "before accept";

type Mortal = Pick<Life, "isDead" | "passes">;

/** A promise that never settles; a new one each time, so that nothing gathers behind it. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}

type Asynchronous<Args extends unknown[], T> = (...args: Args) => Promise<T>;

function guard<Args extends unknown[], T>(
  ask: Asynchronous<Args, T>,
  { isDead }: Mortal,
): Asynchronous<Args, T> {
  return (...args) => {
    if (isDead()) return never();
    return ask(...args).then(
      (answer) => (isDead() ? never<typeof answer>() : answer),
      (error: unknown) => (isDead() ? never<never>() : Promise.reject(error)),
    );
  };
}

function guarded<Port extends object>(port: Port, mortal: Mortal): Port {
  const copy = { ...port };
  // One is made for each transaction.
  for (const name in copy) copy[name] = guard(port[name] as never, mortal) as never;
  return copy;
}

/** Writes may be a process's last deed: before they are done, half done, or done and not yet known. */
function guardStore(store: Store, mortal: Mortal): Store {
  function writing<Args extends unknown[], T>(
    name: string,
    ask: Asynchronous<Args, T>,
  ): Asynchronous<Args, T> {
    return guard(async (...args) => {
      if (mortal.passes(`before ${name}`)) return never();
      const answer = await ask(...args);
      return mortal.passes(`after ${name}`) ? never() : answer;
    }, mortal);
  }
  return {
    ...store,
    read: guarded(store.read, mortal),
    ping: guard(store.ping, mortal),
    due: guard(store.due, mortal),
    nextDue: guard(store.nextDue, mortal),
    accept: writing("accept", store.accept),
    leaseDeliveries: writing("leaseDeliveries", store.leaseDeliveries),
    leaseEffects: writing("leaseEffects", store.leaseEffects),
    leaseEffect: writing("leaseEffect", store.leaseEffect),
    releaseLeases: writing("releaseLeases", store.releaseLeases),
    retryDelivery: writing("retryDelivery", store.retryDelivery),
    // A transaction of one statement.
    finishEffect: writing("transact", async (...args) =>
      mortal.passes("before commit") ? never() : store.finishEffect(...args),
    ),
    retryEffect: writing("retryEffect", store.retryEffect),
    quarantineDelivery: writing("quarantineDelivery", store.quarantineDelivery),
    parkEffect: writing("parkEffect", store.parkEffect),
    async transact(work) {
      const commit = writing("transact", () =>
        store.transact(async (trx) => {
          const answer = await work(guarded<Transaction>(trx, mortal));
          // Here the transaction stays open: its connection rolls it back.
          return mortal.passes("before commit") ? never<typeof answer>() : answer;
        }),
      );
      return commit();
    },
  };
}
