// What the App asks about itself: its installations and their tokens.

import { grants, installationOf, installationOn } from "./access.ts";
import {
  type Call,
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
import { allPermissions, issueToken, reposOf } from "./installation-verbs.ts";
import { appJsonWithCount, installationJson } from "./shape-accounts.ts";
import { repoJson } from "./shape-repos.ts";
import type { Installation, Level } from "./state.ts";
import { findAccount, findRepo, iso, type World } from "./world.ts";

export const appRoutes: Route[] = [
  route("GET", "/app", (call) => asApp(call, () => ok(appJsonWithCount(call.world)))),
  route("GET", "/app/installations", (call) => asApp(call, listInstallations)),
  route("GET", "/app/installations/:id", (call) => asApp(call, getInstallation)),
  route("POST", "/app/installations/:id/access_tokens", (call) => asApp(call, createToken)),
  route("GET", "/repos/:owner/:repo/installation", (call) => asApp(call, repoInstallation)),
  route("GET", "/users/:login/installation", (call) => asApp(call, accountInstallation)),
  route("GET", "/orgs/:login/installation", (call) => asApp(call, accountInstallation)),
  route("GET", "/app/hook/config", (call) => asApp(call, hookConfig)),
  route("GET", "/installation/repositories", installationRepositories),
  route("DELETE", "/installation/token", revokeToken),
];

/** Only the App itself, by its JWT, gets through. */
export function asApp(call: Call, handle: (call: Call) => Reply): Reply {
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
  const found = owner && installationOn(call.world, owner.id);
  if (!found) throw notFound();
  return ok(installationJson(call.world, found));
}

/** The JWT itself sees no private repository, but it does see where the App is installed. */
function repoInstallation(call: Call): Reply {
  const { world } = call;
  const inside = findRepo(world, `${param(call, "owner")}/${param(call, "repo")}`);
  const repo = inside ?? visibleRepo(call);
  const found = installationOf(world, repo);
  if (!found) throw notFound();
  return ok(installationJson(world, found));
}

function createToken(call: Call): Reply {
  const { world, body } = call;
  const installation = findInstallation(call);
  if (installation.suspendedAtMs !== null) {
    throw apiError(403, "This installation has been suspended");
  }
  const permissions = narrowed(world, body["permissions"]);
  const repoIds = chosenRepos(call, installation);
  const { token, expiresAtMs } = issueToken(world, installation, { permissions, repoIds });
  const repositories = reposOf(world, installation).filter((repo) => repoIds?.includes(repo.id));
  return created({
    token,
    expires_at: iso(expiresAtMs),
    permissions,
    repository_selection: repoIds ? "selected" : installation.selection,
    ...(repoIds ? { repositories: repositories.map((repo) => repoJson(world, repo)) } : {}),
  });
}

function narrowed(world: World, wanted: unknown): Record<string, Level> {
  const all = allPermissions(world);
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
