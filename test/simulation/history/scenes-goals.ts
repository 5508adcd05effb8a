// Scenes of goals: around their deadline, moved once and again, and charged as soon as they are reached.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aim, deafen } from "./aimed.ts";
import { connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

const GOAL = "/goal $50 by 2026-12-04";
/** The end of the third day, in UTC: histories begin at nine in the morning. */
const DEADLINE = 3 * DAY + 15 * HOUR;
const HALF = 2_500;

/** Around its deadline: reached at the last moment or missed by a cent, extended, renewed, taken back. */
export function aimedAt(dice: Dice, { issue, at }: Place): Step[] {
  if (dice.chance(0.5)) return tooEarly(dice, { issue, at });
  const deadline = DEADLINE;
  const half = HALF;
  const near = (): number =>
    deadline + dice.pick([-DAY, -HOUR, -5 * MINUTE, -2 * MINUTE, SECOND, MINUTE]);
  const forms = [`form-${issue}-a`, `form-${issue}-b`];
  const [first = "", second = ""] = forms;
  const merged = dice.pick([at + DAY, deadline + DAY, deadline - HOUR]);
  return [
    ...(dice.chance(0.3)
      ? [{ at, do: "policy", by: "maintainer", text: "charge: reached\n" } as Step]
      : []),
    { at: at + 1, do: "openIssue", issue, by: "maintainer" },
    says({ issue }, GOAL, at + SECOND),
    ...pledge(dice, { issue, form: first, at: at + MINUTE, cents: half }),
    ...pledge(dice, {
      issue,
      form: second,
      at: near() - MINUTE,
      cents: half - dice.pick([0, 0, 1]),
    }),
    ...(dice.chance(0.4)
      ? [
          {
            ...{ at: dice.pick([near(), deadline + DAY]), do: "withdraw", form: first },
            clicks: 1,
          } as Step,
        ]
      : []),
    ...(dice.chance(0.4) ? [says({ issue }, "/extend 3", near())] : []),
    ...(dice.chance(0.2) ? [says({ issue }, "/extend 10", deadline + DAY)] : []),
    ...(dice.chance(0.3)
      ? [
          {
            at: deadline + dice.pick([-HOUR, HOUR, 2 * DAY]),
            do: "renew",
            form: first,
            clicks: 2,
          } as Step,
        ]
      : []),
    ...(dice.chance(0.4) ? deafen(dice, "stripe", deadline - HOUR) : []),
    ...(dice.chance(0.7)
      ? [
          ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
          ...connected("contributor", merged + HOUR),
          ...(dice.chance(0.5)
            ? [says({ issue }, "/release", merged + dice.pick([HOUR, 4 * DAY]))]
            : []),
        ]
      : []),
  ];
}

/** Solved when only half of it is there: the other half comes too late, never, or instead of one that was taken back. */
function tooEarly(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const [form, other] = [`form-${issue}-a`, `form-${issue}-b`];
  const half = { issue, cents: HALF };
  const steps: Step[] = [
    { at, do: "openIssue", issue, by: "maintainer" },
    says({ issue }, GOAL, at + SECOND),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
  ];
  if (dice.chance(0.4)) {
    return [
      ...steps,
      ...pledge(dice, { ...half, form, at: at + MINUTE, mode: "on-merge" }),
      { at: at + 10 * MINUTE, do: "withdraw", form, clicks: 1 },
      ...pledge(dice, { ...half, form: other, at: at + 20 * MINUTE, mode: "on-merge" }),
    ];
  }
  return [
    ...steps,
    ...pledge(dice, { ...half, form, at: at + MINUTE }),
    says({ issue }, "/release", merged + HOUR),
    ...(dice.chance(0.6) ? connected("contributor", merged + 2 * HOUR) : []),
    ...(dice.chance(0.4) ? pledge(dice, { ...half, form: other, at: merged + DAY }) : []),
  ];
}

/** Moved twice: whoever knew the first date alone is bound to the second, and to no third without a word of theirs. */
export function extended(dice: Dice, { issue, at }: Place): Step[] {
  const [early, late] = [`form-${issue}-a`, `form-${issue}-b`];
  const first = DEADLINE + 2 * DAY;
  const later = dice.pick([4, 12, 12]);
  const last = first + later * DAY;
  const moves = [DEADLINE - dice.pick([DAY, HOUR]), dice.pick([DEADLINE - MINUTE, first - HOUR])];
  const renewed = dice.pick([DEADLINE - 30 * MINUTE, first - 30 * MINUTE, first - 2 * MINUTE]);
  const comes = dice.pick([DEADLINE + HOUR, first - 5 * MINUTE, first + HOUR, last - HOUR]);
  const merged = comes + dice.pick([HOUR, 6 * DAY]);
  return [
    { at, do: "openIssue", issue, by: "maintainer" },
    says({ issue }, GOAL, at + SECOND),
    ...pledge(dice, {
      ...{ issue, form: early, at: at + MINUTE, cents: HALF },
      mode: dice.pick(["pay-now", "pay-now", "on-merge"]),
    }),
    ...moves.map((when, index) => says({ issue }, `/extend ${[2, later][index]}`, when)),
    ...(dice.chance(0.3)
      ? [{ at: renewed, do: "renew", form: early, clicks: 1 + dice.below(2) } as Step]
      : []),
    // Nobody else, or somebody, and it is solved.
    ...(dice.chance(0.4)
      ? []
      : [
          ...pledge(dice, { issue, form: late, at: comes, cents: HALF + dice.pick([0, 2_500]) }),
          ...(dice.chance(0.3) ? deafen(dice, "stripe", dice.pick([first, comes]) - 1) : []),
          ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
          ...(dice.chance(0.3) ? [says({ issue }, "/release", merged + HOUR)] : []),
          ...(dice.chance(0.7) ? connected("contributor", merged + 2 * HOUR) : []),
        ]),
  ];
}

const CALLED_CARDS = [
  "4242424242424242",
  "4242424242424242",
  "4000000000009995",
  "4000002760003184",
];

/** Charged as soon as it is reached: a bank says no, nobody mends it, and the others' cards are charged all the same. */
export function calledIn(dice: Dice, { issue, at }: Place): Step[] {
  const [one, other] = [`form-${issue}-a`, `form-${issue}-b`];
  const part = { issue, mode: "on-merge", cents: HALF } as const;
  const reached = at + 5 * MINUTE;
  const deadline = 29 * DAY + 15 * HOUR;
  const merged = dice.pick([reached + DAY, deadline - DAY, deadline + DAY]);
  return [
    { at: 0, do: "policy", by: "maintainer", text: "charge: reached\n" },
    { at, do: "openIssue", issue, by: "maintainer" },
    says({ issue }, "/goal $50 by 2026-12-30", at + SECOND),
    ...pledge(dice, { ...part, form: one, at: at + MINUTE, card: dice.pick(CALLED_CARDS) }),
    ...pledge(dice, { ...part, form: other, at: reached, card: dice.pick(CALLED_CARDS) }),
    ...(dice.chance(0.2)
      ? pledge(dice, { ...part, mode: "pay-now", form: `form-${issue}-c`, at: reached + HOUR })
      : []),
    ...(dice.chance(0.3) ? aim(dice, "charge", reached - 1) : []),
    ...(dice.chance(0.2)
      ? [
          {
            ...{ at: reached + dice.pick([HOUR, 10 * DAY]), do: "mend", form: other, how: "card" },
            ...{ card: "4242424242424242", answer: "complete" },
          } as Step,
        ]
      : []),
    ...(dice.chance(0.3)
      ? [{ at: reached + dice.pick([1, 1, DAY]), do: "withdraw", form: one, clicks: 1 } as Step]
      : []),
    ...(dice.chance(0.2)
      ? [{ at: reached + dice.pick([1, 500, HOUR, DAY]), do: "cancelIntent", form: one } as Step]
      : []),
    ...(dice.chance(0.7)
      ? [
          ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
          ...connected("contributor", merged + HOUR),
        ]
      : []),
  ];
}
