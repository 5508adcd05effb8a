// Scenes of things that move or go away under a bounty: issues, repositories, names, the App itself.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aim, deafen } from "./aimed.ts";
import { bounty, connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE } from "./times.ts";

export function moved(dice: Dice, { issue, at }: Place): Step[] {
  const merged = at + 3 * HOUR;
  const moves = at + dice.pick([2 * HOUR, 4 * HOUR]);
  const by = "maintainer";
  return [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form: `form-${issue}-a`, at: at + MINUTE }),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    ...(dice.chance(0.3) ? deafen(dice, "github", moves - 1) : []),
    ...dice.weigh<Step[]>([
      [2, [{ at: moves, do: "transferIssue", issue, by, covered: true }]],
      [1, [{ at: moves, do: "transferIssue", issue, by, covered: false }]],
      [1, [{ at: moves, do: "deleteIssue", issue, by }]],
      [1, [{ at: moves, do: "renameRepo", by, to: "gizmos" }]],
      [1, [{ at: moves, do: "deleteRepo", by }]],
      [
        2,
        [
          { at: moves, do: "uninstall" },
          { at: moves + dice.pick([HOUR, 70 * DAY]), do: "install" },
        ],
      ],
      [1, [{ at: moves, do: "uninstall" }]],
    ]),
    ...connected("contributor", merged + dice.pick([10 * MINUTE, 2 * HOUR])),
    ...(dice.chance(0.4) ? aim(dice, "refund", moves) : []),
    ...(dice.chance(0.4)
      ? pledge(dice, { issue, form: `form-${issue}-b`, at: moves + dice.pick([1, HOUR]) })
      : []),
    ...(dice.chance(0.4) ? [says({ issue }, "/release", moves + 2 * HOUR)] : []),
    ...(dice.chance(0.3) ? [says({ issue }, "/cancel it moved", moves + 3 * HOUR)] : []),
  ];
}
