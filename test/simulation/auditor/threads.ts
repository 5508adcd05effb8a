// Where the bot may have spoken, and what it said there, as GitHub shows it now.
import type { CommentView } from "../../../sandbox/github/control.ts";
import { ELSEWHERE } from "../town.ts";
import type { World } from "../world.ts";

export interface Thread {
  repository: string;
  number: number;
}

/** Every issue and pull request of the history where it is now; what was deleted is gone. */
export function threads({ notes }: World): Thread[] {
  const { repository, moved, deleted } = notes;
  const issues = notes.issues.map((number, slot) => moved.get(slot) ?? { repository, number });
  const pulls = notes.pulls.filter(Boolean).map(({ number }) => ({ repository, number }));
  return [...issues, ...pulls]
    .filter(Boolean)
    .filter(
      (thread) =>
        !deleted.some(
          (one) =>
            one.repository === thread.repository &&
            (one.number === null || one.number === thread.number),
        ),
    );
}

export function botComments(world: World, thread: Thread): CommentView[] {
  return commentsOn(world, thread).filter(({ user }) => user?.login === "whipround[bot]");
}

/** Nothing, where there is nothing any more. */
export function commentsOn({ town }: World, { repository, number }: Thread): CommentView[] {
  try {
    return town.github.comments(repository, number);
  } catch {
    return [];
  }
}

/** Whether the bot may write there, and can know that it may, and that the issue is there. */
export function isReachable({ notes }: World, { repository }: Thread): boolean {
  const { installed, installedAt, lost } = notes;
  const mayWrite = installed !== "no" && repository !== ELSEWHERE.uncovered;
  const moved = [...notes.moved.values()].filter((one) => one.repository === repository);
  const changes = [...(installed === "again" ? [installedAt] : []), ...moved.map(({ at }) => at)];
  return mayWrite && !changes.some((since) => lost.some((at) => at >= since));
}

/** By what the bot finds its comment again. */
export function markerOf(body: string | undefined): string {
  return /<!-- whipround:([^ ]+) -->/.exec(body ?? "")?.[1] ?? "";
}

export function nameOf({ repository, number }: Thread): string {
  return `${repository}#${number}`;
}
