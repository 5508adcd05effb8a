// What happened to an issue, in order, in the form of GitHub's event list.
import { type Call, issueFor, list, numberParam, type Route, repoFor, route } from "./call.ts";
import { notFound, ok, type Reply } from "./http.ts";
import { issuesOf } from "./routes-issues.ts";
import { accountJsonOf, appJson } from "./shape-accounts.ts";
import { issueJson } from "./shape-issues.ts";
import { repoApiUrl } from "./shape-repos.ts";
import type { Issue, IssueEvent } from "./state.ts";
import { appBot, iso, nodeId, repoById, type World } from "./world.ts";

export const timelineRoutes: Route[] = [
  route("GET", "/repos/:owner/:repo/issues/events", listRepoEvents),
  route("GET", "/repos/:owner/:repo/issues/events/:event", getEvent),
  route("GET", "/repos/:owner/:repo/issues/:number/events", (call) => listEvents(call, false)),
  route("GET", "/repos/:owner/:repo/issues/:number/timeline", (call) => listEvents(call, true)),
];

function listEvents(call: Call, withReason: boolean): Reply {
  const issue = issueFor(call, "read");
  return list(call, issue.events, (one) => {
    const json = eventJson(call.world, issue, one);
    const isClosing = withReason && one.event === "closed";
    return isClosing ? { ...json, state_reason: one.stateReason ?? null } : json;
  });
}

interface Happened {
  issue: Issue;
  event: IssueEvent;
}

/** Newest first. */
function happenedIn(call: Call): Happened[] {
  const repo = repoFor(call, { permission: "issues", level: "read", role: "read" });
  const all = issuesOf(call.world, repo).flatMap((issue) =>
    issue.events.map((event) => ({ issue, event })),
  );
  return all.sort((a, b) => b.event.id - a.event.id);
}

function withIssue(world: World, { issue, event }: Happened) {
  return { ...eventJson(world, issue, event), issue: issueJson(world, issue) };
}

function listRepoEvents(call: Call): Reply {
  return list(call, happenedIn(call), (one) => withIssue(call.world, one));
}

function getEvent(call: Call): Reply {
  const id = numberParam(call, "event");
  const found = happenedIn(call).find(({ event }) => event.id === id);
  if (!found) throw notFound();
  return ok(withIssue(call.world, found));
}

function eventJson(world: World, issue: Issue, event: IssueEvent) {
  const api = repoApiUrl(world, repoById(world, issue.repoId));
  const { commitId } = event;
  return {
    id: event.id,
    node_id: nodeId("EV", event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: accountJsonOf(world, event.actorId),
    event: event.event,
    commit_id: commitId ?? null,
    commit_url: commitId ? `${api}/commits/${commitId}` : null,
    created_at: iso(event.createdAtMs),
    performed_via_github_app: event.actorId === appBot(world).id ? appJson(world) : null,
    ...(event.label ? { label: event.label } : {}),
    ...(event.rename ? { rename: event.rename } : {}),
    ...(event.review ? { dismissed_review: dismissedJson(event.review) } : {}),
    ...(event.event === "locked" ? { lock_reason: null } : {}),
  };
}

function dismissedJson({ id, state, message }: NonNullable<IssueEvent["review"]>) {
  return { state: state.toLowerCase(), review_id: id, dismissal_message: message };
}
