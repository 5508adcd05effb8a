// Everything Whipround asks of GitHub, as the port `GitHub`: each call as the repository's installation.
import type { ProbotOctokit } from "probot";
import type { GitHub, Log } from "../ports.ts";
import { putCheckRun } from "./check-runs.ts";
import { closingPull, mergedPullOf, openPullsClosing } from "./closers.ts";
import { minimize, putComment, react } from "./comments.ts";
import { createConnection } from "./connection.ts";
import { movedIssue } from "./moved-issue.ts";
import { loginOf, personByLogin, roleOf } from "./people.ts";
import { readPolicyFile } from "./policy-reader.ts";
import { readPull } from "./pulls.ts";

/**
 * `octokitFor` is Probot's `auth(installationId)`: one throttle per installation (`context.octokit`
 * throttles all of them as one). `visitMsMax` bounds one call of the port with all its requests.
 */
export function createGitHub(options: {
  octokitFor(installationId: number): Promise<ProbotOctokit>;
  appId: number;
  log: Log;
  visitMsMax?: number;
}): GitHub {
  const connection = createConnection(options);
  return {
    roleOf: (repository, person) => roleOf(connection, repository, person),
    loginOf: (repository, personId) => loginOf(connection, repository, personId),
    personByLogin: (repository, login) => personByLogin(connection, repository, login),
    pull: (repository, pullNumber) => readPull(connection, repository, pullNumber),
    openPullsClosing: (repository, issueNumber) =>
      openPullsClosing(connection, repository, issueNumber),
    closingPull: (repository, issueNumber) => closingPull(connection, repository, issueNumber),
    movedIssue: (repository, issue) => movedIssue(connection, repository, issue),
    pullOfCommit: (repository, sha) => mergedPullOf(connection, repository, sha),
    policyFile: (repository, ref) => readPolicyFile(connection, repository, ref),
    putComment: (repository, comment) => putComment(connection, repository, comment),
    react: (repository, reaction) => react(connection, repository, reaction),
    minimize: (repository, nodeId) => minimize(connection, repository, nodeId),
    putCheckRun: (repository, run) => putCheckRun(connection, repository, run),
  };
}
