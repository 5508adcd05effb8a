// The pages below `/sandbox`, which GitHub has not or has elsewhere: who one plays, accounts, webhooks.

import type { Reply } from "./http.ts";
import { answering } from "./page-actions.ts";
import { deliveriesPage, deliveryPage } from "./page-deliveries.ts";
import {
  framed,
  htmlReply,
  type Markup,
  type PageRequest,
  redirectTo,
  safeBack,
} from "./page-frame.ts";
import { accountPage, accountsPage } from "./page-settings.ts";
import { changeAccount } from "./settings-actions.ts";
import { failDelivery, recentDeliveries, redeliver } from "./webhooks.ts";
import { findAccount, type World } from "./world.ts";

/** Null when nothing stands at the address. */
export async function answerSandboxPage(
  world: World,
  page: PageRequest,
  what: string,
  rest: string,
): Promise<Reply | null> {
  if (what === "deliveries") return deliveries(world, page, rest);
  if (what === "accounts") return accounts(world, page, rest);
  if (page.method !== "POST") return null;
  const back = safeBack(page.form.get("back"));
  if (what === "user") {
    const login = findAccount(world, page.form.get("login") ?? "")?.login ?? "";
    const cookie = `sandbox_user=${encodeURIComponent(login)}; Path=/; SameSite=Lax`;
    return redirectTo(back, { "set-cookie": cookie });
  }
  if (what === "theme") {
    const theme = page.form.get("theme") === "dark" ? "dark" : "light";
    return redirectTo(back, { "set-cookie": `sandbox_theme=${theme}; Path=/; SameSite=Lax` });
  }
  if (what === "queue") return queue(world, page, rest);
  return null;
}

function show(world: World, page: PageRequest, title: string, body: Markup): Reply {
  return htmlReply(framed(world, page, title, body));
}

async function accounts(world: World, page: PageRequest, rest: string): Promise<Reply | null> {
  const [login = "", what = ""] = rest.split("/");
  const one = findAccount(world, login);
  if (login !== "" && !one) return null;
  if (page.method === "POST") {
    const back = `/sandbox/accounts${login === "" ? "" : `/${login}`}`;
    return answering(back, () => changeAccount(world, page, login, what));
  }
  return one
    ? show(world, page, one.login, accountPage(world, page, one))
    : show(world, page, "Accounts", accountsPage(world));
}

function deliveries(world: World, page: PageRequest, rest: string): Reply | null {
  if (rest === "") return show(world, page, "Webhook deliveries", deliveriesPage(world));
  const [id, verb] = rest.split("/");
  const found = recentDeliveries(world).find((one) => String(one.id) === id);
  if (!found) return null;
  if (page.method === "POST" && verb === "attempts") {
    redeliver(world, found);
    return redirectTo("/sandbox/deliveries");
  }
  return show(world, page, "Webhook delivery", deliveryPage(found));
}

/** What a person may do to webhooks that wait: `at` is the place in the queue. */
function queue(world: World, page: PageRequest, verb: string): Reply | null {
  const { state } = world;
  const at = Number(page.form.get("at") ?? -1);
  const item = state.queue[at];
  if (verb === "hold" || verb === "release") state.held = verb === "hold";
  if (item && verb === "twice") state.queue.push({ ...item });
  if (item && verb === "last") state.queue.push(item);
  if (item && verb === "fail") failDelivery(world, item);
  if (item && (verb === "last" || verb === "fail" || verb === "lose")) state.queue.splice(at, 1);
  return redirectTo("/sandbox/deliveries");
}
