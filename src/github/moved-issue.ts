// Where an issue went: GitHub leads from its old place to the new one.
import type { Repository } from "../core/campaign.ts";
import type { GitHub } from "../ports.ts";
import { assertSame, type Connection, readable, type Session } from "./connection.ts";
import { isGone } from "./failures.ts";

type Issue = Awaited<ReturnType<Session["octokit"]["rest"]["issues"]["get"]>>["data"];

export async function movedIssue(
  connection: Connection,
  repository: Repository,
  { issueId, issueNumber }: { issueId: number; issueNumber: number },
): ReturnType<GitHub["movedIssue"]> {
  try {
    return await connection.as(repository, async (session) => {
      const { octokit, request } = session;
      const { owner, name: repo } = repository;
      const issue = readable(
        await octokit.rest.issues.get({ owner, repo, issue_number: issueNumber, request }),
      );
      if (issue.id === issueId) return null;
      // Another issue of that number: our name for the repository may lead to another one by now.
      assertSame(repository, (await describe(session, { owner, name: repo })).id);
      return await placeOf(session, issue);
    });
  } catch (error) {
    // Deleted, or where nobody shows it to us: that is no word on where it is.
    if (isGone(error)) return null;
    throw error;
  }
}

async function placeOf(session: Session, issue: Issue): ReturnType<GitHub["movedIssue"]> {
  const [owner = "", name = ""] = issue.repository_url.split("/").slice(-2);
  const found = await describe(session, { owner, name });
  return {
    repository: {
      id: found.id,
      ownerId: found.owner.id,
      owner: found.owner.login,
      name: found.name,
      private: found.private,
      defaultBranch: found.default_branch,
    },
    thread: {
      repositoryId: found.id,
      issueId: issue.id,
      number: issue.number,
      title: issue.title,
      open: issue.state === "open",
      isPull: issue.pull_request != null,
    },
  };
}

async function describe(
  { octokit, request }: Session,
  { owner, name: repo }: { owner: string; name: string },
) {
  return readable(await octokit.rest.repos.get({ owner, repo, request }));
}
