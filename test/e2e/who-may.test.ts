// Whose repositories may raise money, and what becomes of a bounty when its repository changes.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { cardOn, label, openBounty, paidBounty, say } from "./talk.ts";
import {
  balanceOf,
  connect,
  createWorld,
  pledge,
  problemOn,
  REPOSITORY,
  sessionOf,
  type World,
  type WorldOptions,
} from "./world.ts";

let world: World;
beforeEach(() => begin());
afterEach(() => world.close());

async function begin(options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
}

function pageOf(number: number, repository = REPOSITORY): string {
  return `${world.places.app}/gh/${repository}/issues/${number}`;
}

test("a private repository raises nothing, and is told why; nobody else learns of it", async () => {
  const { github } = world.town;
  github.addToInstallation("acme/secret");
  const secret = github.act("maintainer").in("acme/secret");
  const { number } = await secret.openIssue({ labels: ["bounty: $20"] });
  await secret.comment(number, "/bounty $20");
  await world.settle();
  const replies = github
    .comments("acme/secret", number)
    .filter(({ user }) => user?.type === "Bot")
    .map(({ body }) => body ?? "");
  expect(replies).toHaveLength(2);
  for (const text of replies) expect(text).toContain("Bounties work in public repositories only");
  expect((await world.visitor().get(pageOf(number, "acme/secret"))).status).toBe(404);
  expect((await world.visitor().get(`${world.places.app}/gh/acme/secret`)).status).toBe(404);
});

test("made private later nothing is shown or taken any more, and what is paid in still goes out", async () => {
  const number = await paidBounty(world);
  const { github } = world.town;
  const maintainer = github.act("maintainer");
  const pull = await github.act("contributor").openPull({ body: `Fixes #${number}` });
  await world.settle();
  const visitor = world.visitor();
  const fields = { ...hiddenFields(await visitor.get(pageOf(number))), amount: "20" };
  const picture = /src="([^"]+)"/.exec(cardOn(world, number))?.[1] ?? "";
  expect((await visitor.get(picture)).status).toBe(200);

  await maintainer.setPrivate(true);
  await world.settle();
  expect((await visitor.post(pageOf(number), { ...fields, mode: "pay-now" })).status).toBe(404);
  for (const url of [pageOf(number), `${pageOf(number)}.json`, picture]) {
    expect([url, (await visitor.get(url)).status]).toEqual([url, 404]);
  }
  for (const command of ["/pledge $20", "/bounty $20"]) {
    expect((await say(world, "maintainer", number, command)).replies).toEqual([
      expect.stringContaining("Bounties work in public repositories only"),
    ]);
  }
  await maintainer.merge(pull.number);
  await world.settle();
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);

  await maintainer.setPrivate(false);
  await world.settle();
  expect((await visitor.get(pageOf(number))).status).toBe(200);
});

test("an owner whom the operator did not allow is refused with a word to the operator", async () => {
  await world.close();
  await begin({ environment: { ALLOWED_OWNERS: "octo, Example" } });
  const { number } = await world.town.github.act("stranger").openIssue();
  expect(await label(world, "maintainer", number, "bounty: $20")).toEqual([
    expect.stringContaining("They can add the account to ALLOWED_OWNERS"),
  ]);
  expect((await say(world, "maintainer", number, "/bounty $20")).reactions).toEqual(["confused"]);
  expect(world.cards(number)).toEqual([]);
});

test.each([
  ["uninstalled", (town: World["town"]) => town.github.uninstall("acme")],
  ["suspended", (town: World["town"]) => town.github.suspend("acme", true)],
  [
    "taken off the repository",
    (town: World["town"]) => town.github.removeFromInstallation(REPOSITORY),
  ],
])("%s, the App takes no new pledges, and the page says why", async (_how, leave) => {
  const number = await openBounty(world);
  const visitor = world.visitor();
  const before = await visitor.get(pageOf(number));
  const fields = { ...hiddenFields(before), amount: "20", mode: "pay-now" };
  leave(world.town);
  await world.settle();
  const page = await visitor.get(pageOf(number));
  expect(page.text).toContain("The bot is no longer installed on this repository");
  expect(page.text).not.toContain("<form");
  const posted = await visitor.post(pageOf(number), fields);
  expect(posted.status).toBe(422);
  expect(problemOn(posted)).toContain("no longer installed");
  expect(world.town.stripe.sessions()).toEqual([]);
});

test("installed again it takes pledges again at once", async () => {
  const number = await openBounty(world);
  const { github } = world.town;
  github.uninstall("acme");
  await world.settle();
  github.install("acme", [REPOSITORY]);
  await world.settle();
  const session = sessionOf(await pledge(world, number, { amount: "20" }));
  world.town.stripe.pay(session);
  await world.settle();
  expect(cardOn(world, number)).toContain("$20.00 of $200.00");
});

test("a deleted repository takes no more pledges", async () => {
  const number = await openBounty(world);
  await world.town.github.act("maintainer").deleteRepo();
  await world.settle();
  const page = await world.visitor().get(pageOf(number));
  expect(page.text).not.toContain("<form");
});

test("a renamed repository keeps its bounty: by its id, with links that follow", async () => {
  const number = await paidBounty(world);
  const { github } = world.town;
  const maintainer = github.act("maintainer");
  await maintainer.renameRepo("gizmos");
  await world.settle();
  const card = github.comments("acme/gizmos", number)[0]?.body ?? "";
  expect(card).toContain(`/gh/acme/gizmos/issues/${number}`);
  expect(card).not.toContain("/gh/acme/widgets/");
  expect((await world.visitor().get(pageOf(number, "acme/gizmos"))).text).toContain("$100.00");

  const fork = github.act("contributor").in("acme/gizmos");
  const pull = await fork.openPull({ body: `Fixes #${number}` });
  await world.settle();
  await maintainer.merge(pull.number);
  await world.settle();
  expect(github.comments("acme/gizmos", number)[0]?.body).toContain("Awarded to contributor");

  // Whoever takes the old name has nothing to do with it.
  github.addRepo({ fullName: REPOSITORY, roles: { maintainer: "admin" } });
  github.addToInstallation(REPOSITORY);
  const { number: other } = await github.act("stranger").openIssue();
  await label(world, "maintainer", other, "bounty: $5");
  expect(other).toBe(number);
  expect(cardOn(world, other)).toContain("$0.00 of $5.00 paid in");
  expect((await world.visitor().get(pageOf(other))).text).toContain("$5.00");
});
