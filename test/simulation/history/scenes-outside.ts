// The scene of somebody who was paid outside: said by those who may and those who may not, of bounties that nobody
// has pledged to, and of others.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { aim, deafen } from "./aimed.ts";
import { bounty, connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

export function outside(dice: Dice, { issue, at }: Place): Step[] {
  const said = at + 3 * HOUR;
  const again = said + dice.pick([2 * MINUTE, HOUR, 2 * DAY]);
  const merged = again + HOUR;
  const by = dice.weigh([
    [4, "maintainer"],
    [1, "reviewer"],
    [2, "stranger"],
  ]);
  return [
    ...(dice.chance(0.8) ? bounty(issue, at) : aGoal(issue, at)),
    ...pledgedBefore(dice, { issue, at, said }),
    ...(dice.chance(0.2) ? aim(dice, "page", at + HOUR - 1) : []),
    ...(dice.chance(0.3) ? deafen(dice, dice.pick(["stripe", "github"]), said - HOUR) : []),
    {
      at: said,
      do: "say",
      on: { issue },
      by,
      text: dice.pick(["/paid $200", "/paid 20", "/paid"]),
    },
    { at: said + 30 * SECOND, do: "look", issue },
    ...(dice.chance(0.5) ? [says({ issue }, "/paid $75", again)] : []),
    { at: again + 30 * SECOND, do: "look", issue },
    ...(dice.chance(0.4) ? pledge(dice, { issue, form: `form-${issue}-late`, at: said + 1 }) : []),
    ...(dice.chance(0.6)
      ? [
          ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
          ...(dice.chance(0.6) ? connected("contributor", merged + HOUR) : []),
        ]
      : []),
    ...(dice.chance(0.3)
      ? [
          says({ issue }, "/bounty $30", again + 5 * MINUTE),
          ...pledge(dice, { issue, form: `form-${issue}-anew`, at: again + 10 * MINUTE }),
        ]
      : []),
  ];
}

function aGoal(issue: number, at: number): Step[] {
  return [
    { at, do: "openIssue", issue, by: "maintainer" },
    says({ issue }, "/goal $50 by 2026-12-20", at + SECOND),
  ];
}

/** Nothing; or a pledge that stands, one on Stripe's page, one that was taken back, or is on its way back. */
function pledgedBefore(
  dice: Dice,
  { issue, at, said }: { issue: number; at: number; said: number },
): Step[] {
  const form = `form-${issue}-a`;
  const pledges = pledge(dice, { issue, form, at: at + HOUR, card: "4000000000000077" });
  const [opens] = pledges;
  const back: Step = {
    at: said - dice.pick([1, MINUTE, HOUR]),
    do: "withdraw",
    form,
    clicks: 1,
  };
  return dice.weigh<Step[]>([
    [3, []],
    [3, pledges],
    [1, opens === undefined ? [] : [{ ...opens, at: said - dice.pick([1, MINUTE, 2 * HOUR]) }]],
    [1, pledges.map((step, index) => (index === 0 ? step : { ...step, at: said + MINUTE }))],
    [2, [...pledges, back]],
  ]);
}
