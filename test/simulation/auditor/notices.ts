// The check run on an open pull request says of a bounty what its card says: figures, and whether there is anything left
// that a merge could release.
import type { World } from "../world.ts";
import { cardsOn, figuresOf, numberOf, phaseOf, titleOf } from "./cards.ts";
import { isReachable, nameOf, type Thread, threads } from "./threads.ts";

export function noticesTellTheTruth(world: World): string[] {
  return threads(world).flatMap((thread) => {
    const card = cardsOn(world, thread)[0];
    const campaign = /\/campaigns\/([^/]+)\/progress/.exec(card ?? "")?.[1];
    if (card === undefined || campaign === undefined || !isReachable(world, thread)) return [];
    return noticesOf(world, campaign)
      .filter((title) => !isTrue(world, { title, card, thread }))
      .map((title) => `the notice "${title}" is not what the card of ${nameOf(thread)} says`);
  });
}

/** The titles that stand: of each open pull request the newest check run about this campaign. */
function noticesOf({ town: { github }, notes }: World, campaign: string): string[] {
  return notes.pulls.filter(Boolean).flatMap(({ number }) => {
    const { state, head } = github.pull(notes.repository, number);
    if (state !== "open") return [];
    const runs = github
      .checkRuns(notes.repository, head.sha)
      .filter(({ external_id }) => external_id?.startsWith(`${campaign}:`));
    return runs.slice(-1).map(({ output }) => output.title ?? "");
  });
}

const OVER = /^Nothing more is released|the issue was transferred$/;

function isTrue(
  { notes }: World,
  { title, card, thread }: { title: string; card: string; thread: Thread },
): boolean {
  if (title.endsWith("declined this claim")) {
    return notes.comments.some(({ text }) => text.startsWith("/reject"));
  }
  const over = phaseOf(card) !== "running" || thread.repository !== notes.repository;
  if (OVER.test(title) || over) return OVER.test(title) && over;
  const { paidIn, promised, collecting } = figuresOf(card);
  const later = promised + collecting;
  if (title.endsWith("nothing is paid in or promised")) return paidIn + later === 0;
  const unreached = titleOf(card).startsWith("Goal: ");
  if (title.endsWith("the goal is not reached")) return unreached;
  const onHold = card.includes("**On hold**");
  if (title.startsWith("On hold")) return onHold;
  const said = FIGURES.flatMap(([figure, of]) => {
    const shown = figure.exec(title)?.[1];
    return shown === undefined
      ? []
      : [numberOf(shown) === { paidIn, later, all: paidIn + later }[of]];
  });
  return said.length === 0 || (!unreached && !onHold && !said.includes(false));
}

/** What a title says is released or charged, and what that is a sum of. */
const FIGURES = [
  [/releases (\$[0-9,.]*[0-9])/, "paidIn"],
  [/charges (\$[0-9,.]*[0-9])/, "later"],
  [/collected of (\$[0-9,.]*[0-9])/, "all"],
] as const;
