// Scenes of money: promises called in and taken back, refunds that fail, banks and operators who interfere,
// payees in trouble.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aim, deafen, fatal, mute } from "./aimed.ts";
import { bounty, connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE } from "./times.ts";

const SAVED_CARDS = [
  "4242424242424242",
  "4000000000009995",
  "4000002760003184",
  "4000002500003155",
  "4000000000000341",
];

/** Promises taken back just before the award, called in by it, mended by their backers. */
export function promised(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + DAY;
  const forms = ["a", "b", "c"].slice(0, 1 + dice.below(3)).map((one) => `form-${issue}-${one}`);
  const mends = (form: string): Step => ({
    at: merged + dice.between(MINUTE, 15 * DAY),
    do: "mend",
    form,
    how: dice.pick(["confirm", "card"]),
    card: dice.pick(SAVED_CARDS),
    answer: dice.chance(0.8) ? "complete" : "fail",
  });
  const steps = [
    ...bounty(issue, at),
    ...forms.flatMap((form, index) =>
      pledge(dice, {
        issue,
        form,
        at: at + (1 + index) * 5 * MINUTE,
        mode: "on-merge",
        card: dice.pick(SAVED_CARDS),
      }),
    ),
    ...forms.flatMap((form): Step[] =>
      dice.chance(0.4)
        ? [{ at: merged - dice.pick([HOUR, MINUTE, 1]), do: "withdraw", form, clicks: 2 }]
        : [],
    ),
    ...(dice.chance(0.7) ? aim(dice, "charge", merged - 1) : []),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    ...forms.flatMap((form) => (dice.chance(0.6) ? [mends(form)] : [])),
    ...forms.flatMap((form) => (dice.chance(0.3) ? [mends(form)] : [])),
    ...(dice.chance(0.2)
      ? [
          {
            at: merged + dice.pick([1, 500, HOUR, 3 * DAY]),
            do: "cancelIntent",
            form: dice.pick(forms),
          } as Step,
        ]
      : []),
    ...connected("contributor", merged + HOUR),
  ];
  if (dice.chance(0.2)) steps.push(says({ issue }, "/reject no", merged + 2 * HOUR));
  return steps;
}

/** Paid on Stripe's page or by the award, and no word of it comes for as long as Stripe tries: only asking helps. */
export function unheard(dice: Dice, { issue, at }: Place): Step[] {
  const form = `form-${issue}-a`;
  const merged = at + HOUR;
  // Stripe tries for three days, and after the last step everything is mended.
  const later: Step = { at: at + 5 * DAY, do: "wait" };
  if (dice.chance(0.4)) {
    return [
      ...bounty(issue, at),
      ...pledge(dice, { issue, form, at: at + MINUTE }),
      ...mute(PAGE_IS_TOLD, at + MINUTE),
      later,
    ];
  }
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form, at: at + MINUTE, mode: "on-merge" }),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR / 2, merged }),
    ...mute(CHARGE_IS_TOLD, merged - 1),
    later,
  ];
}

/** Paid moments before the work is merged, or after it, and no word of it comes before the award does. */
export function lastMinute(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + HOUR;
  const paid = merged - dice.pick([MINUTE, 2_000, 500, 1, -1, -500]);
  return [
    ...bounty(issue, at),
    ...(dice.chance(0.6) ? pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }) : []),
    ...pledge(dice, { issue, form: `form-${issue}-b`, at: paid - MINUTE, mode: "pay-now" }),
    ...mute(dice.pick([0, 1, PAGE_IS_TOLD]), paid - 1),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR / 2, merged }),
    ...connected("contributor", merged + HOUR),
    ...(dice.chance(0.3) ? [says({ issue }, "/reject it was copied", merged + 2 * HOUR)] : []),
  ];
}

/** How often Stripe tells of a payment. */
const PAGE_IS_TOLD = 4;
const CHARGE_IS_TOLD = 3;

const SLOW_CARDS = ["4000000000007726", "4000000000000077", "4242424242424242"];

/** Everything goes back, and what goes back fails, waits, or is not known to have gone. */
export function returned(dice: Dice, { issue, at }: Place): Step[] {
  const end = at + dice.pick([HOUR, 3 * DAY]);
  const form = `form-${issue}-a`;
  const part = {
    issue,
    form,
    at: at + MINUTE,
    mode: "pay-now",
    card: dice.pick(SLOW_CARDS),
  } as const;
  const steps = [
    ...bounty(issue, at),
    ...pledge(dice, part),
    ...(dice.chance(0.5) ? pledge(dice, { ...part, form: `form-${issue}-b` }) : []),
    ...(dice.chance(0.4) ? [fatal(dice, "refund", end - 1)] : aim(dice, "refund", end - 1)),
    dice.weigh<Step>([
      [1, says({ issue }, "/cancel not needed", end)],
      [1, { at: end, do: "withdraw", form, clicks: 2 }],
    ]),
  ];
  for (let index = dice.below(4); index > 0; index -= 1) {
    const at = end + dice.between(MINUTE, 12 * DAY);
    steps.push({ at, do: "failRefund", nth: dice.below(3) });
  }
  if (dice.chance(0.3))
    steps.push({
      at: end + dice.pick([1, MINUTE, DAY]),
      do: "refundByHand",
      form,
      percent: dice.pick([30, 100]),
    });
  return steps;
}

/** They are by themselves. */
export const DISPUTED_CARDS = ["4000000000000259", "4000000000001976"];

/** A bank takes it back at any time: before the award, between it and the payout, after it; then its verdict. */
export function disputed(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const form = `form-${issue}-a`;
  const card = dice.pick([...DISPUTED_CARDS, "4000000000000077"]);
  const taken = dice.pick([
    at + 30 * MINUTE,
    merged + 30 * MINUTE,
    merged + 3 * HOUR,
    merged + DAY,
  ]);
  const kind = dice.weigh<"chargeback" | "inquiry" | "block" | "resolution">([
    [5, "chargeback"],
    [3, "inquiry"],
    [1, "block"],
    [1, "resolution"],
  ]);
  const steps: Step[] = [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form, at: at + MINUTE, card }),
    ...(dice.chance(0.3)
      ? pledge(dice, { issue, form: `form-${issue}-b`, at: at + 2 * MINUTE })
      : []),
    { at: taken, do: "dispute", form, kind },
    ...(dice.chance(0.4) ? deafen(dice, "stripe", taken - 1) : []),
    ...verdict(dice, form, taken),
    ...(dice.chance(0.8)
      ? [
          ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
          ...connected("contributor", merged + dice.pick([MINUTE, HOUR, 20 * DAY])),
          ...(dice.chance(0.4) ? aim(dice, "transfer", merged + HOUR) : []),
        ]
      : [says({ issue }, "/cancel no", merged)]),
  ];
  if (dice.chance(0.2)) steps.push({ at: taken + HOUR, do: "refundByHand", form, percent: 40 });
  if (dice.chance(0.2)) steps.push(says({ issue }, "/reject a bank asks", merged + HOUR));
  return steps;
}

/** Won within days or after months, lost, lost and then won; asked first, then taken. */
function verdict(dice: Dice, form: string, from: number): Step[] {
  const at = from + dice.between(MINUTE, 13 * DAY);
  const say = (word: Extract<Step, { do: "verdict" }>["word"], after = 0): Step => ({
    at: at + after,
    do: "verdict",
    form,
    word,
  });
  // Before the pledge's date, or after it. Not longer than it takes: the app asks every day.
  const months = dice.pick([20 * DAY, 20 * DAY, 75 * DAY]);
  return dice.weigh<Step[]>([
    [2, []],
    [2, [say("lost")]],
    [2, [say("won")]],
    [1, [say("won with its fee")]],
    [2, [say("answered"), say("won", months)]],
    [1, [say("answered"), say("lost", months)]],
    [1, [say("lost"), say("won", months)]],
    [1, [say("dropped")]],
    [2, [say("escalated"), say("won", 2 * DAY)]],
    [1, [say("answered"), say("escalated", DAY), say("lost", 3 * DAY)]],
  ]);
}

/** The operator's hand in Stripe's dashboard; `/release` sends again what was taken back in full. */
export function byHand(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const form = `form-${issue}-a`;
  const later = (): number => merged + dice.between(-HOUR, 3 * DAY);
  const percent = (): number => dice.pick([10, 40, 100]);
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form, at: at + MINUTE, card: "4000000000000077" }),
    ...(dice.chance(0.4) ? pledge(dice, { issue, form: `form-${issue}-b`, at: at + MINUTE }) : []),
    ...(dice.chance(0.6)
      ? [{ at: later(), do: "refundByHand", form, percent: percent() } as Step]
      : []),
    ...(dice.chance(0.3) ? [{ at: later(), do: "failRefund", nth: 0 } as Step] : []),
    ...(dice.chance(0.3) ? [{ at: later(), do: "topUp", cents: 5_000 } as Step] : []),
    ...(dice.chance(0.3) ? [{ at: later(), do: "chargeFee", cents: 200 } as Step] : []),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    ...connected("contributor", merged + dice.pick([MINUTE, HOUR])),
    ...(dice.chance(0.6)
      ? [
          { at: merged + 4 * DAY, do: "reverse", nth: 0, percent: percent() } as Step,
          ...(dice.chance(0.6)
            ? [says({ issue }, "/release", merged + dice.pick([5, 95]) * DAY)]
            : []),
          ...(dice.chance(0.3)
            ? [{ at: merged + 6 * DAY, do: "reverse", nth: 1, percent: 100 } as Step]
            : []),
        ]
      : []),
    { at: merged + 7 * DAY, do: "reconcile" },
  ];
}

/** Accounts that Stripe restricts, that their owners cut off, that are in the wrong country; shares given up. */
export function unpayable(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const login = "contributor";
  const connect = merged + dice.pick([-HOUR, MINUTE, HOUR]);
  const trouble = connect + dice.between(MINUTE, 5 * HOUR);
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...pledge(dice, { issue, form: `form-${issue}-b`, at: at + 2 * MINUTE }),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    ...connected(login, connect, dice.chance(0.15) ? "BR" : "DE"),
    ...dice.weigh<Step[]>([
      [
        2,
        [
          { at: trouble, do: "restrict", login },
          { at: trouble + 2 * DAY, do: "onboard", login, country: "US" },
        ],
      ],
      [2, [{ at: trouble, do: "disconnect", login }, ...connected(login, trouble + DAY)]],
      [1, [{ at: trouble, do: "disconnect", login }]],
      [2, [{ at: trouble, do: "decline", login }]],
      [1, [{ at: merged + 4 * DAY, do: "payOut", login, fails: dice.chance(0.7) }]],
    ]),
    ...(dice.chance(0.5)
      ? aim(dice, dice.pick(["transfer", "account", "refund"]), trouble - 1)
      : []),
  ];
}

/** Renewed before its date, and the date comes all the same; or the award comes on the very day. */
export function dated(dice: Dice, { issue, at }: Place): Step[] {
  const form = `form-${issue}-a`;
  const mode = dice.chance(0.3) ? "on-merge" : "pay-now";
  const date = at + (mode === "pay-now" ? 60 : 180) * DAY;
  const merged = date + dice.pick([-DAY, -HOUR, HOUR, 20 * DAY]);
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form, at: at + MINUTE, mode }),
    ...(dice.chance(0.7)
      ? [{ at: date - dice.between(HOUR, 20 * DAY), do: "renew", form, clicks: 2 } as Step]
      : []),
    ...(dice.chance(0.5) ? aim(dice, mode === "pay-now" ? "refund" : "charge", date - HOUR) : []),
    ...solved({ issue, pull: issue * 10, opened: merged - HOUR, merged }),
    ...(dice.chance(0.7) ? connected("contributor", merged + HOUR) : []),
  ];
}
