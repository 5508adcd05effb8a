// The scene of a share that waits, or was sent, while somebody else takes its money: a bank, or the operator by hand.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { bounty, connected, pledge, says, solved } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE } from "./times.ts";

export function taken(dice: Dice, { issue, at }: Place): Step[] {
  const form = `form-${issue}-a`;
  const merged = at + 2 * HOUR;
  const then = merged + HOUR;
  const ready = dice.pick([MINUTE, then - merged + HOUR]);
  const sent = ready === MINUTE;
  const steps: Step[] = [
    ...bounty(issue, at),
    ...pledge(dice, { issue, form, at: at + MINUTE, mode: "pay-now", card: "4000000000000077" }),
    ...solved({ issue, pull: issue * 10, opened: at + HOUR, merged }),
    ...connected("contributor", merged + ready),
  ];
  const percent = dice.pick([40, 100]);
  const word = dice.pick(["lost", "won"]) as "lost" | "won";
  return [
    ...steps,
    ...(sent
      ? [
          { at: then, do: "reverse", nth: 0, percent: 100 } as Step,
          ...(dice.chance(0.5) ? [says({ issue }, "/release", then + DAY)] : []),
        ]
      : dice.pick<Step[]>([
          [
            { at: then, do: "dispute", form, kind: "chargeback" },
            { at: then + 9 * DAY, do: "verdict", form, word },
          ],
          [{ at: then, do: "refundByHand", form, percent }],
          [{ at: then, do: "refundByHand", form, percent }],
        ])),
  ];
}
