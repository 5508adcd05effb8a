// What the App asks about itself: its installations, their tokens and its webhook deliveries.

import { covers, grants, installationOf } from "./access.ts";
import {
  type Call,
  clamp,
  list,
  numberParam,
  paginate,
  param,
  type Route,
  route,
  visibleRepo,
} from "./call.ts";
import { isBody, nameList } from "./fields.ts";
import {
  apiError,
  created,
  invalidRequest,
  notFound,
  ok,
  type Reply,
  requiresAuthentication,
} from "./http.ts";
import { appJsonWithCount, installationJson } from "./shape-accounts.ts";
import { repoJson } from "./shape-repos.ts";
import type { Delivery, Installation, Level, Repo } from "./state.ts";
import { redeliver } from "./webhooks.ts";
import { account, findAccount, iso, randomToken, type World } from "./world.ts";

export const appRoutes: Route[] = [
  route("GET", "/app", (call) => asApp(call, () => ok(appJsonWithCount(call.world)))),
  route("GET", "/app/installations", (call) => asApp(call, listInstallations)),
  route("GET", "/app/installations/:id", (call) => asApp(call, getInstallation)),
  route("POST", "/app/installations/:id/access_tokens", (call) => asApp(call, createToken)),
  route("GET", "/repos/:owner/:repo/installation", (call) => asApp(call, repoInstallation)),
  route("GET", "/users/:login/installation", (call) => asApp(call, accountInstallation)),
  route("GET", "/orgs/:login/installation", (call) => asApp(call, accountInstallation)),
  route("GET", "/app/hook/config", (call) => asApp(call, hookConfig)),
  route("GET", "/app/hook/deliveries", (call) => asApp(call, listDeliveries)),
  route("GET", "/app/hook/deliveries/:id", (call) => asApp(call, getDelivery)),
  route("POST", "/app/hook/deliveries/:id/attempts", (call) => asApp(call, attemptDelivery)),
  route("GET", "/installation/repositories", installationRepositories),
  route("DELETE", "/installation/token", revokeToken),
];

function asApp(call: Call, handle: (call: Call) => Reply): Reply {
  if (call.actor.kind !== "app") {
    throw apiError(401, "A JSON web token could not be decoded");
  }
  return handle(call);
}

/** Leaves out two fields that GitHub's description does not know in this list. */
function listInstallations(call: Call): Reply {
  return list(call, Object.values(call.world.state.installations), (one) => {
    const { client_id: _, account: owner, ...rest } = installationJson(call.world, one);
    const { user_view_type: __, ...shown } = owner;
    return { ...rest, account: shown };
  });
}

function findInstallation(call: Call): Installation {
  const found = call.world.state.installations[numberParam(call, "id")];
  if (!found) throw notFound();
  return found;
}

function getInstallation(call: Call): Reply {
  return ok(installationJson(call.world, findInstallation(call)));
}

function accountInstallation(call: Call): Reply {
  const owner = findAccount(call.world, param(call, "login"));
  const found = Object.values(call.world.state.installations).find(
    (one) => one.accountId === owner?.id,
  );
  if (!found) throw notFound();
  return ok(installationJson(call.world, found));
}

/** The JWT itself sees no private repository, but it does see where the App is installed. */
function repoInstallation(call: Call): Reply {
  const { world } = call;
  const repos = Object.values(world.state.repos);
  const name = `${param(call, "owner")}/${param(call, "repo")}`.toLowerCase();
  const inside = repos.find(
    (repo) => `${account(world, repo.ownerId).login}/${repo.name}`.toLowerCase() === name,
  );
  const repo = inside ?? visibleRepo(call);
  const found = installationOf(world, repo);
  if (!found) throw notFound();
  return ok(installationJson(world, found));
}

export function reposOf(world: World, installation: Installation): Repo[] {
  return Object.values(world.state.repos).filter((repo) => covers(installation, repo));
}

function createToken(call: Call): Reply {
  const { world, body } = call;
  const installation = findInstallation(call);
  if (installation.suspendedAtMs !== null) {
    throw apiError(403, "This installation has been suspended");
  }
  const permissions = narrowed(world, body["permissions"]);
  const repoIds = chosenRepos(call, installation);
  const token = randomToken(world, "ghs_");
  const expiresAtMs = world.ports.now() + 3_600_000;
  const { id: installationId } = installation;
  sweepTokens(world);
  world.state.tokens[token] = {
    kind: "installation",
    installationId,
    expiresAtMs,
    permissions,
    repoIds,
  };
  const repositories = reposOf(world, installation).filter((repo) => repoIds?.includes(repo.id));
  return created({
    token,
    expires_at: iso(expiresAtMs),
    permissions,
    repository_selection: repoIds ? "selected" : installation.selection,
    ...(repoIds ? { repositories: repositories.map((repo) => repoJson(world, repo)) } : {}),
  });
}

function sweepTokens(world: World): void {
  const dayAgo = world.ports.now() - 86_400_000;
  for (const [text, token] of Object.entries(world.state.tokens)) {
    if (token.kind !== "personal" && token.expiresAtMs < dayAgo) delete world.state.tokens[text];
  }
}

function narrowed(world: World, wanted: unknown): Record<string, Level> {
  const all: Record<string, Level> = { metadata: "read", ...world.options.app.permissions };
  if (wanted === undefined) return all;
  if (!isBody(wanted)) throw invalidRequest("For 'properties/permissions', it is not an object.");
  const chosen: Record<string, Level> = { metadata: "read" };
  for (const [permission, level] of Object.entries(wanted)) {
    if ((level !== "read" && level !== "write") || !grants(all, { permission, level })) {
      throw apiError(422, "The permissions requested are not granted to this installation.");
    }
    chosen[permission] = level;
  }
  return chosen;
}

function chosenRepos(call: Call, installation: Installation): number[] | null {
  const { world, body } = call;
  const ids = body["repository_ids"];
  const names = nameList(body["repositories"], "repositories");
  if (ids === undefined && names === undefined) return null;
  const inside = reposOf(world, installation);
  const wanted: unknown[] = [...(Array.isArray(ids) ? ids : []), ...(names ?? [])];
  return wanted.map((one) => {
    const repo = inside.find((each) => each.id === one || each.name === one);
    if (repo) return repo.id;
    throw apiError(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}

function hookConfig(call: Call): Reply {
  const { webhookUrl } = call.world.options.app;
  return ok({ content_type: "json", insecure_ssl: "0", secret: "********", url: webhookUrl });
}

function deliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAtMs).toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** Newest first; a cursor names the first delivery of its page. */
function listDeliveries(call: Call): Reply {
  const size = clamp(call.query.get("per_page"), 30, 100);
  const status = call.query.get("status");
  const start = Number(
    /^v1_(\d+)$/.exec(call.query.get("cursor") ?? "")?.[1] ?? Number.MAX_SAFE_INTEGER,
  );
  const all = call.world.state.deliveries.filter((one) => {
    if (status === "success" && one.statusCode >= 400) return false;
    return !(status === "failure" && one.statusCode < 400) && one.id <= start;
  });
  const page = all.slice(-size - 1).reverse();
  const next = page[size];
  const headers: Record<string, string> = {};
  if (next) {
    const url = new URL(call.url);
    url.searchParams.set("cursor", `v1_${next.id}`);
    headers["link"] = `<${url}>; rel="next"`;
  }
  return { status: 200, body: page.slice(0, size).map(deliveryItem), headers };
}

function findDelivery(call: Call): Delivery {
  const id = numberParam(call, "id");
  const found = call.world.state.deliveries.find((one) => one.id === id);
  if (!found) throw notFound();
  return found;
}

function getDelivery(call: Call): Reply {
  const delivery = findDelivery(call);
  const payload: unknown = JSON.parse(delivery.payload);
  const { requestHeaders, responseHeaders, responsePayload } = delivery;
  return ok({
    ...deliveryItem(delivery),
    url: call.world.options.app.webhookUrl,
    request: { headers: requestHeaders, payload },
    response: { headers: responseHeaders, payload: responsePayload },
  });
}

function attemptDelivery(call: Call): Reply {
  redeliver(call.world, findDelivery(call));
  return { status: 202, body: {} };
}

function installationRepositories(call: Call): Reply {
  const { actor, world } = call;
  if (actor.kind !== "installation") throw requiresAuthentication();
  const installation = world.state.installations[actor.installationId];
  const inside = installation ? reposOf(world, installation) : [];
  const all = inside.filter((repo) => actor.repoIds === null || actor.repoIds.includes(repo.id));
  const { items, headers } = paginate(call, all);
  const body = {
    total_count: all.length,
    repository_selection: installation?.selection ?? "selected",
    repositories: items.map((repo) => repoJson(world, repo)),
  };
  return { status: 200, body, headers };
}

function revokeToken(call: Call): Reply {
  const { actor, world } = call;
  if (actor.kind !== "installation") throw requiresAuthentication();
  for (const [text, token] of Object.entries(world.state.tokens)) {
    if (token.kind === "installation" && token.permissions === actor.permissions) {
      delete world.state.tokens[text];
    }
  }
  return { status: 204 };
}
