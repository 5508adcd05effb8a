// One object of the dashboard: what it holds now, and a form for each deed that can be done to it by hand.
import type { HtmlEscapedString } from "hono/utils/html";
import { markup } from "../pages.ts";
import { accountDeeds } from "./account-deeds.ts";
import type { Action, ActionField } from "./deeds.ts";
import { Refused, StripeError } from "./errors.ts";
import { moneyDeeds } from "./money-deeds.ts";
import { flash, formOf, notice, page, redirect } from "./page-frame.ts";
import { getRow, type TableName, type World } from "./state.ts";

const actions: Action[] = [...moneyDeeds, ...accountDeeds];

interface Found {
  table: TableName;
  id: string;
}

export function findObject(world: World, id: string): Found | undefined {
  const tables = Object.entries(world.state.tables) as [
    TableName,
    { position: Map<string, number> },
  ][];
  const found = tables.find(([, { position }]) => position.has(id));
  return found ? { table: found[0], id } : undefined;
}

function offeredTo(world: World, { table, id }: Found): Action[] {
  // What belongs to a connected account is not the operator's to change.
  if (world.state.owners.has(id) && table !== "payouts" && table !== "events") return [];
  return actions.filter(({ about, offered }) => about === table && offered(world, id));
}

export function showObject(world: World, id: string, error?: string): Response {
  const found = findObject(world, id);
  if (!found) return notice("No such object", "The sandbox has no object of this id.", 404);
  const row = getRow(world, found.table, id);
  const body = markup`<h1>${row.object} <code>${id}</code></h1>${flash(error)}
${formsFor(world, id)}
<h2>As the API shows it</h2><pre><code>${JSON.stringify(row, null, 2)}</code></pre>`;
  return page({ title: id, body, status: error ? 422 : 200 });
}

/** All that can be done by hand to an object now. */
export function formsFor(world: World, id: string): HtmlEscapedString {
  const found = findObject(world, id);
  const offered = found ? offeredTo(world, found) : [];
  if (offered.length === 0) return markup``;
  const forms = offered.map((action) => actionForm(action, `/dashboard/objects/${id}`));
  return markup`<h2>By hand</h2>${forms}`;
}

function actionForm(action: Action, address: string): HtmlEscapedString {
  return markup`<form method="post" action="${address}" class="row">
${action.fields.map(fieldOf)}<button name="do" value="${action.name}">${action.label}</button></form>`;
}

function fieldOf({ name, label, options, placeholder }: ActionField): HtmlEscapedString {
  if (options) {
    return markup`<label class="plain">${label} <select name="${name}">${options.map((option) => markup`<option>${option}</option>`)}</select></label>`;
  }
  return markup`<label class="plain">${label} <input name="${name}" size="18" placeholder="${placeholder ?? ""}"></label>`;
}

export async function doToObject(world: World, id: string, request: Request): Promise<Response> {
  const found = findObject(world, id);
  if (!found) return notice("No such object", "The sandbox has no object of this id.", 404);
  const form = await formOf(request);
  const action = offeredTo(world, found).find(({ name }) => name === form["do"]);
  if (!action) return showObject(world, id, "That cannot be done to it now.");
  const refusal = refusalOf(() => action.perform(world, id, form));
  return refusal === undefined
    ? redirect(`/dashboard/objects/${id}`)
    : showObject(world, id, refusal);
}

/** Why it was refused, in words; bugs go on to whoever called. */
function refusalOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refused || error instanceof StripeError) return error.message;
    throw error;
  }
}
