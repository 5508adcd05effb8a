// What the bot said to those who commanded it: every command answered, each refusal once, nobody obeyed
// who may not command, and no comment of the bot's twice.
import type { CommentView } from "../../../sandbox/github/control.ts";
import type { Comment } from "../notes.ts";
import type { World } from "../world.ts";
import { botComments, commentsOn, markerOf, nameOf, type Thread, threads } from "./threads.ts";

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
  const wrong: string[] = [];
  for (const comment of notes.comments) {
    const name = commandOf(comment);
    const found = viewOf(world, comment);
    if (found === null) continue;
    const said = reactionsOf(found.view);
    const replies = repliesTo(world, comment, found.thread);
    const line = `${comment.by}'s "${comment.text}": ${said.join(" ")} and ${replies.length} replies`;
    if (name === null) {
      if (said.length > 0 || replies.length > 0) wrong.push(`${line}, to no command`);
      continue;
    }
    if (said.includes("confused") && replies.length !== 1) wrong.push(line);
    if (said.includes("confused") && said.includes("rocket")) wrong.push(line);
    if (replies.length > 1) wrong.push(line);
    if (mustAnswer(world, comment) && said.length === 0) wrong.push(line);
  }
  return wrong;
}

/** By the role that GitHub gave them, whatever their comment says of an association. */
export function onlyMaintainersAreObeyed(world: World): string[] {
  return world.notes.comments
    .filter((comment) => {
      const name = commandOf(comment);
      if (name === null || !GUARDED.includes(name) || comment.mayCommand) return false;
      const found = viewOf(world, comment);
      if (found === null) return false;
      const said = reactionsOf(found.view);
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
      if (seen.has(marker)) found.push(`${nameOf(thread)} has two comments ${marker}`);
      seen.add(marker);
    }
  }
  return found;
}

function commandOf({ by, text }: Comment): string | null {
  const name = /^\/([a-z]+)/.exec(text)?.[1] ?? "";
  return COMMANDS.includes(name) && !by.endsWith("[bot]") ? name : null;
}

/** It may have moved with its issue since. */
function viewOf(world: World, { id }: Comment): { view: CommentView; thread: Thread } | null {
  for (const thread of threads(world)) {
    const view = commentsOn(world, thread).find((one) => one.id === id);
    if (view !== undefined) return { view, thread };
  }
  return null;
}

function reactionsOf({ reactions }: CommentView): string[] {
  return ["eyes", "rocket", "confused"].filter(
    (kind) => Number((reactions as Record<string, unknown>)[kind] ?? 0) > 0,
  );
}

/** A reply's marker names the delivery that brought the command. */
function repliesTo(world: World, { id }: Comment, thread: Thread): CommentView[] {
  const guids = [...world.notes.told.values()]
    .filter(({ commentId }) => commentId === id)
    .map(({ guid }) => guid);
  return botComments(world, thread).filter(({ body }) =>
    guids.some((guid) => markerOf(body).includes(guid)),
  );
}

/** It has the command, and nothing was moved from under it. */
function mustAnswer({ notes }: World, { id }: Comment): boolean {
  const settled = notes.installed === "yes" && notes.deleted.length === 0 && notes.moved.size === 0;
  return (
    settled &&
    [...notes.told.values()].some(
      ({ commentId, isNew, arrived }) => commentId === id && isNew && arrived === "yes",
    )
  );
}
