// Somebody at work: each helper is one or a few ordinary API requests with that person's token, through
// the sandbox's own front door, so that permissions hold and the traffic is recorded.
import type { CommentView, IssueView, PullView } from "./control.ts";
import { isBody } from "./fields.ts";
import { accountNamed, personalToken } from "./seed.ts";
import type { reviewJson } from "./shape-pulls.ts";
import { apiUrl, newId, type World } from "./world.ts";

export type Fetch = (request: Request) => Promise<Response>;

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

interface OpenPull {
  title?: string;
  body?: string;
  /** The default branch when left out. */
  base?: string;
  /** From a fork of one's own (the default), or from a branch of the repository itself. */
  fork?: boolean;
  draft?: boolean;
  /** The first commit; `author` stands for whom git names, by `name` and `email`. */
  commit?: NewCommit;
}

interface NewCommit {
  message?: string;
  path?: string;
  content?: string;
  author?: { name: string; email: string };
}

export interface Person {
  login: string;
  token: string;
  /** Any request at all, without `/api/v3`; does not throw on a refusal. */
  request(method: string, path: string, body?: unknown): Promise<Answer>;
  openIssue(issue?: { title?: string; body?: string; labels?: string[] }): Promise<IssueView>;
  editIssue(number: number, edit: { title?: string; body?: string }): Promise<IssueView>;
  close(number: number, reason?: "completed" | "not_planned"): Promise<IssueView>;
  reopen(number: number): Promise<IssueView>;
  lock(number: number): Promise<void>;
  deleteIssue(number: number): Promise<void>;
  transferIssue(number: number, to: string): Promise<void>;
  label(number: number, ...names: string[]): Promise<void>;
  unlabel(number: number, name: string): Promise<void>;
  comment(number: number, body: string): Promise<CommentView>;
  editComment(id: number, body: string): Promise<CommentView>;
  deleteComment(id: number): Promise<void>;
  react(commentId: number, content: string): Promise<void>;
  openPull(pull?: OpenPull): Promise<PullView>;
  editPull(
    number: number,
    edit: { title?: string; body?: string; base?: string },
  ): Promise<PullView>;
  /** Onto the pull request's head: `pull_request.synchronize`. Answers the commit's id. */
  pushCommit(pullNumber: number, commit?: NewCommit): Promise<string>;
  review(
    number: number,
    event?: "APPROVE" | "REQUEST_CHANGES" | "COMMENT",
    body?: string,
  ): Promise<ReturnType<typeof reviewJson>>;
  /** Answers the merge commit's id. */
  merge(
    number: number,
    how?: { method?: "merge" | "squash" | "rebase"; title?: string; message?: string },
  ): Promise<string>;
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
  transferRepo(owner: string): Promise<void>;
  deleteRepo(): Promise<void>;
  /** The same person in another repository; helpers work in `acme/widgets` otherwise. */
  in(repo: string): Person;
}

interface Session {
  world: World;
  fetch: Fetch;
  login: string;
  token: string;
  repo: string;
}

export function act(world: World, fetch: Fetch, login: string, repo = "acme/widgets"): Person {
  const known = Object.entries(world.state.tokens).find(
    ([, one]) => one.kind === "personal" && one.userId === accountNamed(world, login).id,
  );
  const token = known?.[0] ?? personalToken(login);
  const session: Session = { world, fetch, login, token, repo };
  return {
    login,
    token,
    request: (method, path, body) => request(session, method, path, body),
    in: (other) => act(world, fetch, login, other),
    ...issueActs(session),
    ...commentActs(session),
    ...pullActs(session),
    ...repoActs(session),
  };
}

async function request(
  session: Session,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await session.fetch(
    new Request(apiUrl(session.world, path), {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${session.token}`,
        "user-agent": `sandbox-${session.login}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text ? JSON.parse(text) : null,
  };
}

/** In the session's repository; throws with GitHub's message when refused. */
async function must<T>(session: Session, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await request(session, method, `/repos/${session.repo}${path}`, body);
  if (answer.status < 300) return answer.body as T;
  throw new Error(
    `${session.login}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
  );
}

async function mutate(
  session: Session,
  query: string,
  variables: Record<string, unknown>,
): Promise<void> {
  const { body } = await request(session, "POST", "/graphql", { query, variables });
  if (isBody(body) && body["errors"])
    throw new Error(`${session.login}: ${JSON.stringify(body["errors"])}`);
}

type IssueActs =
  | "openIssue"
  | "editIssue"
  | "close"
  | "reopen"
  | "lock"
  | "deleteIssue"
  | "transferIssue"
  | "label"
  | "unlabel";

function issueActs(session: Session): Pick<Person, IssueActs> {
  const patch = (number: number, body: unknown) =>
    must<IssueView>(session, "PATCH", `/issues/${number}`, body);
  const nodeOf = async (path: string) =>
    (await must<{ node_id: string }>(session, "GET", path)).node_id;
  return {
    openIssue: (issue = {}) =>
      must(session, "POST", "/issues", { title: "Something is missing", ...issue }),
    editIssue: patch,
    close: (number, reason = "completed") =>
      patch(number, { state: "closed", state_reason: reason }),
    reopen: (number) => patch(number, { state: "open" }),
    lock: (number) => must(session, "PUT", `/issues/${number}/lock`),
    deleteIssue: async (number) => {
      const issueId = await nodeOf(`/issues/${number}`);
      const query =
        "mutation($issueId: ID!) { deleteIssue(input: {issueId: $issueId}) { clientMutationId } }";
      await mutate(session, query, { issueId });
    },
    transferIssue: async (number, to) => {
      const issueId = await nodeOf(`/issues/${number}`);
      const target = { ...session, repo: to };
      const { node_id: repositoryId } = await must<{ node_id: string }>(target, "GET", "");
      const query =
        "mutation($issueId: ID!, $repositoryId: ID!) { transferIssue(input: {issueId: $issueId, repositoryId: $repositoryId}) { clientMutationId } }";
      await mutate(session, query, { issueId, repositoryId });
    },
    label: async (number, ...labels) => {
      await must(session, "POST", `/issues/${number}/labels`, { labels });
    },
    unlabel: async (number, name) => {
      await must(session, "DELETE", `/issues/${number}/labels/${encodeURIComponent(name)}`);
    },
  };
}

type CommentActs = "comment" | "editComment" | "deleteComment" | "react";

function commentActs(session: Session): Pick<Person, CommentActs> {
  return {
    comment: (number, body) => must(session, "POST", `/issues/${number}/comments`, { body }),
    editComment: (id, body) => must(session, "PATCH", `/issues/comments/${id}`, { body }),
    deleteComment: (id) => must(session, "DELETE", `/issues/comments/${id}`),
    react: async (id, content) => {
      await must(session, "POST", `/issues/comments/${id}/reactions`, { content });
    },
  };
}

type PullActs = "openPull" | "editPull" | "pushCommit" | "review" | "merge";

function pullActs(session: Session): Pick<Person, PullActs> {
  return {
    openPull: (pull = {}) => openPull(session, pull),
    editPull: (number, edit) => must(session, "PATCH", `/pulls/${number}`, edit),
    pushCommit: async (number, commit = {}) => {
      const { head } = await must<PullView>(session, "GET", `/pulls/${number}`);
      const repo = head.repo?.full_name ?? session.repo;
      return putFile({ ...session, repo }, head.ref, commit);
    },
    review: (number, event = "APPROVE", body = event === "APPROVE" ? "" : "See above.") =>
      must(session, "POST", `/pulls/${number}/reviews`, { event, body }),
    merge: async (number, how = {}) => {
      const { method: merge_method = "merge", title, message } = how;
      const order = { merge_method, commit_title: title, commit_message: message };
      const done = await must<{ sha: string }>(session, "PUT", `/pulls/${number}/merge`, order);
      return done.sha;
    },
  };
}

async function openPull(session: Session, pull: OpenPull): Promise<PullView> {
  const { title = "Do it", body, draft = false, fork = true, commit = {} } = pull;
  const { default_branch } = await must<{ default_branch: string }>(session, "GET", "");
  const base = pull.base ?? default_branch;
  const from = fork
    ? { ...session, repo: (await must<{ full_name: string }>(session, "POST", "/forks")).full_name }
    : session;
  const tip = await must<{ sha: string }>(session, "GET", `/commits/${base}`);
  const branch = `patch-${newId(session.world)}`;
  await must(from, "POST", "/git/refs", { ref: `refs/heads/${branch}`, sha: tip.sha });
  await putFile(from, branch, { message: title, ...commit });
  const head = fork ? `${from.repo.split("/")[0] ?? ""}:${branch}` : branch;
  return must(session, "POST", "/pulls", { title, body, head, base, draft });
}

async function putFile(session: Session, branch: string, commit: NewCommit): Promise<string> {
  const { message = "Change something", author } = commit;
  const path = commit.path ?? `changes/${newId(session.world)}.md`;
  const at = await request(session, "GET", `/repos/${session.repo}/contents/${path}?ref=${branch}`);
  const sha = isBody(at.body) && at.status === 200 ? at.body["sha"] : undefined;
  const content = Buffer.from(commit.content ?? `${message}\n`).toString("base64");
  const order = { message, content, branch, sha, author };
  const done = await must<{ commit: { sha: string } }>(session, "PUT", `/contents/${path}`, order);
  return done.commit.sha;
}

type RepoActs =
  | "putFile"
  | "deleteFile"
  | "renameRepo"
  | "setPrivate"
  | "transferRepo"
  | "deleteRepo";

function repoActs(session: Session): Pick<Person, RepoActs> {
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
    transferRepo: async (owner) => {
      await must(session, "POST", "/transfer", { new_owner: owner });
    },
    deleteRepo: async () => {
      await must(session, "DELETE", "");
    },
  };
}
