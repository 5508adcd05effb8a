// The operator's view: balance, charges, refunds, transfers, connected accounts, events. Read only.
import type { HtmlEscapedString } from "hono/utils/html";
import { markup } from "../pages.ts";
import { balanceOf } from "./balances.ts";
import { formatAmount } from "./currency.ts";
import { dateTime, notice, page } from "./page-frame.ts";
import { findRow, type World } from "./state.ts";
import type { StripeEvent } from "./types.ts";

const rowsShown = 50;

interface Section {
  title: string;
  headings: string[];
  rows: (string | HtmlEscapedString)[][];
  total: number;
}

function section({ title, headings, rows, total }: Section): HtmlEscapedString {
  const count = total > rows.length ? `the newest ${rows.length} of ${total}` : String(total);
  const table = markup`<div style="overflow-x:auto"><table class="wide"><thead><tr>${headings.map((text) => markup`<th>${text}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
  return markup`<h2>${title} <span class="muted small">${count}</span></h2>
${rows.length === 0 ? markup`<p class="muted">None yet.</p>` : table}`;
}

function newest<T extends { id: string }>(world: World, rows: T[]): { shown: T[]; total: number } {
  const ours = rows.filter(({ id }) => !world.state.owners.has(id));
  return { shown: ours.slice(-rowsShown).reverse(), total: ours.length };
}

function code(text: string | null | undefined): HtmlEscapedString {
  if (!text) return markup`–`;
  const shown = text.length > 30 ? `${text.slice(0, 29)}…` : text;
  return markup`<code title="${text}">${shown}</code>`;
}

export function showDashboard(world: World): Response {
  const body = markup`<h1>Sandbox Stripe: dashboard</h1>
<p class="muted">Account ${code(world.state.platform)}, ${dateTime(Math.floor(world.ports.now() / 1000))} UTC</p>
${section(balances(world))}${section(charges(world))}${section(refunds(world))}
${section(transfers(world))}${section(accounts(world))}${section(events(world))}`;
  return page({ title: "Dashboard", body });
}

function balances(world: World): Section {
  const { available, pending } = balanceOf(world);
  const rows = available.map(({ amount, currency }, index) => [
    currency.toUpperCase(),
    formatAmount(amount, currency),
    formatAmount(pending[index]?.amount ?? 0, currency),
  ]);
  const headings = ["Currency", "Available", "Pending"];
  return { title: "Balance", headings, rows, total: rows.length };
}

function charges(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.charges.rows);
  const rows = shown.map((charge) => {
    const money = charge.balance_transaction
      ? findRow(world, "balanceTransactions", charge.balance_transaction)
      : undefined;
    return [
      dateTime(charge.created),
      code(charge.id),
      formatAmount(charge.amount, charge.currency),
      money ? formatAmount(money.fee, money.currency) : "clearing",
      formatAmount(charge.amount_refunded, charge.currency),
      charge.status,
      charge.description ?? charge.failure_message ?? "",
    ];
  });
  const headings = ["Created", "Charge", "Amount", "Fee", "Refunded", "Status", "Description"];
  return { title: "Charges", headings, rows, total };
}

function refunds(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.refunds.rows);
  const rows = shown.map((refund) => [
    dateTime(refund.created),
    code(refund.id),
    formatAmount(refund.amount, refund.currency),
    code(refund.charge),
    [refund.status, refund.pending_reason].filter(Boolean).join(": "),
  ]);
  const headings = ["Created", "Refund", "Amount", "Charge", "Status"];
  return { title: "Refunds", headings, rows, total };
}

function transfers(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.transfers.rows);
  const rows = shown.map((transfer) => [
    dateTime(transfer.created),
    code(transfer.id),
    formatAmount(transfer.amount, transfer.currency),
    formatAmount(transfer.amount_reversed, transfer.currency),
    code(transfer.destination),
    code(transfer.source_transaction),
  ]);
  const headings = ["Created", "Transfer", "Amount", "Reversed", "To", "From charge"];
  return { title: "Transfers", headings, rows, total };
}

function accounts(world: World): Section {
  const { platform, tables } = world.state;
  const connected = tables.accounts.rows.filter(({ id }) => id !== platform);
  const { shown, total } = newest(world, connected);
  const rows = shown.map((account) => {
    const { available, pending } = balanceOf(world, account.id);
    const amounts = (list: typeof available) =>
      list.map(({ amount, currency }) => formatAmount(amount, currency)).join(", ");
    return [
      code(account.id),
      account.country ?? "",
      account.business_profile?.name ?? account.email ?? "",
      account.details_submitted ? "yes" : "no",
      account.capabilities?.transfers ?? "unrequested",
      amounts(available),
      amounts(pending),
    ];
  });
  const headings = ["Account", "Country", "Name", "Onboarded", "Transfers", "Available", "Pending"];
  return { title: "Connected accounts", headings, rows, total };
}

function deliveryOf(world: World, event: StripeEvent): string {
  const delivery = world.state.deliveries.get(event.id);
  if (!delivery) return "";
  const { attempts, lastStatus, status } = delivery;
  if (attempts === 0) return "queued";
  return `${status} after ${attempts} (last answer: ${lastStatus ?? "none"})`;
}

function events(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.events.rows);
  const rows = shown.map((event) => [
    dateTime(event.created),
    event.type,
    markup`<a href="/dashboard/events/${event.id}"><code>${event.id}</code></a>`,
    code((event.data.object as { id?: string }).id ?? event.account),
    deliveryOf(world, event),
  ]);
  return {
    title: "Events",
    headings: ["Created", "Type", "Event", "About", "Webhook"],
    rows,
    total,
  };
}

export function showEvent(world: World, id: string): Response {
  const event = findRow(world, "events", id);
  if (!event) return notice("No such event", "The sandbox has no event of this id.", 404);
  const body = markup`<h1>${event.type}</h1><p>Webhook: ${deliveryOf(world, event)}</p>
<pre><code>${JSON.stringify(event, null, 2)}</code></pre>`;
  return page({ title: event.type, body });
}
