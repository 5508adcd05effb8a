// Labels over REST: a repository's, and those on an issue.
import { type Call, callerId, issueFor, list, param, type Route, repoFor, route } from "./call.ts";
import { nameList, nullableText, optionalText, requiredText } from "./fields.ts";
import { created, noContent, notFound, ok, type Reply, validationFailed } from "./http.ts";
import { addLabels, removeLabel } from "./issue-verbs.ts";
import { addLabel, labelsNamed, replaceLabels, resolveLabels } from "./label-verbs.ts";
import { labelsOf } from "./shape-issues.ts";
import { labelJson } from "./shape-repos.ts";
import type { Label, Repo } from "./state.ts";
import { repoById } from "./world.ts";

export const labelRoutes: Route[] = [
  route("GET", "/repos/:owner/:repo/labels", listLabels),
  route("POST", "/repos/:owner/:repo/labels", createLabel),
  route("GET", "/repos/:owner/:repo/labels/:name", getLabel),
  route("PATCH", "/repos/:owner/:repo/labels/:name", updateLabel),
  route("DELETE", "/repos/:owner/:repo/labels/:name", deleteLabel),
  route("GET", "/repos/:owner/:repo/issues/:number/labels", listIssueLabels),
  route("POST", "/repos/:owner/:repo/issues/:number/labels", addToIssue),
  route("PUT", "/repos/:owner/:repo/issues/:number/labels", replaceOnIssue),
  route("DELETE", "/repos/:owner/:repo/issues/:number/labels", clearIssue),
  route("DELETE", "/repos/:owner/:repo/issues/:number/labels/:name", removeFromIssue),
];

const labelWrite = { permission: "issues", level: "write", role: "write" } as const;
const labelRead = { permission: "issues", level: "read", role: "read" } as const;

function listLabels(call: Call): Reply {
  const repo = repoFor(call, labelRead);
  return list(call, repo.labels, (one) => labelJson(call.world, repo, one));
}

function checkColor(color: string): string {
  if (/^[0-9a-f]{6}$/i.test(color)) return color.toLowerCase();
  throw validationFailed({ resource: "Label", code: "invalid", field: "color" });
}

function refuseTaken(repo: Repo, name: string): void {
  if (labelsNamed(repo, [name]).length > 0) {
    throw validationFailed({ resource: "Label", code: "already_exists", field: "name" });
  }
}

function createLabel(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, labelWrite);
  const name = requiredText(body, "name");
  refuseTaken(repo, name);
  const color = checkColor(optionalText(body, "color") ?? "ededed");
  const description = nullableText(body, "description") ?? null;
  return created(labelJson(world, repo, addLabel(world, repo, { name, color, description })));
}

function namedLabel(call: Call, repo: Repo): Label {
  const found = labelsNamed(repo, [param(call, "name")])[0];
  if (!found) throw notFound();
  return found;
}

function getLabel(call: Call): Reply {
  const repo = repoFor(call, labelRead);
  return ok(labelJson(call.world, repo, namedLabel(call, repo)));
}

function updateLabel(call: Call): Reply {
  const { world, body } = call;
  const repo = repoFor(call, labelWrite);
  const label = namedLabel(call, repo);
  const name = optionalText(body, "new_name");
  if (name && name.toLowerCase() !== label.name.toLowerCase()) refuseTaken(repo, name);
  label.name = name ?? label.name;
  label.color = checkColor(optionalText(body, "color") ?? label.color);
  label.description = nullableText(body, "description") ?? label.description;
  return ok(labelJson(world, repo, label));
}

function deleteLabel(call: Call): Reply {
  const repo = repoFor(call, labelWrite);
  const label = namedLabel(call, repo);
  repo.labels = repo.labels.filter((one) => one !== label);
  return noContent();
}

function listIssueLabels(call: Call): Reply {
  return list(call, labelsOf(call.world, issueFor(call, "read")), (label) => label);
}

function bodyNames(call: Call): string[] {
  const given = Array.isArray(call.rawBody) ? call.rawBody : call.body["labels"];
  return nameList(given, "labels") ?? [];
}

function addToIssue(call: Call): Reply {
  const { world } = call;
  const issue = issueFor(call, "write", "triage");
  const repo = repoById(world, issue.repoId);
  addLabels(world, issue, resolveLabels(world, repo, bodyNames(call)), callerId(call));
  return ok(labelsOf(world, issue));
}

function replaceOnIssue(call: Call): Reply {
  const issue = issueFor(call, "write", "triage");
  replaceLabels(call.world, issue, bodyNames(call), callerId(call));
  return ok(labelsOf(call.world, issue));
}

function clearIssue(call: Call): Reply {
  const issue = issueFor(call, "write", "triage");
  replaceLabels(call.world, issue, [], callerId(call));
  return noContent();
}

function removeFromIssue(call: Call): Reply {
  const { world } = call;
  const issue = issueFor(call, "write", "triage");
  const label = labelsNamed(repoById(world, issue.repoId), [param(call, "name")])[0];
  if (!label || !issue.labelIds.includes(label.id)) throw notFound();
  removeLabel(world, issue, label, callerId(call));
  return ok(labelsOf(world, issue));
}
