// Scenes of work: divided among several, merged in haste, held, released, declined, reverted.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aim, deafen, echo, fatal } from "./aimed.ts";
import { bounty, connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

const SPLITS = [
  "/split @contributor 1 @octo-alice 1 @octo-bob 1",
  "/split @octo-bob 20 @octo-alice 20 @contributor 60",
  "/split @contributor 70 @octo-bob 30",
];

/** Divided among several; transfers and refunds of parts go wrong. */
export function divided(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const on = dice.chance(0.5) ? { issue } : { pull: issue * 10 };
  const paid = merged + dice.pick([MINUTE, HOUR]);
  // The largest share comes last: what is sent twice by mistake must fit into what is left.
  const people = ["octo-bob", "octo-alice", "contributor"].filter(() => dice.chance(0.7));
  const steps = [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...(dice.chance(0.2)
      ? pledge(dice, { issue, form: `form-${issue}-b`, at: at + 10 * MINUTE })
      : []),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    says(on, dice.pick(SPLITS), at + HOUR + 10 * MINUTE),
    ...people.flatMap((login, index) => [
      ...troubleAt(dice, { isFirst: index === 0, at: paid + index * HOUR + MINUTE - 1 }),
      ...connected(login, paid + index * HOUR),
    ]),
  ];
  if (dice.chance(0.3)) {
    const gives = paid + 5 * HOUR;
    steps.push(...aim(dice, "refund", gives - 1));
    steps.push({ at: gives, do: "decline", login: dice.pick(["octo-bob", "octo-alice"]) });
  }
  // Until first payouts may leave.
  steps.push({ at: paid + 8 * DAY, do: "wait" });
  return steps;
}

function troubleAt(dice: Dice, { isFirst, at }: { isFirst: boolean; at: number }): Step[] {
  if (isFirst && dice.chance(0.7)) return [fatal(dice, "transfer", at)];
  return dice.chance(0.5) ? aim(dice, "transfer", at) : [];
}

/** Nobody had time to look: merged as soon as it was opened, or the notice never came. */
export function hasty(dice: Dice, { issue, at }: Place): Step[] {
  const opened = at + HOUR;
  const author = dice.pick(["contributor", "octo-alice"]);
  const merged = opened + dice.pick([0, 500, SECOND, 3 * SECOND, MINUTE]);
  const steps = [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...(dice.chance(0.5) ? aim(dice, "notice", opened - 1) : []),
    ...solved({ issue, pull: issue * 10, author, opened, merged }),
    ...connected(author, merged + HOUR),
  ];
  if (dice.chance(0.3)) {
    // Somebody else's share appears between the notice and the merge.
    const by = ["octo-bob"];
    steps.push({ at: opened + 1, do: "push", pull: issue * 10, with: by });
    steps.push(...connected("octo-bob", merged + HOUR));
  }
  if (dice.chance(0.4)) steps.push(says({ issue }, "/release", merged + 3 * HOUR));
  return steps;
}

/** Somebody may push and be named, reviews come and go, and the reviewers have a part. */
export function reviewed(dice: Dice, { issue, at }: Place): Step[] {
  const opened = at + HOUR;
  const merged = opened + 2 * HOUR;
  const pull = issue * 10;
  const within = (): number => dice.between(opened + 1, merged);
  const review = (): Step => ({
    at: within(),
    do: "approve",
    pull,
    by: dice.pick(["reviewer", "maintainer", "stranger"]),
    verdict: dice.pick(["APPROVE", "REQUEST_CHANGES", "COMMENT"]),
  });
  const policy = dice.pick(["review_share: 10%\n", "review_share: 33%\nco_authors: false\n"]);
  return [
    { at, do: "policy", by: "maintainer", text: policy },
    ...bounty(issue, at + SECOND),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...solved({ issue, pull, opened, merged, with: dice.chance(0.6) ? ["octo-bob"] : [] }),
    review(),
    ...(dice.chance(0.6) ? [review()] : []),
    ...(dice.chance(0.3)
      ? [{ at: within(), do: "push" as const, pull, with: ["octo-alice"] }]
      : []),
    ...["contributor", "octo-bob", "octo-alice", "reviewer", "maintainer"].flatMap((login) =>
      dice.chance(0.7) ? connected(login, merged + dice.between(MINUTE, DAY)) : [],
    ),
    ...(dice.chance(0.4) ? [says({ pull }, "/release", merged + HOUR)] : []),
  ];
}

/** Stopped between the award and the payout, and let go again or not. */
export function held(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const pull = issue * 10;
  const on = dice.chance(0.5) ? { issue } : { pull };
  const hold = merged + dice.pick([-HOUR / 2, 5 * MINUTE, HOUR]);
  const author = dice.pick(["contributor", "octo-alice"]);
  const steps = [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...solved({ issue, pull, author, opened: at + HOUR, merged }),
    says(on, "/hold let me look again", hold),
    ...connected(author, merged + dice.pick([HOUR, 3 * HOUR])),
  ];
  const later = merged + dice.between(4 * HOUR, 30 * DAY);
  return dice.weigh<Step[]>([
    [2, [...steps, says(on, "/release", later)]],
    [1, [...steps, says(on, "/reject it does something else", later)]],
    [1, [...steps, { at: later, do: "wait" }]],
  ]);
}

/** The award is taken back, by a word or by a revert; somebody else solves it. */
export function undone(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 2 * HOUR;
  const pull = issue * 10;
  const end = merged + dice.pick([2 * MINUTE, HOUR, DAY]);
  const card = dice.pick(["4242424242424242", "4000000000009995", "4000002760003184"]);
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...pledge(dice, {
      issue,
      form: `form-${issue}-b`,
      at: at + 2 * MINUTE,
      mode: "on-merge",
      card,
    }),
    ...(dice.chance(0.4)
      ? [{ at: 0, do: "policy", by: "maintainer", text: "hold_days: 3\n" } as Step]
      : []),
    ...solved({ issue, pull, opened: at + HOUR, merged }),
    ...(dice.chance(0.4) ? connected("contributor", merged + dice.pick([MINUTE, 2 * HOUR])) : []),
    ...(dice.chance(0.4) ? aim(dice, "charge", merged - 1) : []),
    dice.chance(0.7)
      ? says({ pull }, "/reject it does something else", end)
      : { at: end, do: "revert", pull, by: "maintainer" },
    ...(dice.chance(0.5)
      ? [{ at: end + MINUTE, do: "reopenIssue", issue, by: "maintainer" } as Step]
      : []),
    ...(dice.chance(0.6)
      ? [
          ...solved({
            issue,
            pull: pull + 1,
            author: "octo-bob",
            opened: end + HOUR,
            merged: end + 2 * HOUR,
          }),
          ...connected("octo-bob", end + 3 * HOUR),
        ]
      : []),
    ...(dice.chance(0.4) ? [says({ issue }, "/release", end + 4 * HOUR)] : []),
  ];
}

const LOUD: readonly (readonly [by: string, text: string])[] = [
  ["maintainer", "/bounty $25"],
  ["maintainer", "/bounty $40"],
  ["maintainer", "/bounty lots"],
  ["stranger", "/pledge $20"],
  ["stranger", "/bounty $20"],
  ["stranger", "/cancel it"],
  ["stranger", "/help"],
  ["octo-alice", "/tip @contributor $5"],
  ["maintainer", "/split @contributor 60 @octo-bob 40"],
  ["maintainer", "/split nobody"],
  ["maintainer", "/release"],
  ["maintainer", "/extend 5"],
  ["maintainer", "/paid $20"],
  ["stranger", "/paid $20"],
];

/** Many words in a short time, told twice, late or not at all. */
export function loud(dice: Dice, { issue, at }: Place): Step[] {
  const steps = bounty(issue, at);
  for (let index = 0; index < 8; index += 1) {
    const when = at + MINUTE + index * dice.pick([SECOND, MINUTE, 10 * MINUTE]);
    const [by, text] = dice.pick(LOUD);
    const storm = dice.weigh<(() => Step[]) | null>([
      [3, null],
      [3, () => echo(dice, "github", when - 1)],
      [1, () => deafen(dice, "github", when - 1)],
      [2, () => aim(dice, "comment", when - 1)],
      [2, () => atAccept(when - 1)],
    ]);
    steps.push(...(storm?.() ?? []), { at: when, do: "say", on: { issue }, by, text });
    if (dice.chance(0.15))
      steps.push({ at: when + MINUTE, do: "rewrite", by, text: "/bounty $90" });
  }
  return steps;
}

/** The process dies while it stores what it was told. */
function atAccept(at: number): Step[] {
  return [{ at, do: "fault", fault: { on: "write", at: "before accept", nth: 1, ms: 0 } }];
}
