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
    return noticesOf(world, thread, campaign)
      .filter((title) => !isTrue(title, card))
      .map((title) => `the notice "${title}" is not what the card of ${nameOf(thread)} says`);
  });
}

/** The titles that stand: of each open pull request the newest check run about this campaign. */
function noticesOf(
  { town: { github }, notes }: World,
  { repository }: Thread,
  campaign: string,
): string[] {
  return notes.pulls.filter(Boolean).flatMap(({ number }) => {
    const { state, head } = github.pull(notes.repository, number);
    if (state !== "open" || notes.repository !== repository) return [];
    const runs = github
      .checkRuns(repository, head.sha)
      .filter(({ external_id }) => external_id?.startsWith(`${campaign}:`));
    return runs.slice(-1).map(({ output }) => output.title ?? "");
  });
}

const OVER = /^Nothing more is released|the issue was transferred$/;
const ANNOUNCES = /^Merging (releases (what|\$)|charges)/;

function isTrue(title: string, card: string): boolean {
  if (title.endsWith("declined this claim")) return true;
  const running = phaseOf(card) === "running";
  if (OVER.test(title) || !running) return OVER.test(title) !== running;
  const { paidIn, promised, collecting } = figuresOf(card);
  const later = promised + collecting;
  if (title.endsWith("nothing is paid in or promised")) return paidIn + later === 0;
  const unreached = titleOf(card).startsWith("Goal: ");
  if (title.endsWith("the goal is not reached")) return unreached;
  const onHold = card.includes("**On hold**");
  if (title.startsWith("On hold")) return onHold;
  const said = [...title.matchAll(/\$[0-9,.]*[0-9]/g)].map(([figure]) => numberOf(figure));
  const figures = [paidIn, later, paidIn + later];
  return (
    !(ANNOUNCES.test(title) && (unreached || onHold)) &&
    said.every((figure) => figures.includes(figure))
  );
}
