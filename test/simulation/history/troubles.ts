// What networks and machines do.
import { CALL_FAULTS, type Fault, WEBHOOK_FAULTS } from "../faults.ts";
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

/** Faults are set shortly before something happens: that is where they hurt. */
export function drawTroubles(dice: Dice, around: readonly Step[]): Step[] {
  if (dice.chance(0.25)) return [];
  const steps: Step[] = [];
  const count = 1 + dice.below(6);
  for (let index = 0; index < count; index += 1) {
    const { at } = dice.pick(around);
    steps.push({ at: Math.max(0, at - 1), do: "fault", fault: drawFault(dice) });
  }
  if (dice.chance(0.1)) {
    const { at } = dice.pick(around);
    steps.push({ at, do: "clock", errorMs: dice.pick([DAY, -DAY, HOUR, -10 * MINUTE]) });
    steps.push({ at: at + dice.between(MINUTE, DAY), do: "clock", errorMs: 0 });
  }
  if (dice.chance(0.15)) {
    const { at } = dice.pick(around);
    steps.push({ at: at + dice.between(DAY, 70 * DAY), do: "failRefund", nth: dice.below(3) });
  }
  return steps;
}

/** Calls that change something, by how they begin. */
const DEEDS = {
  stripe: [
    "POST /v1/refunds",
    "POST /v1/transfers",
    "POST /v1/checkout/sessions",
    "POST /v1/payment_intents",
    "POST /v1/accounts",
  ],
  github: [
    "POST /api/v3/repos/acme/widgets/issues",
    "PATCH /api/v3/repos/acme/widgets/issues",
    "POST /api/v3/repos/acme/widgets/check-runs",
  ],
};
const DEATHS = ["before commit", "after transact", "after accept", "after lease"];

function drawFault(dice: Dice): Fault {
  return dice.weigh([
    [4, drawCallFault],
    [3, drawWebhookFault],
    [4, drawDeath],
  ])(dice);
}

function drawCallFault(dice: Dice): Fault {
  const service = dice.chance(0.4) ? "github" : "stripe";
  const aimed = dice.chance(0.7);
  return {
    on: "call",
    service,
    to: aimed ? dice.pick(DEEDS[service]) : "",
    nth: aimed ? 1 + dice.below(3) : 1 + Math.floor(30 * dice.next() ** 3),
    fault: dice.chance(0.2) ? "limited" : dice.pick(CALL_FAULTS),
    ms: Math.round(dice.between(SECOND, 15 * SECOND)),
  };
}

function drawWebhookFault(dice: Dice): Fault {
  const ms = dice.weigh([
    [3, dice.between(SECOND, MINUTE)],
    [1, dice.between(0, 3 * DAY)],
  ]);
  return {
    on: "webhook",
    service: dice.chance(0.5) ? "github" : "stripe",
    nth: 1 + dice.below(6),
    fault: dice.pick(WEBHOOK_FAULTS),
    ms: Math.round(ms),
  };
}

function drawDeath(dice: Dice): Fault {
  const ms = dice.weigh([
    [3, 0],
    [2, dice.between(0, HOUR)],
    [1, dice.between(0, 2 * DAY)],
  ]);
  const service = dice.chance(0.4) ? "github" : "stripe";
  const at = dice.weigh([
    [4, ""],
    [2, dice.pick(DEATHS)],
    [2, `before ${dice.pick(DEEDS[service])}`],
    [3, `after ${dice.pick(DEEDS[service])}`],
  ]);
  const nth = at === "" ? 1 + Math.floor(60 * dice.next() ** 2) : 1 + dice.below(4);
  return { on: "write", at, nth, ms: Math.round(ms) };
}
