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
    Octokit: Unthrottled as typeof ProbotOctokit,
  });
}

// A function, for Probot writes its own throttle options over an object's.
const Unthrottled = ProbotOctokit.defaults((options: Record<string, unknown>) => ({
  ...options,
  throttle: { enabled: false },
}));
