// The operator's view: balance, charges, refunds, disputes, transfers, connected accounts, events.
// Every id leads to a page of its own, where it can be changed by hand.
import type { HtmlEscapedString } from "hono/utils/html";
import { markup } from "../pages.ts";
import { balanceOf } from "./balances.ts";
import { formatAmount } from "./currency.ts";
import { findObject, formsFor } from "./object-page.ts";
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

function link(id: string | null | undefined): HtmlEscapedString {
  if (!id) return markup`–`;
  const shown = id.length > 30 ? `${id.slice(0, 29)}…` : id;
  return markup`<a href="/dashboard/objects/${id}"><code title="${id}">${shown}</code></a>`;
}

export function showDashboard(world: World): Response {
  const { platform } = world.state;
  const sections = [
    balances,
    movements,
    intents,
    charges,
    refunds,
    disputes,
    transfers,
    accounts,
    payouts,
    events,
  ];
  const body = markup`<h1>Sandbox Stripe: dashboard</h1>
<p class="muted">Account ${link(platform)}, ${dateTime(Math.floor(world.ports.now() / 1000))} UTC.
Every id leads to a page on which it can be changed by hand.</p>
${formsFor(world, platform)}${sections.map((part) => section(part(world)))}`;
  return page({ title: "Dashboard", body });
}

function balances(world: World): Section {
  const { available, pending, connect_reserved: reserved } = balanceOf(world);
  const rows = available.map(({ amount, currency }, index) => [
    currency.toUpperCase(),
    formatAmount(amount, currency),
    formatAmount(pending[index]?.amount ?? 0, currency),
    formatAmount(reserved?.[index]?.amount ?? 0, currency),
  ]);
  const headings = ["Currency", "Available", "Pending", "Reserved"];
  return { title: "Balance", headings, rows, total: rows.length };
}

function movements(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.balanceTransactions.rows);
  const rows = shown.map((row) => [
    dateTime(row.created),
    link(row.id),
    row.type,
    formatAmount(row.amount, row.currency),
    formatAmount(row.fee, row.currency),
    formatAmount(row.net, row.currency),
    link(row.source),
    row.status,
  ]);
  const headings = ["Created", "Transaction", "Type", "Amount", "Fee", "Net", "Of", "Status"];
  return { title: "Balance transactions", headings, rows, total };
}

function intents(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.paymentIntents.rows);
  const rows = shown.map((intent) => [
    dateTime(intent.created),
    link(intent.id),
    formatAmount(intent.amount, intent.currency),
    link(intent.customer),
    intent.status === "requires_action"
      ? markup`<a href="/authenticate/${intent.id}">${intent.status}</a>`
      : intent.status,
    intent.last_payment_error?.message ?? "",
  ]);
  const headings = ["Created", "Payment intent", "Amount", "Customer", "Status", "Last error"];
  return { title: "Payment intents", headings, rows, total };
}

function charges(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.charges.rows);
  const rows = shown.map((charge) => {
    const money = charge.balance_transaction
      ? findRow(world, "balanceTransactions", charge.balance_transaction)
      : undefined;
    return [
      dateTime(charge.created),
      link(charge.id),
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
    link(refund.id),
    formatAmount(refund.amount, refund.currency),
    link(refund.charge),
    [refund.status, refund.pending_reason].filter(Boolean).join(": "),
  ]);
  const headings = ["Created", "Refund", "Amount", "Charge", "Status"];
  return { title: "Refunds", headings, rows, total };
}

function disputes(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.disputes.rows);
  const rows = shown.map((dispute) => [
    dateTime(dispute.created),
    link(dispute.id),
    formatAmount(dispute.amount, dispute.currency),
    link(dispute.charge),
    dispute.reason,
    dispute.status,
  ]);
  const headings = ["Created", "Dispute", "Amount", "Charge", "Reason", "Status"];
  return { title: "Disputes", headings, rows, total };
}

function transfers(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.transfers.rows);
  const rows = shown.map((transfer) => [
    dateTime(transfer.created),
    link(transfer.id),
    formatAmount(transfer.amount, transfer.currency),
    formatAmount(transfer.amount_reversed, transfer.currency),
    link(transfer.destination),
    link(transfer.source_transaction),
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
      link(account.id),
      account.country ?? "",
      account.business_profile?.name ?? account.email ?? "",
      account.details_submitted ? "yes" : "no",
      world.state.disconnected.has(account.id)
        ? "disconnected"
        : (account.capabilities?.transfers ?? "unrequested"),
      amounts(available),
      amounts(pending),
    ];
  });
  const headings = ["Account", "Country", "Name", "Onboarded", "Transfers", "Available", "Pending"];
  return { title: "Connected accounts", headings, rows, total };
}

/** The operator's and the payees'. */
function payouts(world: World): Section {
  const { rows: all } = world.state.tables.payouts;
  const rows = all
    .slice(-rowsShown)
    .reverse()
    .map((payout) => [
      dateTime(payout.created),
      link(payout.id),
      formatAmount(payout.amount, payout.currency),
      link(world.state.owners.get(payout.id) ?? world.state.platform),
      payout.status,
    ]);
  const headings = ["Created", "Payout", "Amount", "From", "Status"];
  return { title: "Payouts", headings, rows, total: all.length };
}

function deliveryOf(world: World, event: StripeEvent): string {
  const delivery = world.state.deliveries.get(event.id);
  if (!delivery) return "";
  const { attempts, lastStatus, status } = delivery;
  if (attempts === 0) return "queued";
  return `${status} after ${attempts} (last answer: ${lastStatus ?? "none"})`;
}

/** What an event is about; a capability has no page of its own, but its account has. */
function subjectOf(world: World, event: StripeEvent): string | undefined {
  const { id = "" } = event.data.object as { id?: string };
  return findObject(world, id) ? id : event.account;
}

function events(world: World): Section {
  const { shown, total } = newest(world, world.state.tables.events.rows);
  const rows = shown.map((event) => [
    dateTime(event.created),
    event.type,
    markup`<a href="/dashboard/events/${event.id}"><code>${event.id}</code></a>`,
    link(subjectOf(world, event)),
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
  const body = markup`<h1>${event.type}</h1><p>Webhook: ${deliveryOf(world, event)}</p>${formsFor(world, id)}
<pre><code>${JSON.stringify(event, null, 2)}</code></pre>`;
  return page({ title: event.type, body });
}
