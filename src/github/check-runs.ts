// Check runs: what merging would pay, shown on a commit. They never block a merge, and GitHub's own time
// of a run's start is what later proves that it was shown in time.
import type { Repository } from "../core/campaign.ts";
import { type GitHub, ServerFailure } from "../ports.ts";
import { allPages, type Connection, readable, type Session } from "./connection.ts";
import { isGone, toFailure } from "./failures.ts";

type CheckRunOptions = Parameters<GitHub["putCheckRun"]>[1];
type CheckRunRef = Awaited<ReturnType<GitHub["putCheckRun"]>>;

export async function putCheckRun(
  connection: Connection,
  repository: Repository,
  options: CheckRunOptions,
): Promise<CheckRunRef> {
  return connection.as(repository, async (session) => {
    const place = { session, repository };
    const { checkRunId, mayExist } = options;
    if (checkRunId !== null) {
      const edited = await edit(place, checkRunId, options);
      if (edited !== null) return edited;
    }
    const written = mayExist ? await find(place, options, connection.appId) : null;
    const edited = written === null ? null : await edit(place, written, options);
    return edited ?? (await create(place, options));
  });
}

interface Place {
  session: Session;
  repository: Repository;
}

/** What a run shows. GitHub sets the time of its start itself; an edit leaves it. */
function shown({ name, externalId, title, summary, conclusion }: CheckRunOptions) {
  return {
    name,
    external_id: externalId,
    status: "completed" as const,
    conclusion,
    output: { title, summary },
  };
}

async function create(
  { session: { octokit, request }, repository: { owner, name: repo } }: Place,
  options: CheckRunOptions,
): Promise<CheckRunRef> {
  const created = await octokit.rest.checks.create({
    owner,
    repo,
    head_sha: options.sha,
    ...shown(options),
    request,
  });
  return refOf(readable(created));
}

/** null when the run is gone. */
async function edit(
  { session: { octokit, request }, repository: { owner, name: repo } }: Place,
  checkRunId: number,
  options: CheckRunOptions,
): Promise<CheckRunRef | null> {
  try {
    const edited = await octokit.rest.checks.update({
      owner,
      repo,
      check_run_id: checkRunId,
      ...shown(options),
      request,
    });
    return refOf(readable(edited));
  } catch (error) {
    if (isGone(toFailure(error))) return null;
    throw error;
  }
}

async function find(
  { session: { octokit, request }, repository: { owner, name: repo } }: Place,
  { sha, name, externalId }: CheckRunOptions,
  appId: number,
): Promise<number | null> {
  const runs = await allPages(async (page) => {
    const { data, headers } = await octokit.rest.checks.listForRef({
      owner,
      repo,
      ref: sha,
      check_name: name,
      app_id: appId,
      // "latest", the default, hides all but the newest run of a name.
      filter: "all",
      per_page: 100,
      page,
      request,
    });
    return { data: readable({ data }).check_runs, headers };
  });
  const ours = runs.find((run) => run.app?.id === appId && run.external_id === externalId);
  return ours?.id ?? null;
}

function refOf(run: {
  id: number;
  started_at: string | null;
  completed_at: string | null;
}): CheckRunRef {
  const startedAt = Date.parse(run.started_at ?? run.completed_at ?? "");
  if (Number.isNaN(startedAt)) throw new ServerFailure("GitHub did not say when the run started");
  return { checkRunId: run.id, startedAt };
}
