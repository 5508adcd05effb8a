// Issues and repositories that move or go away, and an App that is removed: the money finds its way all the same.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { strike } from "./money.ts";
import { cardOn, paidBounty, runTitles } from "./talk.ts";
import { connect, createWorld, DAY, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

let world: World;
let maintainer: Person;
beforeEach(async () => {
  world = await createWorld();
  maintainer = world.town.github.act("maintainer");
});
afterEach(() => world.close());

const REFUND = "pledge -> outgoing 9680 usd";

function pageOf(issue: number, repository = REPOSITORY): string {
  return `${world.places.app}/gh/${repository}/issues/${issue}`;
}

async function troubles(): Promise<unknown[]> {
  return world.reading((read) => read.troubles());
}

test("a deleted issue ends its bounty: everybody's money goes back, and nothing is left to look at", async () => {
  const issue = await paidBounty(world);
  await maintainer.deleteIssue(issue);
  await world.settle();
  expect(await world.postings()).toContain(REFUND);
  const page = await world.visitor().get(pageOf(issue));
  expect(page.text).toContain("the issue was deleted");
  expect(await troubles()).toEqual([]);
});

test("a transferred issue takes its bounty along: the card, the page, and who solves it there is paid", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  github.addToInstallation("acme/gadgets");
  const issue = await paidBounty(world);
  const there = await maintainer.transferIssue(issue, "acme/gadgets");
  await world.pass(2 * 3_600_000);
  expect(await world.postings()).not.toContain(REFUND);
  const cards = github
    .comments("acme/gadgets", there)
    .map(({ body }) => body ?? "")
    .filter((body) => body.includes("whipround:card"));
  expect(cards).toEqual([expect.stringContaining("### Bounty: $100.00 of $200.00 paid in")]);
  const left = await world.visitor().get(pageOf(issue));
  expect([left.status, left.location]).toEqual([302, pageOf(there, "acme/gadgets")]);

  const contributor = github.act("contributor").in("acme/gadgets");
  const pull = await contributor.openPull({ body: `Fixes #${there}` });
  await world.settle();
  expect(github.checkRuns("acme/gadgets", pull.head.sha).map(({ output }) => output.title)).toEqual(
    ["Merging releases $100.00 to @contributor"],
  );
  await maintainer.in("acme/gadgets").merge(pull.number);
  await world.settle();
  await connect(world, "contributor");
  await world.settle();
  expect(await world.postings()).toContain("share -> outgoing 9680 usd");
  expect(await troubles()).toEqual([]);
});

/** GitHub's webhooks are taken, and not kept: GitHub believes that they arrived, and sends none again. */
async function unheard(act: () => Promise<unknown>): Promise<void> {
  const { deliver } = world.webhooks;
  world.webhooks.deliver = async (request, send) =>
    request.url.includes("/api/github/")
      ? new Response(null, { status: 202 })
      : deliver(request, send);
  await act();
  await world.settle();
  world.webhooks.deliver = deliver;
}

async function reconcile(): Promise<void> {
  await world.app().app.reconcile();
  await world.settle();
}

test("transferred without a word: the sweep follows it, and who solves it there is paid", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  await unheard(async () => github.addToInstallation("acme/gadgets"));
  const issue = await paidBounty(world);
  let there = 0;
  await unheard(async () => {
    there = await maintainer.transferIssue(issue, "acme/gadgets");
    // The card went along, and says what it said.
    await pledgeAndPay(world, issue, "50");
  });
  const card = (): string[] =>
    github
      .comments("acme/gadgets", there)
      .map(({ body }) => body ?? "")
      .filter((body) => body.includes("whipround:card"));
  expect(card()).toEqual([expect.stringContaining("### Bounty: $100.00 of $200.00 paid in")]);
  await reconcile();
  expect(card()).toEqual([expect.stringContaining("### Bounty: $150.00 of $200.00 paid in")]);
  const left = await world.visitor().get(pageOf(issue));
  expect([left.status, left.location]).toEqual([302, pageOf(there, "acme/gadgets")]);

  const contributor = github.act("contributor").in("acme/gadgets");
  const pull = await contributor.openPull({ body: `Fixes #${there}` });
  await world.settle();
  await maintainer.in("acme/gadgets").merge(pull.number);
  await world.settle();
  await connect(world, "contributor");
  await world.settle();
  expect(await world.postings()).toContain("share -> outgoing 9680 usd");
  const before = world.calls("GET /api/v3/repos/acme/gadgets/installation").length;
  await reconcile();
  expect(world.calls("GET /api/v3/repos/acme/gadgets/installation")).toHaveLength(before);
  expect(await troubles()).toEqual([]);
});

test("transferred without a word to where the App is not: it ends within the hour after the sweep", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  github.removeFromInstallation("acme/gadgets");
  const issue = await paidBounty(world);
  await unheard(() => maintainer.transferIssue(issue, "acme/gadgets"));
  await reconcile();
  expect(await world.postings()).not.toContain(REFUND);
  await world.pass(2 * 3_600_000);
  expect(await world.postings()).toContain(REFUND);
  expect((await world.visitor().get(pageOf(issue))).text).toContain("where this bot is not");
  expect(await troubles()).toEqual([]);
});

test("another bounty was attached to it there meanwhile: that one stands, and the first gives everything back", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  await unheard(async () => github.addToInstallation("acme/gadgets"));
  const issue = await paidBounty(world);
  let there = 0;
  await unheard(async () => {
    there = await maintainer.transferIssue(issue, "acme/gadgets");
  });
  await maintainer.in("acme/gadgets").comment(there, "/bounty $50");
  await world.settle();
  await reconcile();
  expect(await world.postings()).toContain(REFUND);
  expect((await world.visitor().get(pageOf(issue))).text).toContain("another bounty was attached");
  const page = await world.visitor().get(pageOf(there, "acme/gadgets"));
  expect(page.text).toContain("$50.00");
  await reconcile();
  await world.pass(DAY);
  expect(await troubles()).toEqual([]);
});

test("a repository was renamed without a word, and another has its name: the sweep goes on without it", async () => {
  const { github } = world.town;
  const issue = await paidBounty(world);
  await unheard(async () => {
    await maintainer.renameRepo("gizmos");
    github.addRepo({ fullName: REPOSITORY });
    for (let number = 1; number <= issue; number += 1) {
      await maintainer.in(REPOSITORY).openIssue({ title: "Something else" });
    }
  });
  await reconcile();
  expect(await world.postings()).not.toContain(REFUND);
  expect(await troubles()).toEqual([]);
});

test("GitHub fails on one issue each time: the sweep goes on without it, and begins again", async () => {
  const issue = await paidBounty(world);
  const asked = `GET /api/v3/repos/${REPOSITORY}/issues/${issue}`;
  const failed = (): Response => Response.json({}, { status: 502 });
  strike(world, asked, failed, Number.POSITIVE_INFINITY);
  await world.app().app.begin();
  await world.pass(DAY);
  const sweeps = (): number => world.calls("GET /v1/events").length;
  const before = sweeps();
  await world.pass(DAY);
  expect(sweeps()).toBeGreaterThan(before);
});

test("out of sight is not moved: the bounty waits, and its dates run on", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  github.removeFromInstallation("acme/gadgets");
  const issue = await paidBounty(world);
  await unheard(async () => {
    await maintainer.transferIssue(issue, "acme/gadgets");
    await maintainer.in("acme/gadgets").setPrivate(true);
  });
  await reconcile();
  await world.pass(2 * 3_600_000);
  expect(await world.postings()).not.toContain(REFUND);
  await world.pass(61 * DAY);
  expect(await world.postings()).toContain(REFUND);
});

test("transferred to where the App is not, the bounty ends within the hour", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  github.removeFromInstallation("acme/gadgets");
  const issue = await paidBounty(world);
  const pull = await github.act("contributor").openPull({ body: `Fixes #${issue}` });
  await world.settle();
  expect(runTitles(world, pull.head.sha)).toEqual(["Merging releases $100.00 to @contributor"]);
  await maintainer.transferIssue(issue, "acme/gadgets");
  await world.settle();
  expect(await world.postings()).not.toContain(REFUND);
  await world.pass(2 * 3_600_000);
  expect(await world.postings()).toContain(REFUND);
  expect(runTitles(world, pull.head.sha).at(-1)).toBe("Nothing more is released by merging");
});

test("a deleted repository ends its bounties", async () => {
  await paidBounty(world);
  await maintainer.deleteRepo();
  await world.settle();
  expect(await world.postings()).toContain(REFUND);
  expect(await troubles()).toEqual([]);
});

test("without the App the dates run on and nothing piles up; back again, the card says what happened", async () => {
  const { github } = world.town;
  const issue = await paidBounty(world);
  const before = cardOn(world, issue);
  github.uninstall("acme");
  await world.pass(61 * DAY);
  expect(await world.postings()).toContain(REFUND);
  expect(cardOn(world, issue)).toBe(before);
  expect(await troubles()).toEqual([]);
  github.install("acme", "all");
  await world.settle();
  expect(cardOn(world, issue)).toContain("Given back");
});

test("what ended while the App was away is said on pull requests when it comes back", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets" });
  github.removeFromInstallation("acme/gadgets");
  const issue = await paidBounty(world);
  const { number: missed } = await maintainer.openIssue({ title: "A goal" });
  await maintainer.comment(missed, "/goal $500 by 2026-12-10");
  const contributor = github.act("contributor");
  const pull = await contributor.openPull({ body: `Fixes #${issue}` });
  const other = await contributor.openPull({ body: `Fixes #${missed}` });
  await world.settle();
  expect(runTitles(world, pull.head.sha)).toEqual(["Merging releases $100.00 to @contributor"]);
  await maintainer.transferIssue(issue, "acme/gadgets");
  await world.settle();
  github.uninstall("acme");
  await world.pass(20 * DAY);
  expect(await world.postings()).toContain(REFUND);
  github.install("acme", [REPOSITORY]);
  await world.settle();
  for (const { head } of [pull, other]) {
    expect(runTitles(world, head.sha).at(-1)).toBe("Nothing more is released by merging");
  }
});

test("old addresses of a renamed repository lead to the new ones, until another takes the name", async () => {
  const issue = await paidBounty(world);
  await maintainer.renameRepo("gizmos");
  await world.settle();
  const visitor = world.visitor();
  const page = await visitor.get(`${pageOf(issue)}?amount=5`);
  expect([page.status, page.location]).toEqual([302, `${pageOf(issue, "acme/gizmos")}?amount=5`]);
  const board = await visitor.get(`${world.places.app}/gh/acme/widgets`);
  expect(board.location).toBe(`${world.places.app}/gh/acme/gizmos`);
  expect((await visitor.get(pageOf(issue, "Acme/Gizmos"))).status).toBe(200);
});

test("a repository that is transferred out of reach keeps its dates, and says so when it comes back", async () => {
  const { github } = world.town;
  const issue = await paidBounty(world);
  github.addUser({ login: "elsewhere" });
  await maintainer.transferRepo("elsewhere");
  await world.pass(61 * DAY);
  expect(await world.postings()).toContain(REFUND);
  // GitHub's word for it is that of a permission that lacks: the operator is told.
  expect(await troubles()).toMatchObject([
    { kind: "effect", key: expect.stringMatching(/^card:/) },
  ]);
  await maintainer.in("elsewhere/widgets").transferRepo("acme");
  github.addToInstallation(REPOSITORY);
  await world.settle();
  expect(cardOn(world, issue)).toContain("| Given back | $96.80 (1 pledge) |");
  expect(await troubles()).toEqual([]);
});
