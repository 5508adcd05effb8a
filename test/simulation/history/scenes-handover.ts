// The scene of somebody else in a payee's place: asked for, agreed to or not, by those who may and those who may
// not, and by those who gain by it, in the midst of whatever else happens to an award.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aim, deafen, echo } from "./aimed.ts";
import { bounty, connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE } from "./times.ts";

const FROM = "contributor";
/** One of them could agree to it, if it were not for themselves. */
const OTHERS = ["octo-bob", "stranger", "reviewer", "reviewer"];

interface Asking {
  issue: number;
  /** Where words about it are written. */
  on: { issue: number } | { pull: number };
  to: string;
  asked: number;
  agreed: number;
}

export function handed(dice: Dice, { issue, at }: Place): Step[] {
  const pull = issue * 10;
  const merged = at + 2 * HOUR;
  const asked = merged + dice.pick([10 * MINUTE, HOUR, 2 * DAY]);
  const agreed = asked + dice.pick([MINUTE, HOUR, DAY]);
  const on = dice.chance(0.6) ? { issue } : { pull };
  const to = dice.pick(OTHERS);
  const asking = { issue, on, to, asked, agreed };
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE, mode: "pay-now" }),
    ...(dice.chance(0.3) ? collectedLater(issue, { pledged: at + 5 * MINUTE, agreed }) : []),
    ...(dice.chance(0.4)
      ? [says({ issue }, `/split @${FROM} 60 @${to} 40`, at + 10 * MINUTE)]
      : []),
    ...solved({ issue, pull, opened: at + HOUR, merged }),
    ...requested(dice, asking),
    ...(dice.chance(0.6) ? meanwhile(dice, asking) : []),
    // Before they asked, in the middle of it, after it, or never.
    ...(dice.chance(0.8)
      ? connected(FROM, dice.pick([merged + MINUTE, asked, agreed - MINUTE, agreed + HOUR]))
      : []),
    ...(dice.chance(0.9) ? connected(to, agreed + dice.pick([MINUTE, 3 * HOUR, 4 * DAY])) : []),
    ...(dice.chance(0.4) ? aim(dice, "transfer", dice.pick([merged, agreed - 1])) : []),
    ...dice.weigh<() => Step[]>([
      [3, () => []],
      [1, () => deafen(dice, "github", agreed - 1)],
      [1, () => echo(dice, "github", agreed - 1)],
    ])(),
  ];
}

/** Agreed to, and then the award is another, more is collected, or somebody else was meant by what was asked or said. */
export function givenAway(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const asked = merged + HOUR;
  const agreed = asked + HOUR;
  const to = dice.pick(["octo-bob", "stranger"]);
  const asking = { issue, on: { issue }, to, asked, agreed };
  const own = asks(asking, { login: FROM, to, at: asked });
  const yes = agrees(asking, { by: "maintainer", to, from: FROM, at: agreed });
  const ready = agreed + 3 * HOUR;
  const paid = pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE, mode: "pay-now" });
  return [
    ...bounty(issue, at),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    // As few as it takes: whoever must not be paid has an account.
    ...dice.weigh<() => Step[]>([
      [5, () => [...paid, own, yes, ...connected(to, agreed + dice.pick([MINUTE, DAY]))]],
      [
        5,
        () => [
          ...collectedLater(issue, { pledged: at + 5 * MINUTE, agreed }),
          ...[own, yes, ...connected(FROM, ready)],
        ],
      ],
      [3, () => [...paid, own, yes, ...connected(to, ready), ...solvedAnew(asking)]],
      [3, () => [...paid, ...renamed(dice, asking, own)]],
      [4, () => [...paid, own, insteadOf(asking), yes, ...connected(to, ready)]],
      [3, () => [...paid, ...agreedByHeir(asking)]],
    ])(),
  ];
}

/** By whoever gains by it, and could agree to it for anybody else. */
function agreedByHeir(asking: Asking): Step[] {
  const to = "reviewer";
  const { asked, agreed } = asking;
  return [
    asks(asking, { login: FROM, to, at: asked }),
    agrees(asking, { by: to, to, from: FROM, at: agreed }),
    ...connected(to, agreed + HOUR),
  ];
}

/** Asked for later: what was asked for before is over, whoever agrees to it. */
function insteadOf(asking: Asking): Step {
  const to = asking.to === "stranger" ? "octo-bob" : "stranger";
  return asks(asking, { login: FROM, to, at: asking.asked + 10 * MINUTE });
}

/** The award is taken back, and the same payee solves it another time. */
function solvedAnew({ issue, agreed }: Asking): Step[] {
  const at = agreed + HOUR;
  const pull = issue * 10 + 1;
  return [
    says({ pull: issue * 10 }, "/reject it was copied", at),
    { at: at + MINUTE, do: "reopenIssue", issue, by: "maintainer" },
    ...solved({ issue, pull, opened: at + 10 * MINUTE, merged: at + HOUR }),
  ];
}

/** A promise whose card is declined at the award, and mended when the share is somebody else's. */
function collectedLater(
  issue: number,
  { pledged, agreed }: { pledged: number; agreed: number },
): Step[] {
  const form = `form-${issue}-b`;
  const amount = "30.01";
  const card = "4242424242424242";
  return [
    {
      ...{ at: pledged, do: "click", issue, form, amount, cents: 3001, mode: "on-merge" },
      ...{ clicks: 1, looks: false },
    },
    { at: pledged + MINUTE, do: "pay", form, card: "4000000000009995", gives: "through" },
    { at: agreed + 2 * HOUR, do: "mend", form, how: "card", card, answer: "complete" },
  ];
}

function asks(
  { issue }: Asking,
  { login, to, at }: { login: string; to: string; at: number },
): Step {
  return { at, do: "askHandover", login, to, issue };
}

function agrees({ on }: Asking, parts: { by: string; to: string; from: string; at: number }): Step {
  const { by, to, from, at } = parts;
  return { at, do: "say", on, by, text: `/release @${to} for @${from}` };
}

/** What is asked, and what is said to it. */
function requested(dice: Dice, asking: Asking): Step[] {
  const { on, to, asked, agreed, issue } = asking;
  const own = asks(asking, { login: FROM, to, at: asked });
  const by = dice.weigh([
    [6, "maintainer"],
    [3, "reviewer"],
  ]);
  const yes = agrees(asking, { by, to, from: FROM, at: agreed });
  const third = to === "stranger" ? "octo-bob" : "stranger";
  const later = agrees(asking, { by: "maintainer", to, from: FROM, at: agreed + HOUR });
  return dice.weigh<() => Step[]>([
    [4, () => [own, yes]],
    // Whoever gains by it, whoever may not, and whoever asked.
    [
      3,
      () => [
        own,
        agrees(asking, { by: dice.pick([to, to, FROM, "stranger"]), to, from: FROM, at: agreed }),
        ...(dice.chance(0.5) ? [later] : []),
      ],
    ],
    // Nobody asked for that, or only somebody whose it is not.
    [1, () => [agrees(asking, { by: "maintainer", to, from: FROM, at: agreed })]],
    [2, () => [asks(asking, { login: third, to, at: asked }), yes]],
    // Asked for one, then for another.
    [
      2,
      () => [
        own,
        asks(asking, { login: FROM, to: third, at: asked + dice.pick([1, 30_000]) }),
        yes,
        agrees(asking, { by: "maintainer", to: third, from: FROM, at: agreed + MINUTE }),
      ],
    ],
    // To each other.
    [
      1,
      () => [
        own,
        asks(asking, { login: to, to: FROM, at: asked + 1 }),
        yes,
        agrees(asking, { by: "maintainer", to: FROM, from: to, at: agreed + 1 }),
      ],
    ],
    // And on to a third.
    [
      2,
      () => [
        own,
        yes,
        asks(asking, { login: to, to: third, at: agreed + 10 * MINUTE }),
        agrees(asking, { by: "maintainer", to: third, from: to, at: agreed + 20 * MINUTE }),
        ...connected(third, agreed + HOUR),
      ],
    ],
    [1, () => [own, says(on, `/reject @${to} for @${FROM} who is that?`, agreed - 1), later]],
    [1, () => [own, { at: agreed - 30_000, do: "withdrawHandover", login: FROM, issue }, later]],
    [1, () => renamed(dice, asking, own)],
  ])();
}

/** The one who was named, or the one who asked, has another login by then, and somebody else has theirs. */
function renamed(dice: Dice, asking: Asking, own: Step): Step[] {
  const { to, agreed } = asking;
  // A maintainer's role goes with their account, which is another simulation.
  const who = to === "reviewer" ? FROM : dice.pick([to, FROM]);
  const nameOf = (login: string): string => (login === who ? `${login}-moved` : login);
  const names = dice.chance(0.3) ? nameOf : (login: string): string => login;
  return [
    own,
    { at: agreed - 30_000, do: "rename", login: who },
    agrees(asking, { by: "maintainer", to: names(to), from: names(FROM), at: agreed }),
    ...connected(nameOf(to), agreed + 2 * HOUR),
    ...connected(nameOf(FROM), agreed + 3 * HOUR),
  ];
}

/** Between the request and the agreement, or after both. */
function meanwhile(dice: Dice, { issue, on, asked, agreed }: Asking): Step[] {
  const at = dice.pick([asked + 30_000, agreed - 2, agreed + 2, agreed + 30 * MINUTE]);
  const form = `form-${issue}-a`;
  return dice.weigh<() => Step[]>([
    [
      2,
      () => [
        says(on, "/hold let me look again", at),
        ...(dice.chance(0.6) ? [says(on, "/release", agreed + 8 * HOUR)] : []),
      ],
    ],
    [
      3,
      () => [
        says({ pull: issue * 10 }, "/reject it was copied", at),
        ...(dice.chance(0.7)
          ? [
              { at: at + MINUTE, do: "reopenIssue", issue, by: "maintainer" } as Step,
              ...solved({
                issue,
                pull: issue * 10 + 1,
                opened: at + 10 * MINUTE,
                merged: at + 2 * HOUR,
              }),
            ]
          : []),
      ],
    ],
    [1, () => [{ at, do: "decline", login: FROM }]],
    [1, () => [{ at, do: "dispute", form, kind: "chargeback" }]],
    [
      1,
      () => [
        { at: agreed + 5 * DAY, do: "reverse", nth: 0, percent: 100 },
        says(on, "/release", agreed + 6 * DAY),
      ],
    ],
    [1, () => [{ at, do: "refundByHand", form, percent: 40 }]],
  ])();
}
