// Runs one history to its very end, months after its last step, and has it audited on the way.
import { audit, type Finding } from "./auditor/audit.ts";
import { isForTheOperator } from "./auditor/ends.ts";
import type { History } from "./history.ts";
import { runStep } from "./steps/table.ts";
import { START } from "./town.ts";
import type { Workshop } from "./workshop.ts";
import { createWorld, type World } from "./world.ts";

export interface Outcome {
  findings: Finding[];
  trace: readonly string[];
  /** How much happened: a clean run of histories in which nothing happens proves nothing. */
  happened: Readonly<Record<string, number>>;
}

const STACK_LINES = 12;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Stripe sends a webhook again for three days; a lost answer is asked for again within hours. */
const REST_MS = 5 * DAY_MS;
const GAP_MS = 2 * DAY_MS;
/** Beyond every date that terms can hold, refunds that fail and are tried again included. */
const END_MS = 260 * DAY_MS;

async function pass(world: World, ms: number): Promise<void> {
  await world.passUntil(world.now() + ms);
}

/** What a lost webhook would have said is learnt from lists, and the books are compared. */
async function reconcileAndPass(world: World, ms: number): Promise<void> {
  if (world.settings.reconciles) world.begin("reconcile", world.reconcile);
  await pass(world, ms);
}

/** Where the operator owes, refunds wait for what it has to pay in; which the app learns of from lists alone. */
function payDebts({ town: { stripe }, settings }: World): void {
  if (stripe.refunds().some(({ status }) => status === "pending")) settings.reconciles = true;
  if (settings.reconciles) stripe.topUp(OWED_CENTS_MAX, "usd");
}

const OWED_CENTS_MAX = 5_000_000;

export async function runHistory(
  history: History,
  { workshop, traced = false }: { workshop: Workshop; traced?: boolean },
): Promise<Outcome> {
  const { seed, steps } = history;
  const settings = { ...history.settings };
  // Where an error came from costs more than the error; a replay tells it.
  Error.stackTraceLimit = traced ? STACK_LINES : 0;
  const world = await createWorld({ workshop, seed, settings, traced });
  const findings: Finding[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      // Before days in which nothing happens: in production it runs every six hours, and Stripe forgets its events.
      if (START + step.at > world.now() + GAP_MS) await reconcileAndPass(world, MINUTE_MS);
      await world.passUntil(START + step.at);
      world.say(`step ${index}: ${JSON.stringify(step)}`);
      world.begin(step.do, () => runStep(world, step));
    }
    world.heal();
    // Only a process that runs can look anything up.
    await pass(world, MINUTE_MS);
    payDebts(world);
    await reconcileAndPass(world, REST_MS);
    findings.push(...audit(world, "at rest"));
    await pass(world, END_MS);
    payDebts(world);
    await reconcileAndPass(world, DAY_MS);
    findings.push(...audit(world, "at the end"));
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    findings.push({ rule: "the world breaks", words });
  }
  const errors = workshop.errors.filter((words) => !isForTheOperator(words));
  for (const words of [...world.notes.oddities, ...errors]) {
    findings.push({ rule: "the app has a bug", words });
  }
  const happened = countsOf(world, steps.length);
  workshop.board.clear();
  return { findings, trace: world.trace, happened };
}

function countsOf({ town, notes }: World, steps: number): Record<string, number> {
  const { stripe } = town;
  return {
    steps,
    faults: notes.faults,
    kills: notes.kills,
    charges: stripe.charges().filter(({ paid }) => paid).length,
    refunds: stripe.refunds().length,
    transfers: stripe.transfers().length,
    comments: notes.comments.length,
    merges: notes.merges.length,
  };
}
