// What app.yml asks GitHub for, as the sandbox's App has it: a test holds it to the file.

export const APP_PERMISSIONS = {
  issues: "write",
  pull_requests: "write",
  checks: "write",
  contents: "read",
  metadata: "read",
} as const;

export const APP_EVENTS: readonly string[] = [
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "push",
  "repository",
];
