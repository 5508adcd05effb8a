// The work on an issue: pull requests, reviews, what is said of who is paid, the merge, a rival.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { drawPayee } from "./payees.ts";
import { DAY, HOUR, MINUTE, SECOND, type Span, type Work } from "./times.ts";

export function drawWork(dice: Dice, issue: number, { begins, ends }: Span): Step[] {
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

function drawReview(dice: Dice, pull: number, { opened, merged }: Work): Step[] {
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
  { opened, merged }: Work,
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
function drawRival(dice: Dice, issue: number, { opened, merged }: Work): Step[] {
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
