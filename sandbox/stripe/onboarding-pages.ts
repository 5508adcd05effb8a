// The hosted onboarding form. Its link is good for one visit: the second leads back to the app's refresh page.
import { markup } from "../pages.ts";
import { connectedCountries } from "./account-object.ts";
import { balanceOf } from "./balances.ts";
import { formatAmount } from "./currency.ts";
import { onboard } from "./onboarding.ts";
import { flash, formOf, notice, page, redirect } from "./page-frame.ts";
import { findRow, getRow, type OnboardingLink, type World } from "./state.ts";
import type { Account } from "./types.ts";

/** How long somebody may take over the form once it is open. */
const formLifeMs = 60 * 60 * 1000;

interface Visit {
  account: string;
  token: string;
}

function linkOf(world: World, { account, token }: Visit): OnboardingLink | undefined {
  const link = world.state.links.get(token);
  return link?.account === account ? link : undefined;
}

const noSuchLink = () => notice("No such link", "Ask the app for a new onboarding link.", 404);

export function openOnboarding(world: World, visit: Visit): Response {
  const link = linkOf(world, visit);
  if (!link) return noSuchLink();
  if (link.visited || link.expiresAt < world.ports.now()) return redirect(link.refreshUrl);
  link.visited = true;
  return showForm(world, visit, {});
}

function showForm(
  world: World,
  { account: id, token }: Visit,
  shown: { error?: string; entered?: Record<string, string> },
): Response {
  const account = getRow(world, "accounts", id);
  const { error, entered = {} } = shown;
  const chosen = entered["country"] ?? account.country;
  const countries = connectedCountries().map(
    (code) =>
      markup`<option value="${code}" ${code === chosen ? markup`selected` : ""}>${code}</option>`,
  );
  const body = markup`<h1>Get paid through Stripe</h1>
<p class="muted">Account <code>${id}</code></p>${flash(error)}
<form method="post" action="/setup/e/${id}/${token}">
<label for="country">Country</label><select id="country" name="country">${countries}</select>
<label for="name">Full name</label><input id="name" name="name" value="${entered["name"] ?? ""}">
<label for="bank">Bank account number</label>
<input id="bank" name="bank" inputmode="numeric" value="${entered["bank"] ?? "000123456789"}">
<p class="row"><button class="primary" name="answer" value="finish">Finish</button>
<button name="answer" value="leave">Leave it unfinished</button></p></form>`;
  return page({ title: "Onboarding", body, status: error ? 422 : 200 });
}

export async function takeOnboarding(
  world: World,
  visit: Visit,
  request: Request,
): Promise<Response> {
  const entered = await formOf(request);
  const link = linkOf(world, visit);
  if (!link?.visited) return noSuchLink();
  if (link.expiresAt + formLifeMs < world.ports.now()) return redirect(link.refreshUrl);
  if (entered["answer"] === "leave") return redirect(link.returnUrl);
  const { name = "", bank = "", country = "" } = entered;
  if (name.trim() === "") return showForm(world, visit, { error: "Enter your name.", entered });
  if (!/^[\dA-Z ]{4,34}$/i.test(bank)) {
    return showForm(world, visit, { error: "Enter a bank account number.", entered });
  }
  if (!connectedCountries().includes(country)) {
    return showForm(world, visit, { error: "Choose your country.", entered });
  }
  onboard(world, visit.account, { name: name.trim(), bank, country });
  return redirect(link.returnUrl);
}

/** What a payee sees behind a login link. */
export function showExpress(world: World, id: string): Response {
  const account: Account | undefined = findRow(world, "accounts", id);
  if (!account) return notice("No such account", "Ask the app for a new link.", 404);
  const { available, pending } = balanceOf(world, id);
  const amounts = (list: typeof available) =>
    list.map(({ amount, currency }) => formatAmount(amount, currency)).join(", ");
  const body = markup`<h1>Your earnings</h1>
<p>Available: ${amounts(available)}</p><p>On its way: ${amounts(pending)}</p>`;
  return page({ title: "Express", body });
}
