// Accounts, the App and its installations, as the REST API shows them.
import type { Account, Installation } from "./state.ts";
import {
  account,
  apiUrl,
  findAccount,
  htmlUrl,
  iso,
  isoOrNull,
  nodeId,
  type World,
} from "./world.ts";

type AccountJson = ReturnType<typeof freshAccountJson>;

/** Every answer shows a handful of accounts: each is written out once for each name it has. */
const written = new WeakMap<Account, AccountJson>();

export function accountJson(world: World, one: Account): AccountJson {
  const before = written.get(one);
  if (before?.login === one.login) return before;
  const json = freshAccountJson(world, one);
  written.set(one, json);
  return json;
}

function freshAccountJson(world: World, one: Account) {
  const slug = one.login.replace("[", "%5B").replace("]", "%5D");
  const api = apiUrl(world, `/users/${slug}`);
  const page = one.type === "Bot" ? `/apps/${one.login.replace("[bot]", "")}` : `/${one.login}`;
  return {
    login: one.login,
    id: one.id,
    node_id: nodeId(one.type === "Organization" ? "O" : one.type === "Bot" ? "BOT" : "U", one.id),
    avatar_url: htmlUrl(world, `/avatars/${one.id}`),
    gravatar_id: "",
    url: api,
    html_url: htmlUrl(world, page),
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: one.type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function accountJsonOf(world: World, id: number | null) {
  return id === null ? null : accountJson(world, account(world, id));
}

export function publicUserJson(world: World, one: Account) {
  const repos = Object.values(world.state.repos).filter((repo) => repo.ownerId === one.id);
  return {
    ...accountJson(world, one),
    name: one.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repos.filter((repo) => !repo.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: iso(one.createdAtMs),
    updated_at: iso(one.createdAtMs),
  };
}

export function organizationJson(world: World, one: Account) {
  const api = apiUrl(world, `/orgs/${one.login}`);
  return {
    login: one.login,
    id: one.id,
    node_id: nodeId("O", one.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: htmlUrl(world, `/avatars/${one.id}`),
    description: null,
  };
}

export function appJson(world: World) {
  const { app } = world.options;
  const owner = findAccount(world, app.owner ?? "acme") ?? Object.values(world.state.accounts)[0];
  if (!owner) throw new Error("the App needs an owner among the seeded accounts");
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: accountJson(world, owner),
    name: app.name,
    description: "",
    external_url: world.options.origin,
    html_url: htmlUrl(world, `/apps/${app.slug}`),
    created_at: iso(owner.createdAtMs),
    updated_at: iso(owner.createdAtMs),
    permissions: app.permissions,
    events: app.events,
  };
}

export function appJsonWithCount(world: World) {
  return {
    ...appJson(world),
    installations_count: Object.keys(world.state.installations).length,
  };
}

export function installationJson(world: World, one: Installation) {
  const { app } = world.options;
  const owner = account(world, one.accountId);
  const settings = owner.type === "Organization" ? `/organizations/${owner.login}` : "";
  return {
    id: one.id,
    client_id: app.clientId,
    account: accountJson(world, owner),
    repository_selection: one.selection,
    access_tokens_url: apiUrl(world, `/app/installations/${one.id}/access_tokens`),
    repositories_url: apiUrl(world, "/installation/repositories"),
    html_url: htmlUrl(world, `${settings}/settings/installations/${one.id}`),
    app_id: app.id,
    app_slug: app.slug,
    target_id: owner.id,
    target_type: owner.type === "Organization" ? "Organization" : "User",
    permissions: app.permissions,
    events: app.events,
    created_at: iso(one.createdAtMs),
    updated_at: iso(one.createdAtMs),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: one.suspendedAtMs === null ? null : accountJson(world, owner),
    suspended_at: isoOrNull(one.suspendedAtMs),
  };
}
