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

/** So many commands of an hour are answered to somebody without the role, and as many again are seen. */
const ANSWERED_MAX = 10;
const SEEN_MAX = 20;
const HOUR_MS = 3_600_000;
/** What GitHub could not hand over comes together, days later. */
const LATE_MS = 3 * 86_400_000;

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
    const unheard = mayBeUnheard(world, comment);
    if (said.includes("confused") && replies.length !== 1 && !unheard) wrong.push(line);
    if (said.includes("confused") && said.includes("rocket")) wrong.push(line);
    if (replies.length > 1) wrong.push(line);
    if (mustAnswer(world, comment) && said.length === 0 && !unheard) wrong.push(line);
  }
  return wrong;
}

/** Whoever may not command and has written more than is answered, at any time at which it may be counted together. */
function mayBeUnheard({ notes }: World, { id, by, at, mayCommand }: Comment): boolean {
  const others = notes.comments.filter(
    (one) => one.by === by && one.id !== id && commandOf(one) !== null,
  );
  return (
    !mayCommand && others.filter((one) => Math.abs(one.at - at) < LATE_MS).length >= ANSWERED_MAX
  );
}

/** However much somebody without the role writes: two hours that touch are the most that can fall into one. */
export function nobodyIsAnsweredWithoutEnd(world: World): string[] {
  const { comments, reactions } = world.notes;
  const wrong: string[] = [];
  for (const by of new Set(comments.filter((one) => !one.mayCommand).map((one) => one.by))) {
    const own = comments.filter((one) => one.by === by && commandOf(one) !== null);
    const replies = own.flatMap((comment) => {
      const place = viewOf(world, comment);
      return place === null ? [] : repliesTo(world, comment, place.thread);
    });
    const said = mostInAnHour(replies.map(({ created_at: at }) => Date.parse(at)));
    if (said > 2 * (ANSWERED_MAX + 1)) wrong.push(`${by} got ${said} replies in an hour`);
    const ids = new Set(own.map(({ id }) => id));
    const seen = mostInAnHour(
      reactions.filter(({ commentId }) => ids.has(commentId)).map(({ at }) => at),
    );
    if (seen > 2 * SEEN_MAX) wrong.push(`${by} got ${seen} reactions in an hour`);
  }
  return wrong;
}

function mostInAnHour(times: readonly number[]): number {
  const from = (start: number): number =>
    times.filter((at) => at >= start && at < start + HOUR_MS).length;
  return Math.max(0, ...times.map(from));
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

/**
 * The bot says each thing once: no two comments of its own with one hidden marker. What a dead process sent and GitHub
 * took only after the next one had looked for it stands beside that one's: GitHub knows no keys for that.
 */
export function nothingIsSaidTwice(world: World): string[] {
  const found: string[] = [];
  for (const thread of threads(world)) {
    const seen = new Set<string>();
    for (const { body } of botComments(world, thread)) {
      const marker = markerOf(body);
      if (seen.has(marker) && !isGhost(world, marker))
        found.push(`${nameOf(thread)} has two comments ${marker}`);
      seen.add(marker);
    }
  }
  return found;
}

function isGhost({ notes }: World, marker: string): boolean {
  return notes.ghosts.some((sent) => sent.includes(marker));
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

/** A reply's marker names the delivery that brought the command; a ghost beside it is no second one. */
function repliesTo(world: World, { id }: Comment, thread: Thread): CommentView[] {
  const guids = [...world.notes.told.values()]
    .filter(({ commentId }) => commentId === id)
    .map(({ guid }) => guid);
  const seen = new Set<string>();
  return botComments(world, thread).filter(({ body }) => {
    const marker = markerOf(body);
    const repeats = seen.has(marker) && isGhost(world, marker);
    seen.add(marker);
    return !repeats && guids.some((guid) => marker.includes(guid));
  });
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
