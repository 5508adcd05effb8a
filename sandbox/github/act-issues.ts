// Somebody at work on issues and in conversations.
import { must, mutate, type Session } from "./act-session.ts";
import type { CommentView, IssueView } from "./control.ts";

export interface IssueActs {
  openIssue(issue?: { title?: string; body?: string; labels?: string[] }): Promise<IssueView>;
  editIssue(number: number, edit: { title?: string; body?: string }): Promise<IssueView>;
  close(number: number, reason?: "completed" | "not_planned"): Promise<IssueView>;
  reopen(number: number): Promise<IssueView>;
  lock(number: number): Promise<void>;
  deleteIssue(number: number): Promise<void>;
  /** To another repository of the same owner. Answers its number there. */
  transferIssue(number: number, to: string): Promise<number>;
  label(number: number, ...names: string[]): Promise<void>;
  unlabel(number: number, name: string): Promise<void>;
  comment(number: number, body: string): Promise<CommentView>;
  editComment(id: number, body: string): Promise<CommentView>;
  deleteComment(id: number): Promise<void>;
  react(commentId: number, content: string): Promise<void>;
}

export function issueActs(session: Session): IssueActs {
  const patch = (number: number, body: unknown) =>
    must<IssueView>(session, "PATCH", `/issues/${number}`, body);
  const nodeOf = async (path: string, of = session) =>
    (await must<{ node_id: string }>(of, "GET", path)).node_id;
  return {
    openIssue: (issue = {}) =>
      must(session, "POST", "/issues", { title: "Something is missing", ...issue }),
    editIssue: patch,
    close: (number, reason = "completed") =>
      patch(number, { state: "closed", state_reason: reason }),
    reopen: (number) => patch(number, { state: "open" }),
    lock: (number) => must(session, "PUT", `/issues/${number}/lock`),
    deleteIssue: async (number) => {
      const variables = { issueId: await nodeOf(`/issues/${number}`) };
      await mutate(session, { name: "deleteIssue", variables, select: "clientMutationId" });
    },
    transferIssue: async (number, to) => {
      const issueId = await nodeOf(`/issues/${number}`);
      const repositoryId = await nodeOf("", { ...session, repo: to });
      const variables = { issueId, repositoryId };
      const moved = await mutate<{ issue: { number: number } }>(session, {
        name: "transferIssue",
        variables,
        select: "issue { number }",
      });
      return moved.issue.number;
    },
    label: async (number, ...labels) => {
      await must(session, "POST", `/issues/${number}/labels`, { labels });
    },
    unlabel: async (number, name) => {
      await must(session, "DELETE", `/issues/${number}/labels/${encodeURIComponent(name)}`);
    },
    comment: (number, body) => must(session, "POST", `/issues/${number}/comments`, { body }),
    editComment: (id, body) => must(session, "PATCH", `/issues/comments/${id}`, { body }),
    deleteComment: (id) => must(session, "DELETE", `/issues/comments/${id}`),
    react: async (id, content) => {
      await must(session, "POST", `/issues/comments/${id}/reactions`, { content });
    },
  };
}
