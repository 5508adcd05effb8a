// Traffic for the contract's check: how issues, pull requests, repositories, accounts and installations
// change under an App's eyes, and what the App asks about it afterwards.
import type { Octokit } from "@octokit/rest";
import type { Rig } from "./rig.ts";

const at = { owner: "acme", repo: "widgets" };

export async function lives(rig: Rig, octokitOf: (rig: Rig, auth: string) => Octokit) {
  const { sandbox } = rig;
  sandbox.addUser({ login: "other", type: "Organization", owners: ["maintainer"] });
  sandbox.install("other", "all");
  const bot = octokitOf(rig, await rig.installationToken());
  await pullRequests(rig, bot);
  await conversations(bot);
  await repositories(rig, bot);
  await sandbox.runDue();
  await deliveries(octokitOf(rig, rig.jwt()));
  sandbox.uninstall("another");
  await sandbox.runDue();
}

const commitsQuery = `query commits($n: Int!) { repository(owner: "acme", name: "widgets") { pullRequest(number: $n) {
  headRefName baseRefOid isDraft isCrossRepository
  commits(first: 100) { nodes { commit { oid messageHeadline messageBody committedViaWeb authoredByCommitter
    author { name user { databaseId } } committer { email date }
    authors(first: 10) { nodes { name email user { databaseId login createdAt } } } } } }
  reviews(first: 10, states: [APPROVED, DISMISSED]) { nodes { fullDatabaseId state submittedAt commit { oid } author { login ... on User { databaseId } } } }
  timelineItems(first: 10, itemTypes: [MERGED_EVENT, REVIEW_DISMISSED_EVENT]) { nodes {
    ... on MergedEvent { commit { oid } }
    ... on ReviewDismissedEvent { dismissalMessage previousReviewState review { fullDatabaseId } } } }
} } }`;

async function pullRequests({ sandbox }: Rig, bot: Octokit): Promise<void> {
  const maintainer = sandbox.act("maintainer");
  await maintainer.openIssue({ labels: ["bounty"] });
  const { number } = await sandbox.act("contributor").openPull({
    body: "Fixes #1",
    commit: { message: "Oil", coAuthors: ["backer"] },
  });
  const pull = { ...at, pull_number: number };
  await sandbox.act("contributor").pushCommit(number, { coAuthors: ["stranger"] });
  const { id } = await sandbox.act("backer").review(number);
  await sandbox.act("backer").request("PUT", `/repos/acme/widgets/pulls/${number}/reviews/${id}`, {
    body: "Looks good",
  });
  await maintainer.dismissReview(number, id, "Too quick");
  await maintainer.review(number);
  await bot.rest.pulls.listReviews(pull);
  await bot.rest.pulls.getReview({ ...pull, review_id: id });
  await maintainer.merge(number, { method: "squash" });
  await bot.rest.pulls.listCommits(pull);
  await bot.graphql(commitsQuery, { n: number });
  const revert = await maintainer.revert(number);
  await maintainer.merge(revert.number);
  await maintainer.reopen(1);
  await bot.rest.issues.listEvents({ ...at, issue_number: number });
  await bot.rest.issues.listEventsForTimeline({ ...at, issue_number: number });
  await bot.rest.issues.listEventsForRepo(at);
}

const changedQuery = `query changed($since: DateTime!) { repository(owner: "acme", name: "widgets") {
  isArchived hasIssuesEnabled
  issues(first: 10, filterBy: { since: $since, states: [OPEN, CLOSED] }, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { number updatedAt state stateReason fullDatabaseId } }
  pullRequests(first: 10, states: [MERGED], baseRefName: "main", orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { number mergedAt mergedBy { login } closingIssuesReferences(first: 10) { nodes { number repository { databaseId } } } } }
} }`;

/** What a reconciliation asks. */
async function conversations(bot: Octokit): Promise<void> {
  const since = "2027-01-01T00:00:00Z";
  await bot.rest.pulls.list({ ...at, state: "closed", sort: "updated", direction: "desc" });
  await bot.rest.issues.listForRepo({
    ...at,
    state: "all",
    labels: "bounty",
    since,
    sort: "updated",
  });
  await bot.rest.issues.createComment({ ...at, issue_number: 1, body: "card" });
  await bot.rest.issues.listCommentsForRepo({ ...at, since, sort: "updated", direction: "desc" });
  await bot.graphql(changedQuery, { since });
  await bot.rest.git.getRef({ ...at, ref: "heads/main" });
}

async function repositories({ sandbox }: Rig, bot: Octokit): Promise<void> {
  const maintainer = sandbox.act("maintainer");
  const { id } = sandbox.user("backer");
  await bot.request("GET /user/{account_id}", { account_id: id });
  await bot.rest.users.getByUsername({ username: "whipround[bot]" });
  sandbox.addRepo({ fullName: "other/gadgets" });
  const gadgets = maintainer.in("other/gadgets");
  await gadgets.openIssue();
  await gadgets.request("PATCH", "/repos/other/gadgets", { description: "New", has_issues: true });
  await gadgets.setArchived(true);
  await gadgets.setArchived(false);
  await maintainer.transferRepo("other");
  sandbox.renameUser("other", "another");
  await maintainer.in("another/widgets").transferRepo("acme");
  sandbox.addToInstallation("acme/widgets");
  const repositoryId = sandbox.repoId("acme/widgets");
  await maintainer.renameRepo("things");
  await bot.request("GET /repositories/{id}", { id: repositoryId });
  await bot.graphql(
    `query { repository(owner: "acme", name: "widgets") { databaseId nameWithOwner } }`,
  );
  await maintainer.in("acme/things").setArchived(true);
  const comment = { owner: "acme", repo: "things", issue_number: 1, body: "no" };
  await bot.rest.issues.createComment(comment).catch(() => undefined);
}

async function deliveries(asApp: Octokit): Promise<void> {
  const { data } = await asApp.rest.apps.listWebhookDeliveries({ per_page: 100 });
  const delivery_id = data[0]?.id ?? 0;
  await asApp.rest.apps.getWebhookDelivery({ delivery_id });
}
