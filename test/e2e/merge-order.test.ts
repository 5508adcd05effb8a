// A merge among other events: what changed after the notice, what arrives in another order, and what
// comes afterwards. Whatever happens, one bounty is awarded once.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { cardOn, label, paidBounty, repliesOn, runTitles, say } from "./talk.ts";
import { balanceOf, connect, createWorld, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

let world: World;
let maintainer: Person;
let contributor: Person;
beforeEach(async () => {
  world = await createWorld();
  maintainer = world.town.github.act("maintainer");
  contributor = world.town.github.act("contributor");
});
afterEach(() => world.close());

const AWARDED = "Awarded to contributor for #";

async function solve(...issues: number[]): Promise<{ number: number; sha: string }> {
  const body = issues.map((issue) => `Fixes #${issue}`).join("\n");
  const { number, head } = await contributor.openPull({ body });
  await world.settle();
  return { number, sha: head.sha };
}

async function merge(number: number): Promise<void> {
  await maintainer.merge(number);
  await world.settle();
}

test("a push gets a run of its own, on the fork's commit, and the notice stands on", async () => {
  const issue = await paidBounty(world);
  const pull = await solve(issue);
  expect(world.town.github.pull(REPOSITORY, pull.number).head.repo?.full_name).toBe(
    "contributor/widgets",
  );
  const title = "Merging releases $100.00 to @contributor";
  expect(runTitles(world, pull.sha)).toEqual([title]);
  const pushed = await contributor.pushCommit(pull.number);
  await world.settle();
  expect(runTitles(world, pushed)).toEqual([title]);
  expect(runTitles(world, pull.sha)).toEqual([title]);

  await pledgeAndPay(world, issue, "50");
  await world.settle();
  expect(runTitles(world, pushed)).toEqual(["Merging releases $150.00 to @contributor"]);
  // Merged before the newest commit has a run: the notice is bound to the pull request.
  await contributor.pushCommit(pull.number);
  await merge(pull.number);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
});

test("a split changed after the notice is noticed anew; merged before that it waits", async () => {
  const issue = await paidBounty(world);
  const pull = await solve(issue);
  await say(world, "maintainer", issue, "/split @contributor 70 @backer 30");
  expect(runTitles(world, pull.sha)).toEqual([
    "Merging releases $100.00 to @contributor",
    "Merging releases $100.00 to @contributor 70 %, @backer 30 %",
  ]);
  await maintainer.comment(issue, "/split @contributor 70 @stranger 30");
  await merge(pull.number);
  expect(repliesOn(world, pull.number)).toEqual([
    expect.stringContaining("named other people or other shares"),
  ]);
  await say(world, "maintainer", pull.number, "/release");
  expect(cardOn(world, issue)).toContain("Awarded to contributor 70 %, stranger 30 %");
});

test("two issues closed by one merge are each released by their own notice", async () => {
  const noticed = await paidBounty(world);
  const added = await paidBounty(world);
  const pull = await solve(noticed);
  await contributor.editPull(pull.number, { body: `Fixes #${noticed}, fixes #${added}` });
  await merge(pull.number);
  expect(cardOn(world, noticed)).toContain(`${AWARDED}${pull.number}`);
  expect(cardOn(world, added)).toContain("### Bounty: $100.00 of $200.00 paid in");
  const waiting = repliesOn(world, pull.number).filter((text) => text.includes("did not release"));
  expect(waiting).toEqual([expect.stringContaining(`$100.00 is paid in for #${added}`)]);
  await say(world, "maintainer", pull.number, "/release");
  expect(cardOn(world, added)).toContain(`${AWARDED}${pull.number}`);
});

test("a command on a pull request with two bounties asks which one is meant", async () => {
  const issues = [await paidBounty(world), await paidBounty(world)];
  const pull = await solve(...issues);
  expect(runTitles(world, pull.sha)).toHaveLength(2);
  expect((await say(world, "maintainer", pull.number, "/hold wait")).replies).toEqual([
    expect.stringContaining("linked to several bounties (#1, #2)"),
  ]);
  await say(world, "maintainer", issues[0] ?? 0, "/hold wait");
  await merge(pull.number);
  expect(cardOn(world, issues[0] ?? 0)).toContain("**On hold**");
  expect(cardOn(world, issues[1] ?? 0)).toContain(`${AWARDED}${pull.number}`);
});

test("`/release` on an issue with two merged pull requests asks which one is meant", async () => {
  const issue = await paidBounty(world);
  const pulls: number[] = [];
  for (const author of [contributor, world.town.github.act("stranger")]) {
    const { number } = await author.openPull();
    await world.settle();
    // Linked in the moment of the merge: no notice stands yet, and each waits.
    await author.editPull(number, { body: `Fixes #${issue}` });
    await merge(number);
    pulls.push(number);
  }
  const asked = await say(world, "maintainer", issue, "/release");
  expect(asked.reactions).toEqual(["confused"]);
  expect(asked.replies).toEqual([
    expect.stringContaining(
      `Several merged pull requests are linked to this bounty (#${pulls[0]}, #${pulls[1]}). Write \`/release\` on the one you mean.`,
    ),
  ]);
  expect(cardOn(world, issue)).toContain("$100.00 of $200.00 paid in");
  await say(world, "maintainer", pulls[1] ?? 0, "/release");
  expect(cardOn(world, issue)).toContain(`Awarded to stranger for #${pulls[1]}`);
});

test.each([
  ["the issue's event before the pull request's", (events: string[]) => [...events].reverse()],
  ["the pull request's alone", (events: string[]) => events.filter((one) => one !== "issues")],
  ["the issue's alone", (events: string[]) => events.filter((one) => one !== "pull_request")],
])("a merge told by %s awards once", async (_name, order) => {
  const issue = await paidBounty(world);
  const pull = await solve(issue);
  await maintainer.merge(pull.number);
  world.town.github.rearrangeQueue((queue) =>
    order(queue.map(({ event }) => event)).flatMap((event) =>
      queue.filter((one) => one.event === event),
    ),
  );
  await world.settle();
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  expect(repliesOn(world, pull.number)).toHaveLength(1);
});

test("on hold nothing leaves with the merge; `/release` ends the hold and pays", async () => {
  const issue = await paidBounty(world);
  const pull = await solve(issue);
  await say(world, "maintainer", issue, "/hold the tests are red");
  expect(runTitles(world, pull.sha)).toEqual(["On hold: merging releases nothing by itself"]);
  await merge(pull.number);
  expect(repliesOn(world, pull.number)).toEqual([
    expect.stringContaining("A maintainer put the bounty on hold."),
  ]);
  expect(cardOn(world, issue)).toContain("**On hold** by maintainer: “the tests are red”");
  await say(world, "maintainer", pull.number, "/release");
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
  expect(cardOn(world, issue)).not.toContain("On hold");
});

test("a second pull request merged later pays nobody, and is told before", async () => {
  const issue = await paidBounty(world);
  const first = await solve(issue);
  const rival = await world.town.github.act("stranger").openPull({ body: `Fixes #${issue}` });
  await world.settle();
  expect(cardOn(world, issue)).toContain(
    `In progress: #${rival.number} by stranger, #${first.number} by contributor`,
  );
  await merge(first.number);
  expect(runTitles(world, rival.head.sha)).toEqual(["Nothing more is released by merging"]);
  await merge(rival.number);
  expect(repliesOn(world, rival.number)).toEqual([]);
  expect((await say(world, "maintainer", rival.number, "/release")).replies).toEqual([
    expect.stringContaining("already awarded"),
  ]);
  await connect(world, "stranger").catch(() => "nothing waits for them");
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  expect(world.town.stripe.transfers()).toHaveLength(1);
});

test("a reopened issue may have a new bounty, which what was merged before does not touch", async () => {
  const issue = await paidBounty(world);
  const pull = await solve(issue);
  await merge(pull.number);
  await maintainer.reopen(issue);
  await world.settle();
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
  expect((await say(world, "maintainer", issue, "/bounty $30")).replies).toEqual([
    expect.stringContaining("Once all its money is out or back"),
  ]);
  const account = await connect(world, "contributor");
  await world.settle();
  expect(cardOn(world, issue)).toContain("### Bounty paid out: $96.80");

  expect(await label(world, "maintainer", issue, "bounty: $30")).toEqual([]);
  expect(cardOn(world, issue)).toContain("### Bounty: $0.00 of $30.00 paid in");
  const said = repliesOn(world, pull.number).length;
  await contributor.editPull(pull.number, { title: "Better words" });
  await world.settle();
  expect(cardOn(world, issue)).toContain("### Bounty: $0.00 of $30.00 paid in");
  await pledgeAndPay(world, issue, "30");
  await world.settle();
  await contributor.editPull(pull.number, { title: "Even better words" });
  await maintainer.close(issue);
  await maintainer.reopen(issue);
  await world.settle();
  expect(cardOn(world, issue)).toContain("### Bounty: $30.00 of $30.00 paid in");
  expect(repliesOn(world, pull.number)).toHaveLength(said);

  const next = await solve(issue);
  await merge(next.number);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${next.number}`);
  expect(balanceOf(world, account)).toBe(9680 + 2883);
});

test("solved before anybody paid: the bounty is over, and a later payment goes back in full", async () => {
  const { number } = await maintainer.openIssue({ labels: ["bounty: $20"] });
  await world.settle();
  const pull = await solve(number);
  expect(runTitles(world, pull.sha)).toEqual([
    "Merging releases nothing yet: nothing is paid in or promised",
  ]);
  await merge(pull.number);
  expect(cardOn(world, number)).toContain("the issue was solved before anything was pledged");
  expect(repliesOn(world, pull.number)).toEqual([]);
});

test("a bounty attached after the pull request was opened is noticed on it at once, and paid", async () => {
  const { number: issue } = await contributor.openIssue({ title: "Dark mode" });
  const pull = await solve(issue);
  expect(runTitles(world, pull.sha)).toEqual([]);
  await label(world, "maintainer", issue, "bounty");
  await pledgeAndPay(world, issue, "100");
  await world.settle();
  // What announces a payment is a run of its own: GitHub's time of the first is older than the money.
  expect(runTitles(world, pull.sha)).toEqual([
    "Merging releases nothing yet: nothing is paid in or promised",
    "Merging releases $100.00 to @contributor",
  ]);
  await merge(pull.number);
  expect(cardOn(world, issue)).toContain(`${AWARDED}${pull.number}`);
});
