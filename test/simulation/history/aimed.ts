// Faults where they hurt: around one deed of the app's at GitHub or Stripe, several at a time.
import type { CallFault, Fault, Service, WebhookFault } from "../faults.ts";
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { MINUTE, SECOND } from "./times.ts";

const DEEDS = {
  refund: "POST /v1/refunds",
  transfer: "POST /v1/transfers",
  page: "POST /v1/checkout/sessions",
  charge: "POST /v1/payment_intents",
  account: "POST /v1/accounts",
  comment: "POST /api/v3/repos/acme/widgets/issues",
  edit: "PATCH /api/v3/repos/acme/widgets/issues",
  notice: "POST /api/v3/repos/acme/widgets/check-runs",
} as const;

export type Deed = keyof typeof DEEDS;

const AT_GITHUB: readonly Deed[] = ["comment", "edit", "notice"];

function serviceOf(deed: Deed): Service {
  return AT_GITHUB.includes(deed) ? "github" : "stripe";
}

/** What is done, and its doer does not learn so; then all the others. */
const CALLS: readonly (readonly [number, CallFault])[] = [
  [4, "answer lost"],
  [3, "done, then 5xx"],
  [1, "never arrives"],
  [1, "failed with 5xx"],
  [1, "slow back"],
  [1, "slow there"],
  [2, "limited"],
];

/** Around this deed, once or more often: its call fails, or the process dies of it, and nothing is heard of it. */
export function aim(dice: Dice, deed: Deed, at: number): Step[] {
  const steps: Step[] = [];
  const hits = 1 + dice.below(2);
  for (let hit = 0; hit < hits; hit += 1) steps.push(set(at, oneAt(dice, deed)));
  return dice.chance(0.6) ? [...steps, ...deafen(dice, serviceOf(deed), at)] : steps;
}

/** It is done, and whoever did it dies of it: the next one is there before any webhook tells of it. */
export function fatal(dice: Dice, deed: Deed, at: number): Step {
  const ms = dice.pick([0, SECOND]);
  return set(at, { on: "write", at: `after ${DEEDS[deed]}`, nth: 1, ms });
}

function oneAt(dice: Dice, deed: Deed): Fault {
  const nth = dice.chance(0.7) ? 1 : 2;
  if (dice.chance(0.3)) {
    const when = dice.chance(0.8) ? "after" : "before";
    return { on: "write", at: `${when} ${DEEDS[deed]}`, nth, ms: dice.pick([0, SECOND, MINUTE]) };
  }
  const ms = dice.pick([SECOND, 15 * SECOND]);
  return {
    on: "call",
    service: serviceOf(deed),
    to: DEEDS[deed],
    nth,
    fault: dice.weigh(CALLS),
    ms,
  };
}

/** For a while the app hears nothing of it, or hears it late. */
export function deafen(dice: Dice, service: Service, at: number): Step[] {
  const fault: WebhookFault = dice.chance(0.7) ? "lost" : "late";
  return repeated(4 + dice.below(8), { service, fault, at, ms: dice.between(MINUTE, 60 * MINUTE) });
}

/** What Stripe says next, so many times, never comes. */
export function mute(times: number, at: number): Step[] {
  return repeated(times, { service: "stripe", fault: "lost", at, ms: 0 });
}

/** The next webhooks all come twice. */
export function echo(dice: Dice, service: Service, at: number): Step[] {
  const ms = dice.between(SECOND, 10 * MINUTE);
  return repeated(3 + dice.below(6), { service, fault: "twice", at, ms });
}

function repeated(
  count: number,
  { at, service, fault, ms }: { at: number; service: Service; fault: WebhookFault; ms: number },
): Step[] {
  return Array.from({ length: count }, () =>
    // Each strikes at the first that it meets: together they take so many in a row.
    set(at, { on: "webhook", service, nth: 1, fault, ms: Math.round(ms) }),
  );
}

function set(at: number, fault: Fault): Step {
  return { at: Math.max(0, at), do: "fault", fault };
}
