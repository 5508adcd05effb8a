// Keeps check runs and finds those on a commit without looking through all.
import type { CheckRun, Repo } from "./state.ts";
import type { World } from "./world.ts";

export function keepRun(world: World, run: CheckRun): void {
  const { checkRuns, runsOfCommit } = world.state;
  checkRuns[run.id] = run;
  const ids = runsOfCommit[run.headSha] ?? [];
  ids.push(run.id);
  runsOfCommit[run.headSha] = ids;
}

/** Oldest first. */
export function runsOn(world: World, repo: Repo, sha: string): CheckRun[] {
  const { checkRuns, runsOfCommit } = world.state;
  return (runsOfCommit[sha] ?? []).flatMap((id) => {
    const run = checkRuns[id];
    return run?.repoId === repo.id ? [run] : [];
  });
}
