// From a seed to a history: a list of steps drawn from what real bounties look like, what people get
// wrong, and what networks and machines do. Nothing here runs; a history can be cut, kept and read.
import { daysToDone, pledgeCents, pledgeCount, SUCCESS_SHARE } from "./distributions.ts";
import { CALL_FAULTS, type Fault, WEBHOOK_FAULTS } from "./faults.ts";
import { createDice, type Dice } from "./random.ts";
import type { Step } from "./steps/table.ts";
import type { Settings } from "./world.ts";

export interface History {
  seed: number;
  settings: Settings;
  steps: Step[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function drawHistory(seed: number): History {
  const dice = createDice(seed, "history");
  const settings = {
    feeBasisPoints: dice.weigh([
      [3, 0],
      [1, 500],
      [1, 333],
    ]),
    firstPayoutHoldDays: dice.weigh([
      [2, 0],
      [1, 7],
    ]),
  };
  const steps: Step[] = [];
  const issues = dice.weigh([
    [6, 1],
    [2, 2],
    [1, 3],
  ]);
  for (let issue = 0; issue < issues; issue += 1) {
    steps.push(...drawBounty(dice, issue));
  }
  steps.push(...drawPolicies(dice), ...drawTroubles(dice, steps));
  return { seed, settings, steps: inOrder(steps) };
}

/** By time; what has no time of its own stands where it was drawn. */
function inOrder(steps: Step[]): Step[] {
  const whole = steps.map((step) => ({ ...step, at: Math.round(step.at) }));
  return whole.sort((a, b) => a.at - b.at);
}

/** One issue from its first label to whatever becomes of it. */
function drawBounty(dice: Dice, issue: number): Step[] {
  const begins = dice.between(0, 2 * DAY);
  // Half of them fast: what happens close together gets in its own way.
  const ends =
    begins + (dice.chance(0.5) ? dice.between(0.05, 5) : Math.min(daysToDone(dice), 150)) * DAY;
  return [
    { at: begins, do: "openIssue", issue, by: "maintainer" },
    ...drawAttachment(dice, issue, begins + MINUTE),
    ...drawPledges(dice, issue, { from: begins + 2 * MINUTE, until: ends }),
    ...drawEnd(dice, issue, { begins, ends }),
    ...drawChatter(dice, issue, { begins, ends }),
  ];
}

function drawAttachment(dice: Dice, issue: number, at: number): Step[] {
  const on = { issue };
  const by = "maintainer";
  return dice.weigh<Step[]>([
    [4, [{ at, do: "label", on, by, name: "bounty" }]],
    [2, [{ at, do: "label", on, by, name: "bounty: $200" }]],
    [3, [{ at, do: "say", on, by, text: "/bounty $50" }]],
    [1, [{ at, do: "label", on, by, name: "goal: $60" }]],
    [1, [{ at, do: "say", on, by, text: "/goal $40 by 2026-12-20" }]],
    [
      1,
      [
        { at, do: "say", on, by: "stranger", text: "/bounty $5,000" },
        { at: at + MINUTE, do: "say", on, by, text: "/bounty" },
        { at: at + 2 * MINUTE, do: "say", on, by, text: "/bounty 25" },
      ],
    ],
  ]);
}

const GOOD_CARDS = ["4242424242424242", "5555555555554444", "4000000000000077"];
/** Saved without a word, and declined or questioned when they are charged. */
const MOODY_CARDS = ["4000000000009995", "4000002500003155", "4000002760003184"];
const BAD_CARDS = ["4000000000009995", "4000000000000002", "4000000000000069"];

function drawPledges(
  dice: Dice,
  issue: number,
  { from, until }: { from: number; until: number },
): Step[] {
  const steps: Step[] = [];
  const count = pledgeCount(dice) + (dice.chance(0.4) ? 1 + dice.below(2) : 0);
  for (let index = 0; index < count; index += 1) {
    // Most come early; some come when it is over.
    const at = from + (until - from + DAY) * dice.next() ** 2;
    steps.push(...drawPledge(dice, { issue, form: `form-${issue}-${index}`, at }));
  }
  return steps;
}

function drawPledge(dice: Dice, place: { issue: number; form: string; at: number }): Step[] {
  const { issue, form, at } = place;
  const cents = Math.max(500, pledgeCents(dice));
  const wrong = dice.chance(0.05) ? dice.pick(["-5", "ten", "0.10", "1.000", "$5 eur", ""]) : null;
  const amount = wrong ?? (cents / 100).toFixed(2);
  const click: Step = {
    at,
    do: "click",
    issue,
    form,
    amount,
    cents: wrong === null ? cents : 0,
    mode: dice.chance(0.5) ? "on-merge" : "pay-now",
    clicks: dice.chance(0.15) ? 2 : 1,
    looks: dice.chance(0.3),
  };
  const steps: Step[] = [click];
  // Impatience: the same form is sent again.
  if (dice.chance(0.2))
    steps.push({ ...click, at: at + dice.between(SECOND, 2 * MINUTE), clicks: 1 });
  if (dice.chance(0.12)) return steps;
  const pause = dice.chance(0.8)
    ? dice.between(10 * SECOND, 5 * MINUTE)
    : dice.between(HOUR, 3 * HOUR);
  const time = at + 2 * MINUTE + pause;
  return [...steps, ...drawPayment(dice, form, time)];
}

/** With a card that is declined first, given up half way, taken back later, or paid a second time. */
function drawPayment(dice: Dice, form: string, at: number): Step[] {
  const steps: Step[] = [];
  let time = at;
  if (dice.chance(0.15)) {
    steps.push({ at: time, do: "pay", form, card: dice.pick(BAD_CARDS), gives: "through" });
    time += dice.between(SECOND, 10 * MINUTE);
    if (dice.chance(0.3)) return steps;
  }
  if (dice.chance(0.1)) {
    const gives = dice.chance(0.3) ? "up" : "through";
    steps.push({ at: time, do: "pay", form, card: "4000002760003184", gives });
    return steps;
  }
  const card = dice.pick(dice.chance(0.12) ? MOODY_CARDS : GOOD_CARDS);
  steps.push({ at: time, do: "pay", form, card, gives: "through" });
  if (dice.chance(0.12)) {
    const later = time + dice.between(SECOND, 30 * DAY);
    steps.push({ at: later, do: "withdraw", form, clicks: dice.chance(0.3) ? 2 : 1 });
  }
  if (dice.chance(0.05)) steps.push({ at: time + SECOND, do: "pay", form, card, gives: "through" });
  return steps;
}

/** Solved, cancelled, or left alone. */
function drawEnd(
  dice: Dice,
  issue: number,
  { begins, ends }: { begins: number; ends: number },
): Step[] {
  if (dice.chance(SUCCESS_SHARE)) return drawWork(dice, issue, { begins, ends });
  if (dice.chance(0.4)) {
    const again: Step[] = dice.chance(0.4)
      ? [
          { at: ends + 4 * DAY, do: "say", on: { issue }, by: "maintainer", text: "/bounty" },
          ...drawPledge(dice, { issue, form: `form-${issue}-again`, at: ends + 4 * DAY + HOUR }),
        ]
      : [];
    return [
      { at: ends, do: "say", on: { issue }, by: "maintainer", text: "/cancel not needed any more" },
      ...again,
    ];
  }
  return [];
}

function drawWork(
  dice: Dice,
  issue: number,
  { begins, ends }: { begins: number; ends: number },
): Step[] {
  const pull = issue * 10;
  const author = dice.weigh([
    [6, "contributor"],
    [3, "octo-alice"],
    [1, "maintainer"],
    [1, "machine[bot]"],
  ]);
  const opened = Math.max(
    begins + 5 * MINUTE,
    begins + (ends - begins) * dice.between(0.3, 1) - DAY,
  );
  const merged = Math.max(
    ends,
    opened +
      dice.weigh([
        [8, 10 * MINUTE],
        [1, SECOND],
        [1, DAY],
      ]),
  );
  const body = dice.weigh([
    [7, `Fixes #{issue ${issue}}`],
    [1, `/claim #{issue ${issue}}`],
    [1, "Some work"],
  ]);
  const merger = dice.weigh([
    [6, "maintainer"],
    [2, "reviewer"],
    [1, "contributor"],
  ]);
  const steps: Step[] = [
    { at: opened, do: "openPull", pull, issue, author, body },
    ...drawReview(dice, pull, { opened, merged }),
    ...drawTerms(dice, { issue, pull }, { opened, merged }),
    { at: merged, do: "merge", pull, by: merger },
    ...drawPayee(dice, author, merged),
  ];
  if (merger === "contributor") {
    steps.push({ at: merged + HOUR, do: "merge", pull, by: "maintainer" });
  }
  if (dice.chance(0.25)) steps.push(...drawRival(dice, issue, { opened, merged }));
  if (dice.chance(0.4)) {
    const on = dice.chance(0.7) ? { pull } : { issue };
    const by = dice.weigh([
      [5, "maintainer"],
      [1, "stranger"],
      [1, "contributor"],
    ]);
    steps.push({ at: merged + dice.between(0, 3 * DAY), do: "say", on, by, text: "/release" });
  }
  return steps;
}

function drawReview(
  dice: Dice,
  pull: number,
  { opened, merged }: { opened: number; merged: number },
): Step[] {
  const steps: Step[] = [];
  const within = (): number => dice.between(opened + MINUTE, merged);
  if (dice.chance(0.3)) steps.push({ at: within(), do: "approve", pull, by: "reviewer" });
  if (dice.chance(0.3)) steps.push({ at: within(), do: "push", pull });
  if (dice.chance(0.1)) steps.push({ at: within(), do: "editPull", pull, body: "Other words" });
  if (dice.chance(0.1)) {
    steps.push({
      at: within(),
      do: "say",
      on: { pull },
      by: "contributor",
      text: "/claim #{issue 0}",
    });
  }
  return steps;
}

function drawTerms(
  dice: Dice,
  { issue, pull }: { issue: number; pull: number },
  { opened, merged }: { opened: number; merged: number },
): Step[] {
  const steps: Step[] = [];
  const on = dice.chance(0.5) ? { issue } : { pull };
  if (dice.chance(0.25)) {
    const text = dice.pick([
      "/split @contributor 70 @octo-bob 30",
      "/split @contributor 1 @octo-alice 1 @octo-bob 1",
      "/split @octo-alice 100",
      "/split @nobody-at-all 50 @contributor 50",
    ]);
    steps.push({
      at: dice.between(opened + MINUTE, merged + HOUR),
      do: "say",
      on,
      by: "maintainer",
      text,
    });
    steps.push(...drawPayee(dice, "octo-bob", merged));
  }
  if (dice.chance(0.12)) {
    const at = dice.between(opened, merged + 2 * DAY);
    steps.push({ at, do: "say", on, by: "maintainer", text: "/hold let me look again" });
    if (dice.chance(0.6)) {
      const later = at + dice.between(HOUR, 20 * DAY);
      steps.push({ at: later, do: "say", on, by: "reviewer", text: "/release" });
    }
  }
  return steps;
}

/** A second pull request for the same issue. */
function drawRival(
  dice: Dice,
  issue: number,
  { opened, merged }: { opened: number; merged: number },
): Step[] {
  const pull = issue * 10 + 1;
  const body = `Closes #{issue ${issue}}`;
  const at = dice.between(opened, merged + DAY);
  const end = at + dice.between(MINUTE, 2 * DAY);
  return [
    { at, do: "openPull", pull, issue, author: "octo-bob", body },
    dice.chance(0.5)
      ? { at: end, do: "merge", pull, by: "maintainer" }
      : { at: end, do: "closePull", pull, by: "maintainer" },
    ...drawPayee(dice, "octo-bob", end),
  ];
}

/** They connect before the merge, after it, long after it, or never. */
function drawPayee(dice: Dice, login: string, merged: number): Step[] {
  if (login.endsWith("[bot]") || dice.chance(0.15)) return [];
  const at =
    merged +
    dice.weigh([
      [5, dice.between(MINUTE, DAY)],
      [2, dice.between(DAY, 40 * DAY)],
      [1, dice.between(40 * DAY, 100 * DAY)],
    ]);
  const steps: Step[] = [{ at, do: "connect", login }];
  if (dice.chance(0.1)) steps.push({ at: at + SECOND, do: "connect", login });
  // Who never finishes is rare: until the date their account is asked after every six hours.
  if (dice.chance(0.985)) {
    const later =
      at +
      dice.weigh([
        [6, 10 * MINUTE],
        [1, 12 * HOUR],
        [0.1, 6 * DAY],
      ]);
    const country = dice.weigh([
      [8, "US"],
      [2, "DE"],
      [0.12, "BR"],
    ]);
    steps.push({ at: later, do: "onboard", login, country });
    if (dice.chance(0.06)) {
      steps.push({ at: later + HOUR, do: "restrict", login });
      steps.push({ at: later + dice.between(HOUR, 2 * DAY), do: "onboard", login, country: "US" });
    }
  }
  if (dice.chance(0.06)) steps.push({ at: at - HOUR, do: "rename", login });
  return steps;
}

const WORDS: readonly (readonly [by: string, text: string])[] = [
  ["stranger", "/cancel I want it so"],
  ["stranger", "/release"],
  ["contributor", "/split @contributor 100"],
  ["stranger", "/hold it"],
  ["machine[bot]", "/bounty $100"],
  ["stranger", "/pledge $20"],
  ["stranger", "/pledge twenty"],
  ["stranger", "/help"],
  ["maintainer", "/bounty lots"],
  ["maintainer", "/split nobody"],
  ["maintainer", "/release"],
  ["octo-alice", "What do you think of `/cancel`?"],
  ["reviewer", "/bounty $75"],
  ["maintainer", "/reject not what we want"],
  ["stranger", "/reject no"],
  ["stranger", "/tip @contributor 20"],
  ["maintainer", "/extend 10"],
  ["maintainer", "/cancel"],
];

function drawChatter(
  dice: Dice,
  issue: number,
  { begins, ends }: { begins: number; ends: number },
): Step[] {
  const steps: Step[] = [];
  const within = (): number => dice.between(begins + 2 * MINUTE, ends + 2 * DAY);
  const count = dice.below(4);
  for (let index = 0; index < count; index += 1) {
    const [by, text] = dice.pick(WORDS);
    const at = within();
    steps.push({ at, do: "say", on: { issue }, by, text });
    if (dice.chance(0.1)) steps.push({ at: at + HOUR, do: "rewrite", by, text: "/cancel" });
  }
  if (dice.chance(0.06)) steps.push({ at: within(), do: "closeIssue", issue, by: "maintainer" });
  if (dice.chance(0.06)) {
    steps.push({ at: within(), do: "unlabel", on: { issue }, by: "maintainer", name: "bounty" });
  }
  return steps;
}

const POLICIES = [
  "minimum: 20\n",
  "minimum: 5\nmaximum: 100\n",
  "who: maintain\n",
  "who: triage\n",
  "minimum: [\n",
  "labels:\n  bounty: reward\n",
  "pay: now\n",
  "charge: reached\n",
  "hold_days: 3\n",
  "review_share: 10\n",
];

/** The rules change halfway. */
function drawPolicies(dice: Dice): Step[] {
  if (!dice.chance(0.15)) return [];
  const at = dice.between(0, 40 * DAY);
  return [{ at, do: "policy", by: "maintainer", text: dice.pick(POLICIES) }];
}

/** Faults are set shortly before something happens: that is where they hurt. */
function drawTroubles(dice: Dice, around: readonly Step[]): Step[] {
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
    fault: dice.pick(CALL_FAULTS),
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
