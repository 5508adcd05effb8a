// Each webhook that GitHub sends, and what it means: one row per event and action.
import { expect, test } from "@jest/globals";
import type { Message } from "../ports.ts";
import { ALWAYS_SENT_EVENTS, isKnownEvent, SUBSCRIBED_EVENTS, translate } from "./translate.ts";

const installation = { id: 900, node_id: "MDIz" };
const repository = {
  id: 10,
  name: "widgets",
  full_name: "acme/widgets",
  private: true,
  default_branch: "main",
  owner: { id: 1, login: "acme", type: "Organization" },
  description: "left out",
};
const issue = { id: 500, number: 12, title: "It squeaks", state: "open", body: "left out" };
const sender = { id: 7, login: "mona", type: "User", avatar_url: "left out" };
const bot = { id: 8, login: "whipround[bot]", type: "Bot" };
const base = { installation, repository, sender };

const ours = {
  id: 10,
  installationId: 900,
  ownerId: 1,
  owner: "acme",
  name: "widgets",
  private: true,
  defaultBranch: "main",
  installed: true,
};
const thread = {
  repositoryId: 10,
  issueId: 500,
  number: 12,
  title: "It squeaks",
  open: true,
  isPull: false,
};
const by = { id: 7, login: "mona" };
const comment = (body: string | null) => ({ id: 77, body });

const help = { kind: "command", repository: ours, thread, by, commentId: 77 } as const;
const label = { kind: "label", repository: ours, thread, by, label: "bounty: $200" } as const;
const pulled = { kind: "pull", repository: ours, pullNumber: 3 } as const;
const push = {
  ...base,
  ref: "refs/heads/main",
  after: "a".repeat(40),
  deleted: false,
  forced: false,
  commits: [],
};
const policyCommit = { added: [], removed: [], modified: ["README.md", ".github/whipround.yml"] };
const pushed: Message = { kind: "push", repository: ours, sha: "a".repeat(40) };
const gone = { ...ours, installed: false };
const ids = [{ id: 10, name: "widgets" }, { id: 11 }];
const installed = { kind: "installation", installationId: 900 } as const;

const TABLE: [what: string, name: string, payload: object, messages: Message[]][] = [
  [
    "a comment with a command",
    "issue_comment",
    { ...base, action: "created", issue, comment: comment("/help") },
    [{ ...help, request: { command: "showHelp" } }],
  ],
  [
    "a comment with two commands",
    "issue_comment",
    { ...base, action: "created", issue, comment: comment("/help\r\n\r\n/claim #4\r\n") },
    [
      { ...help, request: { command: "showHelp" } },
      { ...help, request: { command: "claimIssue", issueNumber: 4 } },
    ],
  ],
  [
    "a command on a pull request",
    "issue_comment",
    {
      ...base,
      action: "created",
      issue: { ...issue, pull_request: { url: "https://api.github.com/x" } },
      comment: comment("/help"),
    },
    [{ ...help, thread: { ...thread, isPull: true }, request: { command: "showHelp" } }],
  ],
  [
    "a comment without a command",
    "issue_comment",
    { ...base, action: "created", issue, comment: comment("Nice! See /etc/passwd") },
    [],
  ],
  [
    "a comment without a text",
    "issue_comment",
    { ...base, action: "created", issue, comment: comment(null) },
    [],
  ],
  [
    "a bot's comment",
    "issue_comment",
    { ...base, sender: bot, action: "created", issue, comment: comment("/help") },
    [],
  ],
  [
    "an edited comment",
    "issue_comment",
    { ...base, action: "edited", issue, comment: comment("/help") },
    [],
  ],
  [
    "a deleted comment",
    "issue_comment",
    { ...base, action: "deleted", issue, comment: comment("/help") },
    [],
  ],
  [
    "a label put on",
    "issues",
    { ...base, action: "labeled", issue, label: { name: "bounty: $200", color: "ff0000" } },
    [{ ...label, added: true }],
  ],
  [
    "a label taken off",
    "issues",
    { ...base, action: "unlabeled", issue, label: { name: "bounty: $200" } },
    [{ ...label, added: false }],
  ],
  [
    "a bot's label",
    "issues",
    { ...base, sender: bot, action: "labeled", issue, label: { name: "bounty: $200" } },
    [],
  ],
  [
    "a closed issue",
    "issues",
    { ...base, action: "closed", issue: { ...issue, state: "closed" } },
    [{ kind: "issue", repository: ours, thread: { ...thread, open: false }, closed: true }],
  ],
  [
    "a reopened issue",
    "issues",
    { ...base, action: "reopened", issue },
    [{ kind: "issue", repository: ours, thread, closed: false }],
  ],
  [
    "an edited issue",
    "issues",
    { ...base, action: "edited", issue },
    [{ kind: "issue", repository: ours, thread, closed: false }],
  ],
  ["an opened issue", "issues", { ...base, action: "opened", issue }, []],
  ...["opened", "edited", "synchronize", "reopened"].map((action): (typeof TABLE)[number] => [
    `a pull request, ${action}`,
    "pull_request",
    { ...base, action, pull_request: { number: 3, merged: false } },
    [{ ...pulled, merged: false }],
  ]),
  [
    "a merged pull request",
    "pull_request",
    { ...base, sender: bot, action: "closed", pull_request: { number: 3, merged: true } },
    [{ ...pulled, merged: true }],
  ],
  [
    "a review",
    "pull_request_review",
    { ...base, action: "submitted", pull_request: { number: 3 }, review: { state: "approved" } },
    [{ ...pulled, merged: false }],
  ],
  [
    "a label put on a pull request",
    "pull_request",
    {
      ...base,
      action: "labeled",
      pull_request: { id: 600, number: 3, title: "Oil it", state: "open", merged: false },
      label: { name: "bounty: $200" },
    },
    [
      {
        ...label,
        thread: { ...thread, issueId: 600, number: 3, title: "Oil it", isPull: true },
        added: true,
      },
    ],
  ],
  [
    "a label taken off a pull request",
    "pull_request",
    {
      ...base,
      action: "unlabeled",
      pull_request: { id: 600, number: 3, title: "Oil it", state: "open", merged: false },
      label: { name: "bounty: $200" },
    },
    [
      {
        ...label,
        thread: { ...thread, issueId: 600, number: 3, title: "Oil it", isPull: true },
        added: false,
      },
    ],
  ],
  ["a push that touches the policy", "push", { ...push, commits: [policyCommit] }, [pushed]],
  [
    "a push that adds the policy",
    "push",
    { ...push, commits: [{}, { added: [".github/whipround.yml"] }] },
    [pushed],
  ],
  [
    "a push that removes the policy",
    "push",
    { ...push, commits: [{ removed: [".github/whipround.yml"] }] },
    [pushed],
  ],
  ["a push of other files", "push", { ...push, commits: [{ modified: ["README.md"] }] }, []],
  [
    "a push to another branch",
    "push",
    { ...push, ref: "refs/heads/next", commits: [policyCommit] },
    [],
  ],
  ["a tag", "push", { ...push, ref: "refs/tags/main", commits: [policyCommit] }, []],
  ["a deleted branch", "push", { ...push, deleted: true, commits: [policyCommit] }, []],
  ["a forced push, which lists not all it changed", "push", { ...push, forced: true }, [pushed]],
  [
    "a push of more commits than GitHub lists",
    "push",
    { ...push, commits: Array.from({ length: 2048 }, () => ({})) },
    [pushed],
  ],
  ...["renamed", "privatized", "publicized", "transferred", "edited"].map(
    (action): (typeof TABLE)[number] => [
      `a repository, ${action}`,
      "repository",
      { ...base, action },
      [{ kind: "repository", repository: ours }],
    ],
  ),
  [
    "a deleted repository",
    "repository",
    { ...base, action: "deleted" },
    [{ kind: "repository", repository: gone }],
  ],
  ["a starred repository", "repository", { ...base, action: "archived" }, []],
  [
    "an installation",
    "installation",
    { action: "created", installation, repositories: ids, sender },
    [{ ...installed, repositoryIds: [10, 11], installed: true }],
  ],
  [
    "an installation that does not list its repositories",
    "installation",
    { action: "created", installation, sender },
    [{ ...installed, repositoryIds: null, installed: true }],
  ],
  [
    "an uninstallation",
    "installation",
    { action: "deleted", installation, repositories: ids, sender },
    [{ ...installed, repositoryIds: null, installed: false }],
  ],
  [
    "a suspension",
    "installation",
    { action: "suspend", installation, repositories: ids, sender },
    [{ ...installed, repositoryIds: null, installed: false }],
  ],
  [
    "the end of a suspension",
    "installation",
    { action: "unsuspend", installation, repositories: ids, sender },
    [{ ...installed, repositoryIds: null, installed: true }],
  ],
  [
    "accepted permissions",
    "installation",
    { action: "new_permissions_accepted", installation, sender },
    [{ ...installed, repositoryIds: null, installed: true }],
  ],
  [
    "repositories added to an installation",
    "installation_repositories",
    { action: "added", installation, repositories_added: ids, repositories_removed: [], sender },
    [{ ...installed, repositoryIds: [10, 11], installed: true }],
  ],
  [
    "repositories removed from an installation",
    "installation_repositories",
    { action: "removed", installation, repositories_added: [], repositories_removed: ids, sender },
    [{ ...installed, repositoryIds: [10, 11], installed: false }],
  ],
  ["a ping", "ping", { zen: "Keep it logically awesome.", hook_id: 1 }, []],
  ["an unknown action", "issues", { ...base, action: "pinned", issue }, []],
  [
    "a payload without an installation",
    "issues",
    { repository, sender, action: "closed", issue },
    [],
  ],
  ["a payload that is nothing", "push", {}, []],
];

test.each(TABLE)("%s is translated", (_what, name, payload, messages) => {
  expect(translate({ name, payload })).toEqual(messages);
});

test("a payload without what its event must have is refused, not guessed", () => {
  const payload = { ...base, action: "closed", issue: { ...issue, number: "12" } };
  expect(() => translate({ name: "issues", payload })).toThrow(/number/);
});

test("what the App subscribes to and what GitHub always sends is known, and nothing else", () => {
  const known = [...SUBSCRIBED_EVENTS, ...ALWAYS_SENT_EVENTS];
  expect(known.filter((name) => !isKnownEvent(name))).toEqual([]);
  expect(["star", "check_run", "constructor", ""].filter(isKnownEvent)).toEqual([]);
});
