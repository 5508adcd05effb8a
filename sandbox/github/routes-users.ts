// People: who somebody is, who I am, and which role somebody has in a repository.
import { atLeast, demand, notAccessible, roleOf } from "./access.ts";
import { type Call, numberParam, param, type Route, repoFor, route, visibleRepo } from "./call.ts";
import { apiError, noContent, notFound, ok, type Reply, requiresAuthentication } from "./http.ts";
import { accountJson, publicUserJson } from "./shape-accounts.ts";
import { permissionFlags } from "./shape-repos.ts";
import type { Account, Role } from "./state.ts";
import { account, findAccount } from "./world.ts";

export const userRoutes: Route[] = [
  route("GET", "/user", currentUser),
  route("GET", "/user/:id", (call) => ok(publicUserJson(call.world, byId(call)))),
  route("GET", "/users/:login", (call) => ok(publicUserJson(call.world, byLogin(call, "login")))),
  route("GET", "/repos/:owner/:repo/collaborators/:username/permission", permissionOf),
  route("GET", "/repos/:owner/:repo/collaborators/:username", isCollaborator),
];

function currentUser(call: Call): Reply {
  const { actor, world } = call;
  if (actor.kind === "installation") throw notAccessible({ permission: "metadata", level: "read" });
  if (actor.kind === "app") {
    throw apiError(403, "This endpoint requires you to be authenticated as a user.");
  }
  if (actor.kind === "anonymous") throw requiresAuthentication();
  return ok(publicUserJson(world, account(world, actor.userId)));
}

function byId(call: Call): Account {
  const found = call.world.state.accounts[numberParam(call, "id")];
  if (!found) throw notFound();
  return found;
}

function byLogin(call: Call, name: string): Account {
  const found = findAccount(call.world, param(call, name));
  if (!found) throw notFound();
  return found;
}

/** The old field knows four words only: maintain shows as write, triage as read. */
const folded: Record<Role, string> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
};

function permissionOf(call: Call): Reply {
  const { world, actor } = call;
  const repo = visibleRepo(call);
  if (actor.kind === "anonymous") throw requiresAuthentication();
  demand(world, actor, repo, { permission: "metadata", level: "read", role: "read" });
  const person = findAccount(world, param(call, "username"));
  if (!person) throw apiError(404, `${param(call, "username")} is not a user`);
  const role = roleOf(world, repo, person.id);
  const roleName = atLeast(role, "admin") ? "admin" : (repo.roles[person.id]?.roleName ?? role);
  const user = {
    ...accountJson(world, person),
    permissions: permissionFlags(role),
    role_name: roleName,
  };
  return ok({ permission: folded[role], user, role_name: roleName });
}

function isCollaborator(call: Call): Reply {
  const { world } = call;
  const repo = repoFor(call, { permission: "metadata", level: "read", role: "write" });
  const person = findAccount(world, param(call, "username"));
  const owner = account(world, repo.ownerId);
  if (!person) throw notFound();
  if (!repo.roles[person.id] && owner.id !== person.id && !owner.ownerIds.includes(person.id)) {
    throw notFound();
  }
  return noContent();
}
