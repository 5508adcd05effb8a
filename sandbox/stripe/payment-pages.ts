// The hosted payment page and the page on which a card asks its owner to authenticate.
// Looking at either changes nothing.
import type { HtmlEscapedString } from "hono/utils/html";
import { markup } from "../pages.ts";
import { findCard, testCards } from "./cards.ts";
import { authenticate, type PageOutcome, payOnPage, whyClosed } from "./checkout.ts";
import { formatAmount } from "./currency.ts";
import { flash, formOf, notice, page, redirect } from "./page-frame.ts";
import { findRow, type World } from "./state.ts";
import type { PaymentIntent, Session, SetupIntent } from "./types.ts";

interface Shown {
  error?: string | undefined;
  entered?: Record<string, string>;
  status?: number;
}

export function showPayment(world: World, id: string, shown: Shown = {}): Response {
  const session = findRow(world, "sessions", id);
  const closed = whyClosed(session);
  if (!session) return notice("Nothing to pay here", closed ?? "", 404);
  if (closed) {
    const back = session.cancel_url;
    const body = markup`<h1>Nothing to pay here</h1><p>${closed}</p>${back ? markup`<p><a href="${back}">Back</a></p>` : ""}`;
    return page({ title: "Nothing to pay here", body, status: 410 });
  }
  const title = session.mode === "setup" ? "Save a card" : "Pay";
  return page({ title, body: paymentBody(world, session, shown), status: shown.status ?? 200 });
}

function paymentBody(world: World, session: Session, shown: Shown): HtmlEscapedString {
  const { entered = {} } = shown;
  const customer = session.customer ? findRow(world, "customers", session.customer) : undefined;
  const email = entered["email"] ?? session.customer_email ?? customer?.email ?? "";
  const action = `/c/pay/${session.id}`;
  return markup`<div class="columns"><section>
${heading(world, session)}
${flash(shown.error ?? failureOf(world, session))}
<form method="post" action="${action}">
<label for="email">Email</label>
<input class="wide" id="email" name="email" type="email" required value="${email}">
<label for="card">Card number</label>
<input class="wide" id="card" name="card" inputmode="numeric" required list="cards" autocomplete="off" value="${entered["card"] ?? "4242 4242 4242 4242"}">
<datalist id="cards">${testCards.map(({ number }) => markup`<option value="${spaced(number)}">`)}</datalist>
<div class="row"><span><label for="expiry">Expiry</label><input id="expiry" name="expiry" size="7" value="12 / 34"></span>
<span><label for="cvc">CVC</label><input id="cvc" name="cvc" size="5" value="123"></span></div>
<label for="name">Name on card</label>
<input class="wide" id="name" name="name" value="${entered["name"] ?? ""}">
<p class="row"><button class="primary">${payLabel(session)}</button>
${session.cancel_url ? markup`<a href="${session.cancel_url}">Cancel</a>` : ""}</p>
</form></section>
<aside><div class="box"><div class="head"><strong>Test cards</strong></div>
${testCards.map(({ number, shown: does }) => markup`<div class="item small"><code>${spaced(number)}</code><br>${does}</div>`)}
</div></aside></div>`;
}

function heading(world: World, session: Session): HtmlEscapedString {
  if (session.mode === "setup") {
    return markup`<h1>Save a card</h1><p class="muted">Nothing is charged now.</p>`;
  }
  const items = world.state.lineItems.get(session.id) ?? [];
  const total = formatAmount(session.amount_total ?? 0, session.currency ?? "usd");
  return markup`<h1>Pay ${total}</h1>
<ul>${items.map((item) => markup`<li>${item.description} × ${item.quantity}: ${formatAmount(item.amount_total, item.currency)}</li>`)}</ul>`;
}

function payLabel(session: Session): string {
  if (session.mode === "setup") return "Save card";
  return `Pay ${formatAmount(session.amount_total ?? 0, session.currency ?? "usd")}`;
}

/** Why the last try failed, when the backer comes back to the page from the authentication. */
function failureOf(world: World, session: Session): string | undefined {
  if (session.payment_intent) {
    return findRow(world, "paymentIntents", session.payment_intent)?.last_payment_error?.message;
  }
  if (!session.setup_intent) return undefined;
  return findRow(world, "setupIntents", session.setup_intent)?.last_setup_error?.message;
}

function spaced(number: string): string {
  return number.replaceAll(/(\d{4})(?=\d)/g, "$1 ");
}

export async function takePayment(world: World, id: string, request: Request): Promise<Response> {
  const entered = await formOf(request);
  const { card = "", email, name } = entered;
  const outcome = payOnPage(world, id, {
    card,
    ...(email ? { email: email.trim() } : {}),
    ...(name ? { name } : {}),
  });
  return afterAction(outcome, (error) => {
    const status = findCard(card) && outcome.kind === "declined" ? 402 : 422;
    return showPayment(world, id, { error, entered, status });
  });
}

function afterAction(outcome: PageOutcome, again: (error: string) => Response): Response {
  switch (outcome.kind) {
    case "complete":
    case "authenticate":
      return redirect(outcome.redirect);
    case "declined":
    case "refused":
      return again(outcome.message);
  }
}

function intentOf(world: World, id: string): PaymentIntent | SetupIntent | undefined {
  return findRow(world, "paymentIntents", id) ?? findRow(world, "setupIntents", id);
}

export function showAuthentication(world: World, id: string): Response {
  const intent = intentOf(world, id);
  if (intent?.status !== "requires_action") {
    return notice("Nothing to authenticate", "This payment does not wait for you.", 410);
  }
  const what =
    intent.object === "payment_intent"
      ? `the payment of ${formatAmount(intent.amount, intent.currency)}`
      : "saving this card for later";
  const body = markup`<h1>Your bank asks: is it you?</h1>
<p>The bank that issued this card wants you to confirm ${what}.</p>
<form method="post" action="/authenticate/${id}" class="row">
<button class="primary" name="answer" value="complete">Complete authentication</button>
<button name="answer" value="fail">Fail authentication</button></form>`;
  return page({ title: "Authenticate", body });
}

export async function takeAuthentication(
  world: World,
  id: string,
  request: Request,
): Promise<Response> {
  const { answer } = await formOf(request);
  if (answer !== "complete" && answer !== "fail") {
    return notice("Not understood", "Choose to complete or to fail the authentication.", 422);
  }
  const outcome = authenticate(world, id, answer);
  if (outcome.kind === "refused") return notice("Nothing to authenticate", outcome.message, 410);
  if (outcome.kind !== "declined") return redirect(outcome.redirect);
  const session = world.state.tables.sessions.rows.find(
    ({ payment_intent, setup_intent }) => payment_intent === id || setup_intent === id,
  );
  return redirect(`/c/pay/${session?.id ?? ""}`);
}

export function showReceipt(world: World, id: string): Response {
  const charge = findRow(world, "charges", id);
  if (!charge?.receipt_url) return notice("No such receipt", "Nothing was paid here.", 404);
  const amount = formatAmount(charge.amount, charge.currency);
  const refunded = formatAmount(charge.amount_refunded, charge.currency);
  const body = markup`<h1>Receipt: ${amount}</h1><p>${charge.description ?? ""}</p>
<p>Paid with a card ending in ${charge.payment_method_details?.card?.last4 ?? ""}.</p>
${charge.amount_refunded > 0 ? markup`<p>Refunded: ${refunded}.</p>` : ""}`;
  return page({ title: "Receipt", body });
}
