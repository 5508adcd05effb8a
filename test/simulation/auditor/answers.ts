// What the bot said to those who commanded it: every command answered, each refusal once, nobody obeyed
// who may not command, and no comment of the bot's twice.
import type { CommentView } from "../../../sandbox/github/control.ts";
import type { Comment } from "../notes.ts";
import { REPOSITORY } from "../town.ts";
import type { World } from "../world.ts";

const COMMANDS = [
  "bounty",
  "goal",
  "pledge",
  "claim",
  "split",
  "release",
  "hold",
  "reject",
  "extend",
  "tip",
  "cancel",
  "paid",
  "help",
];
/** Commands that need the policy's role. */
const GUARDED = [
  "reject",
  "bounty",
  "goal",
  "extend",
  "split",
  "release",
  "hold",
  "cancel",
  "paid",
];

export function commandsAreAnswered(world: World): string[] {
  const { notes } = world;
  const found: string[] = [];
  for (const comment of notes.comments) {
    const name = commandOf(comment);
    const view = viewOf(world, comment);
    if (view === undefined) continue;
    const said = reactionsOf(view);
    const replies = repliesTo(world, comment);
    const line = `${comment.by}'s "${comment.text}": ${said.join(" ")} and ${replies.length} replies`;
    if (name === null) {
      if (said.length > 0 || replies.length > 0) found.push(`${line}, to no command`);
      continue;
    }
    if (said.includes("confused") && replies.length !== 1) found.push(line);
    if (said.includes("confused") && said.includes("rocket")) found.push(line);
    if (replies.length > 1) found.push(line);
    if (hasArrived(world, comment) && said.length === 0) found.push(line);
  }
  return found;
}

/** By the role that GitHub gave them, whatever their comment says of an association. */
export function onlyMaintainersAreObeyed(world: World): string[] {
  return world.notes.comments
    .filter((comment) => {
      const name = commandOf(comment);
      if (name === null || !GUARDED.includes(name) || comment.mayCommand) return false;
      const view = viewOf(world, comment);
      if (view === undefined) return false;
      const said = reactionsOf(view);
      return said.includes("rocket") || said.includes("eyes");
    })
    .map(({ by, text }) => `${by} was obeyed: "${text}"`);
}

/** The bot says each thing once: no two comments of its own with one hidden marker. */
export function nothingIsSaidTwice(world: World): string[] {
  const found: string[] = [];
  for (const thread of threads(world)) {
    const seen = new Set<string>();
    for (const { body } of botComments(world, thread)) {
      const marker = markerOf(body);
      if (seen.has(marker)) found.push(`#${thread} has two comments ${marker}`);
      seen.add(marker);
    }
  }
  return found;
}

export function threads({ notes }: World): number[] {
  return [...notes.issues, ...notes.pulls.map((pull) => pull?.number)].filter(
    (number) => number !== undefined,
  );
}

export function botComments({ town }: World, thread: number): CommentView[] {
  return town.github
    .comments(REPOSITORY, thread)
    .filter(({ user }) => user?.login === "whipround[bot]");
}

function markerOf(body: string | undefined): string {
  return /<!-- whipround:([^ ]+) -->/.exec(body ?? "")?.[1] ?? "";
}

function commandOf({ by, text }: Comment): string | null {
  const name = /^\/([a-z]+)/.exec(text)?.[1] ?? "";
  return COMMANDS.includes(name) && !by.endsWith("[bot]") ? name : null;
}

function viewOf({ town }: World, { id, thread }: Comment): CommentView | undefined {
  return town.github.comments(REPOSITORY, thread).find((one) => one.id === id);
}

function reactionsOf({ reactions }: CommentView): string[] {
  return ["eyes", "rocket", "confused"].filter(
    (kind) => Number((reactions as Record<string, unknown>)[kind] ?? 0) > 0,
  );
}

/** A reply's marker names the delivery that brought the command. */
function repliesTo(world: World, { id, thread }: Comment): CommentView[] {
  const guids = [...world.notes.told.values()]
    .filter(({ commentId }) => commentId === id)
    .map(({ guid }) => guid);
  return botComments(world, thread).filter(({ body }) =>
    guids.some((guid) => markerOf(body).includes(guid)),
  );
}

function hasArrived({ notes }: World, { id }: Comment): boolean {
  return [...notes.told.values()].some(
    ({ commentId, arrived }) => commentId === id && arrived === "yes",
  );
}
