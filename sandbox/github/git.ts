// The little of git that GitHub's behaviour needs: commits with whole trees, branches, ancestry and a
// three-way merge by file. It knows nothing of pull requests beyond their two ends.
import { createHash } from "node:crypto";
import type { Commit, Issue, Repo } from "./state.ts";
import { account, newId, repoById, type World } from "./world.ts";

export interface NewCommit {
  message: string;
  authorId: number;
  parents: string[];
  tree: Record<string, string>;
  /** When it differs from the author's own: an unknown address leaves the commit without an account. */
  author?: { name: string; email: string };
}

export function emailOf(world: World, userId: number): string {
  const { id, login } = account(world, userId);
  return `${id}+${login}@users.noreply.github.com`;
}

function accountByEmail(world: World, email: string): number | null {
  const found = /^(\d+)\+[^@]+@users\.noreply\.github\.com$/.exec(email);
  const id = Number(found?.[1]);
  return world.state.accounts[id] ? id : null;
}

export function addCommit(world: World, fresh: NewCommit): Commit {
  const { login, name } = account(world, fresh.authorId);
  const author = fresh.author ?? { name: name ?? login, email: emailOf(world, fresh.authorId) };
  const commit: Omit<Commit, "sha"> = {
    message: fresh.message,
    authorId: fresh.author ? accountByEmail(world, fresh.author.email) : fresh.authorId,
    authorName: author.name,
    authorEmail: author.email,
    createdAtMs: world.ports.now(),
    parents: fresh.parents,
    tree: fresh.tree,
  };
  // The id keeps two equal commits of one second apart, as their trees would on GitHub.
  const hash = createHash("sha1").update(JSON.stringify([commit, newId(world)]));
  const stored = { sha: hash.digest("hex"), ...commit };
  world.state.commits[stored.sha] = stored;
  return stored;
}

export function addBlob(world: World, base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const sha = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
  world.state.blobs[sha] = bytes.toString("base64");
  return sha;
}

export function commitBySha(world: World, sha: string): Commit {
  const found = world.state.commits[sha];
  if (!found) throw new Error(`the sandbox has no commit ${sha}`);
  return found;
}

/** A branch, a tag-like full ref or a commit id, as the `ref` parameters accept it. */
export function resolveRef(world: World, repo: Repo, ref: string): string | null {
  const branch = repo.branches[ref.replace(/^(refs\/)?heads\//, "")];
  if (branch) return branch;
  const pullNumber = /^refs\/pull\/(\d+)\/head$/.exec(ref)?.[1];
  if (pullNumber) {
    return world.state.issues[repo.numbers[pullNumber] ?? 0]?.pull?.headSha ?? null;
  }
  if (!/^[0-9a-f]{7,40}$/.test(ref)) return null;
  const sha = Object.keys(world.state.commits).find((one) => one.startsWith(ref));
  return sha && isReachable(world, repo, sha) ? sha : null;
}

/** A repository also holds the head commits of the pull requests to it, forks' included. */
function isReachable(world: World, repo: Repo, sha: string): boolean {
  const tips = Object.values(repo.branches);
  for (const id of Object.values(repo.numbers)) {
    const pull = world.state.issues[id]?.pull;
    if (pull?.commitShas.includes(sha)) return true;
    if (pull?.mergeCommitSha) tips.push(pull.mergeCommitSha);
  }
  return tips.includes(sha) || ancestorsOf(world, tips).has(sha);
}

export function ancestorsOf(world: World, tips: string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...tips];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (seen.has(sha)) continue;
    seen.add(sha);
    open.push(...(world.state.commits[sha]?.parents ?? []));
  }
  return seen;
}

/** What the head has and the base has not, oldest first. */
export function commitsBetween(world: World, base: string, head: string): string[] {
  const known = ancestorsOf(world, [base]);
  const fresh: string[] = [];
  function visit(sha: string): void {
    if (known.has(sha)) return;
    known.add(sha);
    for (const parent of world.state.commits[sha]?.parents ?? []) visit(parent);
    fresh.push(sha);
  }
  visit(head);
  return fresh;
}

function mergeBase(world: World, base: string, head: string): string | undefined {
  const known = ancestorsOf(world, [base]);
  const open = [head];
  for (let sha = open.shift(); sha !== undefined; sha = open.shift()) {
    if (known.has(sha)) return sha;
    open.push(...(world.state.commits[sha]?.parents ?? []));
  }
  return undefined;
}

/** Null when both sides changed one file differently. */
export function mergedTree(
  world: World,
  base: string,
  head: string,
): Record<string, string> | null {
  const root = mergeBase(world, base, head);
  const old = root ? commitBySha(world, root).tree : {};
  const ours = commitBySha(world, base).tree;
  const theirs = commitBySha(world, head).tree;
  const result: Record<string, string> = {};
  for (const path of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const changedHere = ours[path] !== old[path];
    const changedThere = theirs[path] !== old[path];
    if (changedHere && changedThere && ours[path] !== theirs[path]) return null;
    const blob = changedThere ? theirs[path] : ours[path];
    if (blob) result[path] = blob;
  }
  return result;
}

export function hasConflicts(world: World, issue: Issue): boolean {
  if (!issue.pull) return false;
  const tip = repoById(world, issue.repoId).branches[issue.pull.baseRef];
  return !tip || mergedTree(world, tip, issue.pull.headSha) === null;
}
