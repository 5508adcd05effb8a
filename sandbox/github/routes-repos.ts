// Repositories over REST: read, fork, rename, hide, give away, delete; and the commits in them.
import { roleOf } from "./access.ts";
import { push } from "./branches.ts";
import { author, type Call, callerId, list, param, type Route, repoFor, route } from "./call.ts";
import { nullableText, optionalFlag, optionalText, requiredText } from "./fields.ts";
import { ancestorsOf, commitBySha, resolveRef } from "./git.ts";
import {
  apiError,
  created,
  noContent,
  notFound,
  ok,
  type Reply,
  validationFailed,
} from "./http.ts";
import {
  deleteRepo,
  editRepo,
  forkRepo,
  renameRepo,
  setArchived,
  setPrivate,
  transferRepo,
} from "./repo-verbs.ts";
import { commitJson, fullRepoJson, repoApiUrl, repoJson } from "./shape-repos.ts";
import type { Commit, Repo } from "./state.ts";
import { findAccount, findRepo, nodeId } from "./world.ts";

const metadata = { permission: "metadata", level: "read", role: "read" } as const;
const contents = { permission: "contents", level: "read", role: "read" } as const;
const administration = { permission: "administration", level: "write", role: "admin" } as const;

export const repoRoutes: Route[] = [
  route("GET", "/repos/:owner/:repo", getRepo),
  route("PATCH", "/repos/:owner/:repo", updateRepo),
  route("DELETE", "/repos/:owner/:repo", removeRepo),
  route("POST", "/repos/:owner/:repo/forks", createFork),
  route("POST", "/repos/:owner/:repo/transfer", transfer),
  route("GET", "/repos/:owner/:repo/branches", listBranches),
  route("POST", "/repos/:owner/:repo/git/refs", createRef),
  route("GET", "/repos/:owner/:repo/git/ref/:ref+", getRef),
  route("GET", "/repos/:owner/:repo/commits", listCommits),
  route("GET", "/repos/:owner/:repo/commits/:ref", getCommit),
];

function full(call: Call, repo: Repo) {
  const { actor, world } = call;
  const role = actor.kind === "user" ? roleOf(world, repo, actor.userId) : "read";
  return fullRepoJson(world, repo, role);
}

function getRepo(call: Call): Reply {
  return ok(full(call, repoFor(call, metadata)));
}

function updateRepo(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, administration);
  const actorId = callerId(call);
  const name = optionalText(body, "name");
  if (name !== undefined && name !== repo.name) {
    const owner = param(call, "owner");
    if (!/^[\w.-]+$/.test(name) || findRepo(world, `${owner}/${name}`)) {
      const message = "name already exists on this account";
      throw validationFailed({ resource: "Repository", code: "custom", field: "name", message });
    }
    renameRepo(world, repo, name, actorId);
  }
  const defaultBranch = optionalText(body, "default_branch");
  if (defaultBranch !== undefined && !repo.branches[defaultBranch]) {
    throw validationFailed({ resource: "Repository", code: "invalid", field: "default_branch" });
  }
  const description = nullableText(body, "description");
  const hasIssues = optionalFlag(body, "has_issues");
  editRepo(world, repo, { description, defaultBranch, hasIssues }, actorId);
  const hidden = optionalFlag(body, "private");
  if (hidden !== undefined) setPrivate(world, repo, hidden, actorId);
  const archived = optionalFlag(body, "archived");
  if (archived !== undefined) setArchived(world, repo, archived, actorId);
  return ok(full(call, repo));
}

function removeRepo(call: Call): Reply {
  const repo = repoFor(call, administration);
  deleteRepo(call.world, repo, callerId(call));
  return noContent();
}

function createFork(call: Call): Reply {
  const repo = repoFor(call, contents);
  const fork = forkRepo(call.world, repo, author(call).id);
  return { status: 202, body: full(call, fork) };
}

function transfer(call: Call): Reply {
  const { world } = call;
  const repo = repoFor(call, administration);
  const owner = findAccount(world, requiredText(call.body, "new_owner"));
  if (!owner) throw apiError(422, "Could not resolve to a user or organization.");
  if (findRepo(world, `${owner.login}/${repo.name}`)) {
    throw apiError(422, `Repositories named ${repo.name} already exist on that account.`);
  }
  const before = repoJson(world, repo);
  transferRepo(world, repo, owner, callerId(call));
  return { status: 202, body: before };
}

function listBranches(call: Call): Reply {
  const repo = repoFor(call, contents);
  const api = repoApiUrl(call.world, repo);
  return list(call, Object.entries(repo.branches), ([name, sha]) => ({
    name,
    commit: { sha, url: `${api}/commits/${sha}` },
    protected: false,
  }));
}

function refJson(call: Call, repo: Repo, ref: string, sha: string) {
  const api = repoApiUrl(call.world, repo);
  return {
    ref,
    node_id: nodeId("REF", `${repo.id}:${ref}`),
    url: `${api}/git/${ref}`,
    object: { sha, type: "commit", url: `${api}/git/commits/${sha}` },
  };
}

/** `heads/main`; Octokit sends its slash encoded. */
function getRef(call: Call): Reply {
  const repo = repoFor(call, contents);
  const ref = param(call, "ref");
  const sha = ref.startsWith("heads/") ? repo.branches[ref.slice("heads/".length)] : undefined;
  if (!sha) throw notFound();
  return ok(refJson(call, repo, `refs/${ref}`, sha));
}

function createRef(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, { permission: "contents", level: "write", role: "write" });
  const ref = requiredText(body, "ref");
  const branch = /^refs\/heads\/([\w./-]+)$/.exec(ref)?.[1];
  if (!branch) throw apiError(422, "Reference name must be like refs/heads/name.");
  if (repo.branches[branch]) throw apiError(422, "Reference already exists");
  // Forks share their objects with the repository they came from.
  const sha = requiredText(body, "sha");
  if (!world.state.commits[sha]) throw apiError(422, "Object does not exist");
  push(world, repo, branch, { to: sha, actorId: callerId(call) });
  return created(refJson(call, repo, ref, sha));
}

function commitAt(call: Call, repo: Repo, ref: string): Commit {
  const sha = resolveRef(call.world, repo, ref);
  if (!sha) throw apiError(422, `No commit found for SHA: ${ref}`);
  return commitBySha(call.world, sha);
}

function getCommit(call: Call): Reply {
  const repo = repoFor(call, contents);
  return ok(commitJson(call.world, repo, commitAt(call, repo, param(call, "ref"))));
}

function listCommits(call: Call): Reply {
  const { world } = call;
  const repo = repoFor(call, contents);
  const tip = commitAt(call, repo, call.query.get("sha") ?? repo.defaultBranch);
  const all = [...ancestorsOf(world, [tip.sha])].map((sha) => commitBySha(world, sha));
  all.sort((a, b) => b.createdAtMs - a.createdAtMs);
  return list(call, all, (one) => commitJson(world, repo, one));
}
