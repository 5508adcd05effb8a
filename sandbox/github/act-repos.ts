// Somebody at work on files and in a repository's settings.
import { must, request, type Session } from "./act-session.ts";
import { isBody } from "./fields.ts";
import { accountNamed } from "./seed.ts";
import { signatureOf } from "./signatures.ts";
import { newId } from "./world.ts";

export interface NewCommit {
  message?: string;
  path?: string;
  content?: string;
  /** Whom git names in place of the one who commits. */
  author?: { name: string; email: string };
  /** Logins for `Co-authored-by:` lines under the message. */
  coAuthors?: string[];
}

export interface RepoActs {
  /** Onto a branch of the repository, the default one when left out. Answers the commit's id. */
  putFile(
    path: string,
    content: string,
    how?: { message?: string; branch?: string },
  ): Promise<string>;
  /** From the default branch. */
  deleteFile(path: string): Promise<void>;
  renameRepo(to: string): Promise<void>;
  setPrivate(hidden: boolean): Promise<void>;
  setArchived(archived: boolean): Promise<void>;
  transferRepo(owner: string): Promise<void>;
  deleteRepo(): Promise<void>;
}

export function repoActs(session: Session): RepoActs {
  return {
    putFile: async (path, content, how = {}) => {
      const { message = `Update ${path}` } = how;
      const { default_branch } = await must<{ default_branch: string }>(session, "GET", "");
      return putFile(session, how.branch ?? default_branch, { message, path, content });
    },
    deleteFile: async (path) => {
      const { sha } = await must<{ sha: string }>(session, "GET", `/contents/${path}`);
      await must(session, "DELETE", `/contents/${path}`, { message: `Delete ${path}`, sha });
    },
    renameRepo: async (name) => {
      await must(session, "PATCH", "", { name });
      session.repo = `${session.repo.split("/")[0] ?? ""}/${name}`;
    },
    setPrivate: async (hidden) => {
      await must(session, "PATCH", "", { private: hidden });
    },
    setArchived: async (archived) => {
      await must(session, "PATCH", "", { archived });
    },
    transferRepo: async (owner) => {
      await must(session, "POST", "/transfer", { new_owner: owner });
    },
    deleteRepo: async () => {
      await must(session, "DELETE", "");
    },
  };
}

export async function putFile(
  session: Session,
  branch: string,
  commit: NewCommit,
): Promise<string> {
  const { author } = commit;
  const message = messageOf(session, commit);
  const path = commit.path ?? `changes/${newId(session.world)}.md`;
  const at = request(session, "GET", `/repos/${session.repo}/contents/${path}?ref=${branch}`);
  const sha = isBody(at.body) && at.status === 200 ? at.body["sha"] : undefined;
  const content = Buffer.from(commit.content ?? `${message}\n`).toString("base64");
  const order = { message, content, branch, sha, author };
  const done = await must<{ commit: { sha: string } }>(session, "PUT", `/contents/${path}`, order);
  return done.commit.sha;
}

function messageOf({ world }: Session, commit: NewCommit): string {
  const { message = "Change something", coAuthors = [] } = commit;
  if (coAuthors.length === 0) return message;
  const trailers = coAuthors.map((login) => {
    const { name, email } = signatureOf(world, accountNamed(world, login).id);
    return `Co-authored-by: ${name} <${email}>`;
  });
  return `${message}\n\n${trailers.join("\n")}`;
}
