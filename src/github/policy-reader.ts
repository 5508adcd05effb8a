// Fetches the policy file from the repository; what it says is policy-file.ts's matter.
import type { Repository } from "../core/campaign.ts";
import { PermanentFailure, type PolicyFile } from "../ports.ts";
import { type Connection, readable, type Session } from "./connection.ts";
import { isGone, toFailure } from "./failures.ts";
import { parsePolicy } from "./policy-file.ts";
import { POLICY_PATH } from "./translate.ts";

/** `sha` is the commit's: problems are shown on it. */
export async function readPolicyFile(
  connection: Connection,
  repository: Repository,
  ref: string | null,
): Promise<PolicyFile> {
  return connection.as(repository, async (session) => {
    const sha = ref ?? (await newest(session, repository));
    if (sha === null) return { found: false };
    const text = await contentAt(session, repository, sha);
    if (text === null) return { found: false };
    if (typeof text !== "string") return { found: true, sha, problems: [text.problem] };
    const parsed = parsePolicy(text);
    return parsed.ok
      ? { found: true, sha, policy: parsed.policy }
      : { found: true, sha, problems: parsed.problems };
  });
}

/** The newest commit where there is such a file on the default branch: mostly there is none. */
async function newest(session: Session, repository: Repository): Promise<string | null> {
  const content = await contentAt(session, repository, repository.defaultBranch);
  return content === null ? null : await headOf(session, repository);
}

/** null for a repository without a commit. */
async function headOf(
  { octokit, request }: Session,
  { owner, name: repo, defaultBranch }: Repository,
): Promise<string | null> {
  try {
    const commits = readable(
      await octokit.rest.repos.listCommits({
        owner,
        repo,
        sha: defaultBranch,
        per_page: 1,
        request,
      }),
    );
    return commits[0]?.sha ?? null;
  } catch (error) {
    if (isEmpty(error)) return null;
    throw error;
  }
}

/** An empty repository answers 409 (docs.github.com/rest/commits/commits#list-commits). */
function isEmpty(error: unknown): boolean {
  const failure = toFailure(error);
  const conflict = failure instanceof PermanentFailure && failure.code === "github_409";
  return conflict || isGone(failure);
}

async function contentAt(
  { octokit, request }: Session,
  { owner, name: repo }: Repository,
  ref: string,
): Promise<string | { problem: string } | null> {
  try {
    const content = readable(
      await octokit.rest.repos.getContent({ owner, repo, path: POLICY_PATH, ref, request }),
    );
    if (Array.isArray(content) || content.type !== "file" || !("content" in content)) {
      return { problem: `${POLICY_PATH} is not a file` };
    }
    // GitHub leaves the content of files over 1 MB out.
    if (content.encoding !== "base64") return { problem: `${POLICY_PATH} is too large` };
    return Buffer.from(content.content, "base64").toString("utf8");
  } catch (error) {
    if (isGone(toFailure(error))) return null;
    throw error;
  }
}
