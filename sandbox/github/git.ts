// The little of git that GitHub's behaviour needs: commits with whole trees, branches, ancestry and a
// three-way merge by file. It knows nothing of pull requests beyond their two ends.
import { createHash } from "node:crypto";
import { signatureOf } from "./signatures.ts";
import type { Commit, Issue, Repo, Signature } from "./state.ts";
import { newId, repoById, type World } from "./world.ts";

export interface NewCommit {
  message: string;
  /** Who commits, and is the author unless another is named. */
  byId: number;
  parents: string[];
  tree: Record<string, string>;
  author?: Signature;
  committer?: Signature;
}

export function addCommit(world: World, fresh: NewCommit): Commit {
  const own = signatureOf(world, fresh.byId);
  const named = {
    // Stands for the tree: it is no other commit's.
    order: newId(world),
    message: fresh.message,
    author: fresh.author ?? own,
    committer: fresh.committer ?? own,
    createdAtMs: world.ports.now(),
    parents: fresh.parents,
  };
  const sha = createHash("sha1").update(JSON.stringify(named)).digest("hex");
  const commit: Commit = { sha, ...named, tree: fresh.tree };
  world.state.commits[sha] = commit;
  return commit;
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
  const { commits } = world.state;
  const sha = commits[ref] ? ref : Object.keys(commits).find((one) => one.startsWith(ref));
  return sha && isReachable(world, repo, sha) ? sha : null;
}

/** A repository also holds the commits of the pull requests to it, forks' included. */
function isReachable(world: World, repo: Repo, sha: string): boolean {
  const pulls = world.state.pullsOfCommit[sha] ?? [];
  if (pulls.some((id) => world.state.issues[id]?.repoId === repo.id)) return true;
  const { order } = commitBySha(world, sha);
  const open = Object.values(repo.branches);
  const seen = new Set(open);
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === sha) return true;
    for (const parent of commitBySha(world, one).parents) {
      if (seen.has(parent) || commitBySha(world, parent).order < order) continue;
      seen.add(parent);
      open.push(parent);
    }
  }
  return false;
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

type Side = "base" | "head" | "both";

interface Compared {
  /** What the head has and the base has not, oldest first. */
  fresh: string[];
  /** The youngest commit that both have. */
  root: string | undefined;
}

/**
 * Walks down from both ends, the youngest commit first: as every commit is younger than its parents, all
 * that leads to one has been seen when it is its turn, and nothing below the common past is looked at.
 */
function compare(world: World, base: string, head: string): Compared {
  const sides = new Map<string, Side>([[base, "base"]]);
  sides.set(head, base === head ? "both" : "head");
  const open = [...sides.keys()].map((sha) => commitBySha(world, sha));
  const fresh: string[] = [];
  while (open.some(({ sha }) => sides.get(sha) === "head")) {
    open.sort((a, b) => a.order - b.order);
    const commit = open.pop();
    if (!commit) break;
    const side = sides.get(commit.sha) ?? "both";
    if (side === "head") fresh.push(commit.sha);
    for (const parent of commit.parents) {
      const before = sides.get(parent);
      if (before === undefined) open.push(commitBySha(world, parent));
      sides.set(parent, before === undefined || before === side ? side : "both");
    }
  }
  const common = [...sides].filter(([, side]) => side === "both").map(([sha]) => sha);
  common.sort((a, b) => commitBySha(world, b).order - commitBySha(world, a).order);
  return { fresh: fresh.reverse(), root: common[0] };
}

export function commitsBetween(world: World, base: string, head: string): string[] {
  return compare(world, base, head).fresh;
}

type Tree = Commit["tree"];

/** Null when both sides changed one file differently. */
export function mergedTree(world: World, base: string, head: string): Tree | null {
  const { root } = compare(world, base, head);
  if (root === base) return commitBySha(world, head).tree;
  return mergeTrees({
    old: root ? commitBySha(world, root).tree : {},
    ours: commitBySha(world, base).tree,
    theirs: commitBySha(world, head).tree,
  });
}

export function mergeTrees({ old, ours, theirs }: Record<"old" | "ours" | "theirs", Tree>) {
  const result: Tree = {};
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
