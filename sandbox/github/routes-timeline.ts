// What happened to an issue, in order, in the form of GitHub's event list.
import { type Call, issueFor, list, type Route, route } from "./call.ts";
import type { Reply } from "./http.ts";
import { accountJsonOf, appJson } from "./shape-accounts.ts";
import { repoApiUrl } from "./shape-repos.ts";
import type { Issue, IssueEvent } from "./state.ts";
import { appBot, iso, nodeId, repoById, type World } from "./world.ts";

export const timelineRoutes: Route[] = [
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
    ...(event.event === "locked" ? { lock_reason: null } : {}),
  };
}
