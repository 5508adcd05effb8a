// One API call as the routes see it: the caller, the parameters, and the look-ups that nearly every
// route begins with, each with the refusal that GitHub gives.

import { actorId, canSee, demand, isViaApp, type Need } from "./access.ts";
import type { Actor } from "./actors.ts";
import type { Body } from "./fields.ts";
import { ApiError, apiError, notFound, type Reply } from "./http.ts";
import type { Author } from "./issue-verbs.ts";
import { isPull, type PullIssue } from "./pulls.ts";
import type { Comment, Issue, Repo } from "./state.ts";
import { apiUrl, findRepo, repoById, type World } from "./world.ts";

export interface Call {
  world: World;
  actor: Actor;
  method: string;
  /** Without the `/api/v3` prefix. */
  path: string;
  /** The address as it was asked for, for links to other pages of a list. */
  url: URL;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Body;
  /** The body when it is not an object, such as a bare list of labels. */
  rawBody: unknown;
}

export type Handler = (call: Call) => Reply;

export interface Route {
  method: string;
  pattern: string;
  handle: Handler;
}

export function route(method: string, pattern: string, handle: Handler): Route {
  return { method, pattern, handle };
}

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`${call.path} has no parameter ${name}`);
  return value;
}

export function numberParam(call: Call, name: string): number {
  const value = param(call, name);
  if (!/^\d+$/.test(value)) throw notFound();
  return Number(value);
}

/** The repository in the path. A former name is answered by a redirect to its number. */
export function visibleRepo(call: Call): Repo {
  const { world, actor } = call;
  const name = `${param(call, "owner")}/${param(call, "repo")}`;
  const found = findRepo(world, name);
  if (found) {
    if (!canSee(world, actor, found)) throw notFound();
    return found;
  }
  const repo = formerRepo(world, name);
  if (!repo || !canSee(world, actor, repo)) throw notFound();
  const rest = call.path.split("/").slice(4).join("/");
  const url = apiUrl(world, `/repositories/${repo.id}${rest ? `/${rest}` : ""}${call.url.search}`);
  const status = call.method === "GET" ? 301 : 307;
  const words = status === 301 ? "Moved Permanently" : "Temporary Redirect";
  const documentation_url =
    "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects";
  const body = { message: words, url, documentation_url };
  throw new ApiError({ status, body, headers: { location: url } }, words);
}

/** The repository that went by this name before. */
export function formerRepo(world: World, name: string): Repo | undefined {
  return world.state.repos[world.state.formerNames[name.toLowerCase()] ?? 0];
}

export function repoFor(call: Call, need: Need): Repo {
  const repo = visibleRepo(call);
  demand(call.world, call.actor, repo, need);
  return repo;
}

export function issueIn(call: Call, repo: Repo, name = "number"): Issue {
  const issue = call.world.state.issues[repo.numbers[numberParam(call, name)] ?? 0];
  if (!issue) throw notFound();
  if (issue.gone === "deleted") throw apiError(410, "This issue was deleted");
  if (issue.gone === "transferred") throw moved(call, issue);
  return issue;
}

function moved(call: Call, issue: Issue): Error {
  const { world } = call;
  const target = world.state.issues[issue.movedTo ?? 0];
  if (!target) return apiError(410, "This issue was deleted");
  if (target.gone === "transferred") return moved(call, target);
  const repo = repoById(world, target.repoId);
  if (!canSee(world, call.actor, repo)) return notFound();
  const tail = call.path.split("/").slice(6).join("/");
  const url = apiUrl(
    world,
    `/repositories/${repo.id}/issues/${target.number}${tail ? `/${tail}` : ""}`,
  );
  const documentation_url =
    "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects";
  const body = { message: "Moved Permanently", url, documentation_url };
  return new ApiError({ status: 301, body, headers: { location: url } }, "Moved Permanently");
}

export function pullIn(call: Call, repo: Repo): PullIssue {
  const issue = issueIn(call, repo);
  if (!isPull(issue)) throw notFound();
  return issue;
}

/** What writing on it takes: reports differ for pull requests, so the stricter permission is asked for. */
export function conversationNeed(
  issue: Issue,
  level: Need["level"],
  role: Need["role"] = "read",
): Need {
  return { permission: issue.pull ? "pull_requests" : "issues", level, role };
}

/** The issue in the path, when the caller may read it (or do to it what the role and level say). */
export function issueFor(call: Call, level: Need["level"], role: Need["role"] = "read"): Issue {
  const repo = visibleRepo(call);
  const issue = issueIn(call, repo);
  demand(call.world, call.actor, repo, conversationNeed(issue, level, role));
  return issue;
}

export function commentFor(
  call: Call,
  level: Need["level"],
): { comment: Comment; issue: Issue; repo: Repo } {
  const repo = visibleRepo(call);
  const comment = call.world.state.comments[numberParam(call, "comment")];
  const issue = comment && call.world.state.issues[comment.issueId];
  if (!comment || !issue || issue.repoId !== repo.id || issue.gone) throw notFound();
  demand(call.world, call.actor, repo, conversationNeed(issue, level));
  return { comment, issue, repo };
}

export function callerId(call: Call): number {
  return actorId(call.world, call.actor);
}

export function author(call: Call): Author {
  return { id: callerId(call), viaApp: isViaApp(call.actor) };
}

interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** One page of a list, with GitHub's `Link` header to the others. */
export function paginate<T>(call: Call, all: T[]): Page<T> {
  const size = clamp(call.query.get("per_page"), 30, 100);
  const page = clamp(call.query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(all.length / size));
  function link(target: number, rel: string): string {
    const url = new URL(call.url);
    url.searchParams.set("page", String(target));
    return `<${url}>; rel="${rel}"`;
  }
  const links: string[] = [];
  if (page > 1) links.push(link(page - 1, "prev"));
  if (page < last) links.push(link(page + 1, "next"), link(last, "last"));
  if (page > 1) links.push(link(1, "first"));
  const items = all.slice((page - 1) * size, page * size);
  return { items, headers: links.length > 0 ? { link: links.join(", ") } : {} };
}

export function clamp(text: string | null, standard: number, max: number): number {
  const value = Number(text ?? standard);
  return Number.isInteger(value) && value > 0 ? Math.min(value, max) : standard;
}

export function list<T>(call: Call, all: T[], show: (item: T) => unknown): Reply {
  const { items, headers } = paginate(call, all);
  return { status: 200, body: items.map(show), headers };
}
