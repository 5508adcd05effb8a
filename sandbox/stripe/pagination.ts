// Lists as Stripe pages them: newest first, by cursor. Filters are functions over the rows.
import { noSuch } from "./errors.ts";
import { integer, type Range, range, text, within } from "./fields.ts";
import type { TableName, Tables, World } from "./state.ts";
import type { ApiList } from "./types.ts";

/** The parameters that every list takes. */
export const pageFields = {
  created: range(),
  limit: integer({ min: 1, max: 100 }),
  starting_after: text(),
  ending_before: text(),
};

interface PageParams {
  created?: Range | undefined;
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

interface Listing<K extends TableName> {
  table: K;
  url: string;
  params: PageParams;
  account?: string | undefined;
  where?: (row: Tables[K]) => boolean;
}

export function listRows<K extends TableName>(
  world: World,
  listing: Listing<K>,
): ApiList<Tables[K]> {
  const { params, where = () => true } = listing;
  const { rows } = world.state.tables[listing.table];
  const limit = params.limit ?? 10;
  const matches = (row: Tables[K]) =>
    world.state.owners.get(row.id) === listing.account &&
    within((row as { created?: number }).created ?? 0, params.created) &&
    where(row);

  const forward = params.ending_before === undefined;
  const cursor = forward ? params.starting_after : params.ending_before;
  const start = cursorPosition(world, listing, cursor);
  const step = forward ? -1 : 1;
  const data: Tables[K][] = [];
  let index = start === undefined ? rows.length - 1 : start + step;
  for (; index >= 0 && index < rows.length && data.length <= limit; index += step) {
    const row = rows[index];
    if (row && matches(row)) data.push(row);
  }
  const hasMore = data.length > limit;
  if (hasMore) data.pop();
  if (!forward) data.reverse();
  return { object: "list", data, has_more: hasMore, url: listing.url };
}

function cursorPosition<K extends TableName>(
  world: World,
  listing: Listing<K>,
  cursor: string | undefined,
): number | undefined {
  if (cursor === undefined) return undefined;
  const position = world.state.tables[listing.table].position.get(cursor);
  if (position !== undefined) return position;
  const param = listing.params.ending_before === undefined ? "starting_after" : "ending_before";
  throw noSuch(listing.table, cursor, param);
}
