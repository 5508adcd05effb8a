// One issue from its first label to whatever becomes of it.
import { daysToDone, SUCCESS_SHARE } from "../distributions.ts";
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { drawPledge, drawPledges } from "./pledges.ts";
import { drawChatter } from "./talk.ts";
import { DAY, HOUR, MINUTE, type Span } from "./times.ts";
import { drawWork } from "./work.ts";

/** One issue from its first label to whatever becomes of it. */
export function drawBounty(dice: Dice, issue: number): Step[] {
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

/** Solved, cancelled, or left alone. */
function drawEnd(dice: Dice, issue: number, { begins, ends }: Span): Step[] {
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
