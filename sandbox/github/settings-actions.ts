// What the forms of the settings pages do: through the API where GitHub has one, else as GitHub's own
// settings do it. Answers where to go next; a refusal is thrown.
import { covers, installationOn } from "./access.ts";
import { renameAccount } from "./account-verbs.ts";
import type { Person } from "./act.ts";
import { install, setCovered, setSuspended, uninstall } from "./installation-verbs.ts";
import { type PageRequest, visitor } from "./page-frame.ts";
import type { View } from "./page-parts.ts";
import { mayAdminister, mayChange, roles } from "./page-settings.ts";
import { accountNamed, addAccount } from "./seed.ts";
import type { Account, Installation } from "./state.ts";
import { fullName, type World } from "./world.ts";

type Change = (view: View, person: Person) => Promise<unknown> | unknown;

function field(page: PageRequest, name: string): string {
  return (page.form.get(name) ?? "").trim();
}

const repoChanges: Record<string, Change> = {
  name: ({ page }, person) => person.renameRepo(field(page, "name")),
  visibility: ({ repo }, person) => person.setPrivate(!repo.private),
  archive: ({ repo }, person) => person.setArchived(!repo.archived),
  transfer: ({ page }, person) => person.transferRepo(field(page, "owner")),
  delete: (_, person) => person.deleteRepo(),
  roles: giveRole,
  app: toggleApp,
};

/** `what` is the last part of the form's address; null when there is no such form. */
export async function changeRepo(view: View, what: string, person: Person): Promise<string | null> {
  const change = repoChanges[what];
  if (!change) return null;
  if (!mayAdminister(view)) throw new Error("You must administer the repository for that.");
  await change(view, person);
  const { world, repo } = view;
  return world.state.repos[repo.id] ? `/${fullName(world, repo)}/settings` : "/";
}

function giveRole({ world, page, repo }: View): void {
  const { id } = accountNamed(world, field(page, "login"));
  const role = roles.find((one) => one === field(page, "role")) ?? "read";
  if (role === "none") delete repo.roles[id];
  else repo.roles[id] = { role, roleName: role };
}

function toggleApp({ world, repo }: View): void {
  const installation = installed(world, repo.ownerId);
  setCovered(world, installation, repo, !covers(installation, repo));
}

function installed(world: World, accountId: number): Installation {
  const found = installationOn(world, accountId);
  if (!found) throw new Error("The App is not installed there.");
  return found;
}

const installationChanges: Record<string, (world: World, one: Account) => void> = {
  install: (world, one) => install(world, one, "all"),
  "install-none": (world, one) => install(world, one, []),
  uninstall: (world, { id }) => uninstall(world, installed(world, id)),
  suspend: (world, { id }) => setSuspended(world, installed(world, id), true),
  unsuspend: (world, { id }) => setSuspended(world, installed(world, id), false),
};

/** `what` stands behind the account's address, or is empty for a new account. */
export function changeAccount(
  world: World,
  page: PageRequest,
  login: string,
  what: string,
): string {
  if (login === "") return signUp(world, page);
  const one = accountNamed(world, login);
  if (!mayChange(world, page, one)) throw new Error("You may not change this account.");
  if (what === "login") renameAccount(world, one, field(page, "login"), visitor(world, page).id);
  if (what === "installation") installationChanges[field(page, "verb")]?.(world, one);
  return `/sandbox/accounts/${one.login}`;
}

function signUp(world: World, page: PageRequest): string {
  const [login, name, since] = [field(page, "login"), field(page, "name"), field(page, "since")];
  const createdAt = since || new Date(world.ports.now()).toISOString();
  addAccount(world, { login, createdAt, ...(name ? { name } : {}) });
  return "/sandbox/accounts";
}
