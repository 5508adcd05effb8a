// The real app in this process, configured as an operator would, with GitHub's write throttle off:
// the sandbox has no rate limits to spare.
import { ProbotOctokit } from "probot";
import { readConfig } from "../src/config.ts";
import { type Served, serve } from "../src/serve.ts";

export function runApp(
  environment: Readonly<Record<string, string>>,
  options: { databaseFile: string; work?: boolean },
): Promise<Served> {
  return serve(readConfig(environment), {
    ...options,
    Octokit: ProbotOctokit.defaults({ throttle: { enabled: false } }) as typeof ProbotOctokit,
  });
}
