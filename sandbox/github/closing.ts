// Which issues a text closes: GitHub's nine keywords, in its three ways to name an issue. "does not
// close #12" closes it too, as on GitHub.
import { atLeast, roleOf } from "./access.ts";
import { closeIssue } from "./issue-verbs.ts";
import type { Closer, Issue, Pull, Repo } from "./state.ts";
import { findRepo, fullName, repoById, type World } from "./world.ts";

const keyword = "(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)";
const name = "[\\w.-]+/[\\w.-]+";

export function issuesClosedBy(world: World, repo: Repo, text: string): Issue[] {
  const origin = world.options.origin.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const reference = `(?:(${name})?#(\\d+)|(?:${origin}|https://github\\.com)/(${name})/(?:issues|pull)/(\\d+))`;
  const pattern = new RegExp(`(?<![\\w-])${keyword}:?\\s+${reference}(?!\\w)`, "gi");
  const found = new Map<number, Issue>();
  for (const match of visibleText(text).matchAll(pattern)) {
    const where = match[1] ?? match[3] ?? fullName(world, repo);
    const target = findRepo(world, where);
    const issue = target && world.state.issues[target.numbers[match[2] ?? match[4] ?? ""] ?? 0];
    if (issue && !issue.pull && issue.gone === null) found.set(issue.id, issue);
  }
  return [...found.values()];
}

/** Code and HTML comments are not read for references. */
function visibleText(text: string): string {
  return text
    .replace(/<!--.*?(-->|$)/gs, " ")
    .replace(/```.*?(```|$)/gs, " ")
    .replace(/`[^`\n]*`/g, " ");
}

/** The pull request's closing references: only one to the default branch has any. */
export function closingReferences(world: World, issue: Issue & { pull: Pull }): Issue[] {
  const repo = repoById(world, issue.repoId);
  if (issue.pull.baseRef !== repo.defaultBranch) return [];
  const named = issuesClosedBy(world, repo, issue.body ?? "");
  const linked = issue.pull.linkedIssueIds.flatMap((id) => {
    const one = world.state.issues[id];
    return one && one.gone === null && !named.includes(one) ? [one] : [];
  });
  return [...named, ...linked];
}

/** Without reading the text closely: false means that it surely does not name the issue. */
export function mayClose({ body, pull }: Issue & { pull: Pull }, issue: Issue): boolean {
  const number = String(issue.number);
  return (body?.includes(number) ?? false) || pull.linkedIssueIds.includes(issue.id);
}

/** Closes those that the person may close: in another repository that takes a role there. */
export function closeAll(
  world: World,
  issues: Issue[],
  by: { actorId: number; from: Repo; closer: Closer; commitId?: string },
): void {
  for (const issue of issues) {
    const repo = repoById(world, issue.repoId);
    if (repo.id !== by.from.id && !atLeast(roleOf(world, repo, by.actorId), "triage")) continue;
    const { closer, commitId } = by;
    closeIssue(world, issue, by.actorId, { closer, ...(commitId ? { commitId } : {}) });
  }
}
