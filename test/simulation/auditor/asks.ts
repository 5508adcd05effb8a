// What maintainers asked for on an issue, in words and labels: amounts on a bounty add up, a goal has one.
import type { World } from "../world.ts";
import type { Bounds } from "./card-truth.ts";
import { sum } from "./stripe-books.ts";
import type { Thread } from "./threads.ts";
import { obeyedAt } from "./words.ts";

interface Asked {
  kind: "bounty" | "goal";
  cents: number;
  /** A label is answered by nothing: one that the app was not told of, or that a policy gave another name, asks for nothing. */
  sure: boolean;
}

/** null where the words do not tell: on an issue that moved, that had several bounties, or that became of another kind. */
export function asksOf(
  world: World,
  { repository, number }: Thread,
  campaign: string,
): Bounds | null {
  const { notes } = world;
  if (notes.moved.size > 0 || repository !== notes.repository || notes.unlabels.length > 0)
    return null;
  if (hadOthers(world, campaign)) return null;
  const asked = [...wordsOn(world, number), ...labelsOn(world, number)];
  const kinds = new Set(asked.map(({ kind }) => kind));
  if (kinds.size !== 1 || (kinds.has("goal") && asked.length > 1)) return null;
  const all = sum(asked.map(({ cents }) => cents));
  return { least: sum(asked.filter(({ sure }) => sure).map(({ cents }) => cents)), most: all };
}

/** On the same issue, before it or after it. */
function hadOthers({ database }: World, campaign: string): boolean {
  const row = database
    .prepare(
      'select count(*) as count from campaigns where issue_id = (select issue_id from campaigns where id = ?) and body not like \'%"kind":"tip"%\'',
    )
    .get(campaign) as { count: bigint };
  return Number(row.count) !== 1;
}

function wordsOn(world: World, number: number): Asked[] {
  return world.notes.comments
    .filter(({ thread }) => thread === number)
    .flatMap((comment): Asked[] => {
      const [, kind, amount = ""] = /^\/(bounty|goal)(?: (\S+))?/.exec(comment.text) ?? [];
      if (kind === undefined || obeyedAt(world, comment) === null) return [];
      return [{ kind: kind as "bounty", cents: centsIn(amount), sure: true }];
    });
}

function labelsOn({ notes }: World, number: number): Asked[] {
  const sure = notes.faults === 0 && notes.policies.length === 0;
  return notes.labels
    .filter(({ thread }) => thread === number)
    .flatMap(({ name }): Asked[] => {
      const [, kind, amount = ""] = /^(bounty|goal)(?:: (\S+))?$/.exec(name) ?? [];
      return kind === undefined ? [] : [{ kind: kind as "bounty", cents: centsIn(amount), sure }];
    });
}

function centsIn(amount: string): number {
  return Math.round(Number(amount.replace(/[$,]/g, "")) * 100);
}
