// Check runs. Only Apps write them, on any commit the repository holds: a fork's head commit too, once
// a pull request has brought it.
import { demand } from "./access.ts";
import {
  type Call,
  numberParam,
  paginate,
  param,
  type Route,
  repoFor,
  route,
  visibleRepo,
} from "./call.ts";
import { keepRun, runsOn } from "./check-runs.ts";
import {
  isBody,
  nullableText,
  optionalChoice,
  optionalObject,
  optionalText,
  optionalTime,
  requiredText,
} from "./fields.ts";
import { resolveRef } from "./git.ts";
import { apiError, created, invalidRequest, notFound, ok, type Reply } from "./http.ts";
import { checkRunJson } from "./shape-pulls.ts";
import type { CheckRun, Repo } from "./state.ts";
import { newId } from "./world.ts";

const read = { permission: "checks", level: "read", role: "read" } as const;

export const checkRoutes: Route[] = [
  route("POST", "/repos/:owner/:repo/check-runs", createRun),
  route("GET", "/repos/:owner/:repo/check-runs/:run", (call) =>
    ok(checkRunJson(call.world, findRun(call, repoFor(call, read)))),
  ),
  route("PATCH", "/repos/:owner/:repo/check-runs/:run", updateRun),
  route("GET", "/repos/:owner/:repo/commits/:ref/check-runs", listRuns),
];

const statuses = ["queued", "in_progress", "completed"] as const;
const conclusions = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
] as const;
const outputLengthMax = 65_535;

function writableRepo(call: Call): Repo {
  const repo = visibleRepo(call);
  demand(call.world, call.actor, repo, { permission: "checks", level: "write", role: "read" });
  if (call.actor.kind !== "installation") {
    throw apiError(403, "You must authenticate via a GitHub App.");
  }
  return repo;
}

function createRun(call: Call): Reply {
  const { world, body } = call;
  const repo = writableRepo(call);
  const name = requiredText(body, "name");
  const wanted = requiredText(body, "head_sha");
  const headSha = /^[0-9a-f]{40}$/.test(wanted) ? resolveRef(world, repo, wanted) : null;
  if (!headSha) throw apiError(422, `No commit found for SHA: ${wanted}`);
  const [sibling] = runsOn(world, repo, headSha);
  const run: CheckRun = {
    id: newId(world),
    repoId: repo.id,
    suiteId: sibling?.suiteId ?? newId(world),
    headSha,
    name,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAtMs: world.ports.now(),
    completedAtMs: null,
    output: { title: null, summary: null, text: null },
  };
  apply(call, run);
  keepRun(world, run);
  return created(checkRunJson(world, run));
}

function findRun(call: Call, repo: Repo): CheckRun {
  const found = call.world.state.checkRuns[numberParam(call, "run")];
  if (found?.repoId !== repo.id) throw notFound();
  return found;
}

function updateRun(call: Call): Reply {
  const run = findRun(call, writableRepo(call));
  const draft = structuredClone(run);
  apply(call, draft);
  Object.assign(run, draft);
  return ok(checkRunJson(call.world, run));
}

/** Writes onto the run what the body says; throws before the run is stored when it says something wrong. */
function apply(call: Call, run: CheckRun): void {
  const { world, body } = call;
  const conclusion = optionalChoice(body, "conclusion", conclusions);
  const status = optionalChoice(body, "status", statuses);
  if (status === "completed" && !conclusion) {
    throw invalidRequest(`Missing required key "conclusion" for a check run that is completed.`);
  }
  run.name = optionalText(body, "name") ?? run.name;
  run.externalId = optionalText(body, "external_id") ?? run.externalId;
  run.detailsUrl = optionalText(body, "details_url") ?? run.detailsUrl;
  run.startedAtMs = optionalTime(body, "started_at") ?? run.startedAtMs;
  const completedAtMs = optionalTime(body, "completed_at");
  if (conclusion) {
    run.conclusion = conclusion;
    run.status = "completed";
    run.completedAtMs = completedAtMs ?? world.ports.now();
  } else if (status) {
    run.status = status;
    run.conclusion = null;
    run.completedAtMs = null;
  }
  const output = optionalObject(body, "output");
  if (output) run.output = readOutput(output, run.output);
}

function readOutput(
  output: Record<string, unknown>,
  before: CheckRun["output"],
): CheckRun["output"] {
  const summary = requiredText(output, "summary");
  const text = nullableText(output, "text") ?? null;
  const title = optionalText(output, "title") ?? before.title;
  for (const [name, value] of Object.entries({ summary, text })) {
    if (value && value.length > outputLengthMax) {
      throw invalidRequest(
        `Only ${outputLengthMax} characters are allowed; ${value.length} were supplied for ${name}.`,
      );
    }
  }
  if (!title) throw invalidRequest(`"title" wasn't supplied.`);
  if (title.length > 255) {
    throw invalidRequest(
      `Only 255 characters are allowed; ${title.length} were supplied for title.`,
    );
  }
  const annotations = output["annotations"];
  if (Array.isArray(annotations) && (annotations.length > 50 || !annotations.every(isBody))) {
    throw invalidRequest("No more than 50 annotations are allowed.");
  }
  return { title, summary, text };
}

function listRuns(call: Call): Reply {
  const { world, query } = call;
  const repo = repoFor(call, read);
  const sha = resolveRef(world, repo, param(call, "ref"));
  if (!sha) throw apiError(422, `No commit found for SHA: ${param(call, "ref")}`);
  const name = query.get("check_name");
  const status = query.get("status");
  const appId = query.get("app_id");
  const onCommit = runsOn(world, repo, sha).filter((one) => !name || one.name === name);
  // "latest", the default, shows only the newest run of each name in a suite.
  const names = new Map(onCommit.map((one) => [one.name, one.id]));
  const latest = onCommit.filter((one) => names.get(one.name) === one.id);
  const shown = (query.get("filter") === "all" ? onCommit : latest).filter((one) => {
    if (appId && appId !== String(world.options.app.id)) return false;
    return !status || one.status === status;
  });
  const { items, headers } = paginate(call, shown.reverse());
  const check_runs = items.map((one) => checkRunJson(world, one));
  return { status: 200, body: { total_count: shown.length, check_runs }, headers };
}
