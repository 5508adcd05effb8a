// Files: read at a ref, written one commit at a time.
import { push } from "./branches.ts";
import { type Call, callerId, param, type Route, repoFor, route } from "./call.ts";
import { isBody, optionalObject, optionalText, requiredText } from "./fields.ts";
import { addBlob, addCommit, commitBySha, resolveRef } from "./git.ts";
import { apiError, notFound, ok, type Reply } from "./http.ts";
import { commitJson, repoApiUrl } from "./shape-repos.ts";
import { signed } from "./signatures.ts";
import type { Commit, Repo, Signature } from "./state.ts";
import { fullName, htmlUrl } from "./world.ts";

const path = "/repos/:owner/:repo/contents/:path+";

export const contentRoutes: Route[] = [
  route("GET", path, readFile),
  route("PUT", path, writeFile),
  route("DELETE", path, removeFile),
];

function fileJson(call: Call, repo: Repo, at: { path: string; blob: string; ref: string }) {
  const { world } = call;
  const url = `${repoApiUrl(world, repo)}/contents/${at.path}?ref=${at.ref}`;
  const page = htmlUrl(world, `/${fullName(world, repo)}/blob/${at.ref}/${at.path}`);
  const git = `${repoApiUrl(world, repo)}/git/blobs/${at.blob}`;
  return {
    name: at.path.split("/").at(-1) ?? at.path,
    path: at.path,
    sha: at.blob,
    size: Buffer.from(world.state.blobs[at.blob] ?? "", "base64").length,
    url,
    html_url: page,
    git_url: git,
    download_url: page.replace("/blob/", "/raw/"),
    type: "file",
    _links: { self: url, git, html: page },
  };
}

function readFile(call: Call): Reply {
  const { world, query } = call;
  const repo = repoFor(call, { permission: "contents", level: "read", role: "read" });
  const ref = query.get("ref") ?? repo.defaultBranch;
  const sha = resolveRef(world, repo, ref);
  if (!sha) throw apiError(404, `No commit found for the ref ${ref}`);
  const { tree } = commitBySha(world, sha);
  const name = param(call, "path").replace(/\/$/, "");
  const blob = tree[name];
  if (!blob) return readFolder(call, repo, { tree, name, ref });
  const encoded = world.state.blobs[blob] ?? "";
  // GitHub breaks the base64 into lines of 60.
  const content = encoded.replace(/.{1,60}/g, "$&\n");
  return ok({ ...fileJson(call, repo, { path: name, blob, ref }), content, encoding: "base64" });
}

function readFolder(
  call: Call,
  repo: Repo,
  at: { tree: Record<string, string>; name: string; ref: string },
): Reply {
  const inside = Object.entries(at.tree).filter(([one]) => {
    const rest = one.startsWith(`${at.name}/`) ? one.slice(at.name.length + 1) : "";
    return rest !== "" && !rest.includes("/");
  });
  if (inside.length === 0) throw notFound();
  return ok(inside.map(([one, blob]) => fileJson(call, repo, { path: one, blob, ref: at.ref })));
}

function writeFile(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, { permission: "contents", level: "write", role: "write" });
  const message = requiredText(body, "message");
  const content = requiredText(body, "content");
  if (!/^[A-Za-z0-9+/=\s]*$/.test(content)) throw apiError(422, "content is not valid Base64");
  const branch = optionalText(body, "branch") ?? repo.defaultBranch;
  const tip = repo.branches[branch];
  if (!tip && Object.keys(repo.branches).length > 0)
    throw apiError(404, `Branch ${branch} not found`);
  const tree = tip ? commitBySha(world, tip).tree : {};
  const name = param(call, "path");
  const before = tree[name];
  if (before && optionalText(body, "sha") !== before) {
    throw apiError(409, `${name} does not match ${optionalText(body, "sha") ?? ""}`);
  }
  const blob = addBlob(world, content);
  const author = namedAuthor(call);
  const commit = addCommit(world, {
    message,
    byId: callerId(call),
    parents: tip ? [tip] : [],
    tree: { ...tree, [name]: blob },
    ...(author ? { author } : {}),
  });
  push(world, repo, branch, { to: commit.sha, actorId: callerId(call) });
  const file = fileJson(call, repo, { path: name, blob, ref: branch });
  return {
    status: before ? 200 : 201,
    body: { content: file, commit: commitInFile(call, repo, commit) },
  };
}

function removeFile(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, { permission: "contents", level: "write", role: "write" });
  const message = requiredText(body, "message");
  const branch = optionalText(body, "branch") ?? repo.defaultBranch;
  const tip = repo.branches[branch];
  if (!tip) throw apiError(404, `Branch ${branch} not found`);
  const name = param(call, "path");
  const { [name]: before, ...tree } = commitBySha(world, tip).tree;
  if (!before) throw notFound();
  if (requiredText(body, "sha") !== before) throw apiError(409, `${name} does not match`);
  const commit = addCommit(world, { message, byId: callerId(call), parents: [tip], tree });
  push(world, repo, branch, { to: commit.sha, actorId: callerId(call) });
  return ok({ content: null, commit: commitInFile(call, repo, commit) });
}

function namedAuthor(call: Call): Signature | undefined {
  const given = optionalObject(call.body, "author");
  if (!given || !isBody(given)) return undefined;
  return signed(call.world, requiredText(given, "name"), requiredText(given, "email"));
}

function commitInFile(call: Call, repo: Repo, commit: Commit) {
  const { commit: inner, sha, node_id, html_url, parents } = commitJson(call.world, repo, commit);
  const { author, committer, message, tree, url, verification } = inner;
  return { sha, node_id, url, html_url, author, committer, message, tree, parents, verification };
}
