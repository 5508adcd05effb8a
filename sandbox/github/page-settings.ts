// The pages of settings: a repository's, an account's, and the list of accounts. What each form does is
// in settings-actions.ts.
import { markup } from "../pages.ts";
import { atLeast, covers, installationOn, roleOf } from "./access.ts";
import { type Markup, type PageRequest, peopleOf, visitor } from "./page-frame.ts";
import { base, tabs, type View, when, who } from "./page-parts.ts";
import type { Account, Role } from "./state.ts";
import { account, type World } from "./world.ts";

export const roles: Role[] = ["none", "read", "triage", "write", "maintain", "admin"];

export function mayAdminister(view: View): boolean {
  return atLeast(roleOf(view.world, view.repo, visitor(view.world, view.page).id), "admin");
}

function option(value: string, words = value, selected = false): Markup {
  return markup`<option value="${value}" ${selected ? "selected" : ""}>${words}</option>`;
}

function section(heading: string, body: Markup): Markup {
  return markup`<div class="box"><div class="head"><strong>${heading}</strong></div><div class="body">${body}</div></div>`;
}

/** One button, with what it takes beside it. */
function act(action: string, words: string, fields: Markup = markup``): Markup {
  return markup`<form method="post" action="${action}" class="row">${fields}<button>${words}</button></form>`;
}

function hidden(name: string, value: string): Markup {
  return markup`<input type="hidden" name="${name}" value="${value}">`;
}

export function repoSettingsPage(view: View): Markup {
  const top = markup`${tabs(view, "settings")}`;
  if (!mayAdminister(view)) {
    return markup`${top}<p class="muted">Only those who administer the repository see its settings.</p>`;
  }
  const { repo } = view;
  const path = `${base(view)}/settings`;
  const name = markup`<input name="name" required value="${repo.name}" aria-label="Name">`;
  const seen = repo.private ? "Make it public" : "Make it private";
  const archived = repo.archived ? "Unarchive" : "Archive";
  const owners = Object.values(view.world.state.accounts)
    .filter((one) => one.id !== repo.ownerId && one.type !== "Bot")
    .map((one) => option(one.login));
  const owner = markup`<select name="owner" aria-label="New owner">${owners}</select>`;
  return markup`${top}${section("Name", act(`${path}/name`, "Rename", name))}
${section("People", people(view, path))}
${section("The App", appAccess(view, path))}
${section(
  "Danger",
  markup`<div class="row">${act(`${path}/visibility`, seen)}${act(`${path}/archive`, archived)}${act(`${path}/transfer`, "Transfer", owner)}${act(`${path}/delete`, "Delete for good")}</div>`,
)}`;
}

function people(view: View, path: string): Markup {
  const { world, repo } = view;
  const rows = Object.entries(repo.roles).map(
    ([id, { roleName }]) => markup`<p>${who(world, Number(id))} ${roleName}</p>`,
  );
  const logins = Object.values(world.state.accounts)
    .filter((one) => one.type !== "Organization")
    .map((one) => option(one.login));
  const fields = markup`<select name="login" aria-label="Who">${logins}</select><select name="role" aria-label="Role">${roles.map((one) => option(one, one, one === "write"))}</select>`;
  return markup`${rows}${act(`${path}/roles`, "Give this role", fields)}`;
}

function appAccess(view: View, path: string): Markup {
  const owner = account(view.world, view.repo.ownerId);
  const link = markup`<a href="/sandbox/accounts/${owner.login}">${owner.login}’s settings</a>`;
  const installation = installationOn(view.world, owner.id);
  if (!installation) return markup`<p>Not installed: see ${link}.</p>`;
  const covered = covers(installation, view.repo);
  const words = covered ? "Take this repository away from it" : "Give it this repository";
  const now = covered ? "may see this repository." : "may not see this repository.";
  return markup`<p>${view.world.options.app.name} ${now} More in ${link}.</p>${act(`${path}/app`, words)}`;
}

export function accountsPage(world: World): Markup {
  const rows = Object.values(world.state.accounts)
    .filter((one) => one.type === "Organization" || peopleOf(world).includes(one))
    .map(
      (one) =>
        markup`<tr><td>${who(world, one.id)}</td><td>${one.id}</td><td>${one.type}</td><td>${when(one.createdAtMs)}</td><td><a href="/sandbox/accounts/${one.login}">Settings</a></td></tr>`,
    );
  const fields = markup`<input name="login" required pattern="[A-Za-z0-9-]+" maxlength="39" placeholder="login" aria-label="Login"><input name="name" placeholder="Name" aria-label="Name"><label class="plain" for="since">since</label><input id="since" name="since" type="date">`;
  return markup`<h1>Accounts</h1><table class="wide"><tr><th>Login</th><th>Number</th><th>Kind</th><th>Since (UTC)</th><th></th></tr>${rows}</table><h2>Somebody new</h2><p class="muted">A login that was given up may be taken again; its number is never the same.</p>${act("/sandbox/accounts", "Sign up", fields)}`;
}

/** An organization's owners, or the person alone, may change an account. */
export function mayChange(world: World, page: PageRequest, one: Account): boolean {
  const { id } = visitor(world, page);
  return one.id === id || one.ownerIds.includes(id);
}

export function accountPage(world: World, page: PageRequest, one: Account): Markup {
  const path = `/sandbox/accounts/${one.login}`;
  const facts = markup`<p><a href="/sandbox/accounts">Accounts</a></p><h1>${one.login}</h1><p class="muted">${one.type}, number ${one.id}, since ${when(one.createdAtMs)}</p>`;
  if (!mayChange(world, page, one)) {
    return markup`${facts}<p class="muted">You may not change this account.</p>`;
  }
  const login = markup`<input name="login" required pattern="[A-Za-z0-9-]+" maxlength="39" value="${one.login}" aria-label="Login">`;
  return markup`${facts}${section("Login", act(`${path}/login`, "Change", login))}${section(world.options.app.name, installationPart(world, one, path))}`;
}

function installationPart(world: World, one: Account, path: string): Markup {
  const to = `${path}/installation`;
  const button = (verb: string, words: string) => act(to, words, hidden("verb", verb));
  const installation = installationOn(world, one.id);
  if (!installation) {
    return markup`<p>Not installed.</p><div class="row">${button("install", "Install on all repositories")}${button("install-none", "Install on none yet")}</div>`;
  }
  const { selection, suspendedAtMs } = installation;
  const on = selection === "all" ? "all repositories" : "chosen repositories (see their settings)";
  const suspended = suspendedAtMs !== null;
  const state = suspended ? ", suspended" : "";
  const suspend = suspended ? button("unsuspend", "Unsuspend") : button("suspend", "Suspend");
  return markup`<p>Installed as ${installation.id} on ${on}${state}.</p><div class="row">${suspend}${button("uninstall", "Uninstall")}</div>`;
}
