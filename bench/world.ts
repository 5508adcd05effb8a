// The sandbox's GitHub and Stripe on ports of this process, with the times of what passes: the outside
// world of the app that is measured.
import { freePlaces, type Listening, listenAt } from "../sandbox/listen.ts";
import type { Sandbox } from "../sandbox/ports.ts";
import { createTown, type Places, type Town } from "../sandbox/town.ts";

/** A call to GitHub as it came in, or an event of Stripe's as it left. */
export interface Passed {
  what: string;
  at: number;
}

export interface World {
  town: Town;
  places: Places;
  /** Everything since the last call of it, oldest first. */
  passed(): Passed[];
  close(): Promise<void>;
}

const DELIVERY_MS_MAX = 10_000;
const LOOK_MS = 5;

export async function openWorld(): Promise<World> {
  const places = await freePlaces();
  let seen: Passed[] = [];
  const town = createTown(
    {
      now: () => Date.now(),
      random: () => Math.random(),
      deliver: (request) => fetch(request, { signal: AbortSignal.timeout(DELIVERY_MS_MAX) }),
      record: (line) => {
        if (line.kind === "webhook" && line.service === "stripe") {
          seen.push({ what: eventType(line.body), at: performance.now() });
        }
      },
    },
    { places },
    null,
  );
  const timer = turning(town);
  const timed = (sandbox: Sandbox) => (request: Request) => {
    seen.push({
      what: `${request.method} ${new URL(request.url).pathname}`,
      at: performance.now(),
    });
    return sandbox.fetch(request);
  };
  const servers: Listening[] = [
    await listenAt(places.github, timed(town.github)),
    await listenAt(places.stripe, (request) => town.stripe.fetch(request)),
  ];
  return {
    town,
    places,
    passed() {
      const before = seen;
      seen = [];
      return before;
    },
    async close() {
      clearInterval(timer);
      await Promise.all(servers.map((one) => one.close()));
    },
  };
}

function eventType(body: string): string {
  return (JSON.parse(body) as { type: string }).type;
}

/** Lets the town do what falls due. */
function turning(town: Town): NodeJS.Timeout {
  let running = false;
  return setInterval(() => {
    const due = town.nextDue();
    if (running || due === null || due > Date.now()) return;
    running = true;
    const done = (): void => {
      running = false;
    };
    town.runDue().then(done, done);
  }, LOOK_MS);
}
