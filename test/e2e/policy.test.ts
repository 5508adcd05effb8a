// The repository's own policy: read when it is pushed, explained when it is broken, and in force.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cardOn, label, say } from "./talk.ts";
import { createWorld, pledge, problemOn, REPOSITORY, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Pushes the file; the titles and texts of the runs that the commit was given. */
async function push(text: string): Promise<string[]> {
  const maintainer = world.town.github.act("maintainer");
  const sha = await maintainer.putFile(".github/whipround.yml", text);
  await world.settle();
  return runsOn(sha);
}

function runsOn(sha: string): string[] {
  return world.town.github
    .checkRuns(REPOSITORY, sha)
    .map(
      ({ name, conclusion, output }) =>
        `${name} ${conclusion}: ${output.title}\n${output.summary ?? ""}`,
    );
}

async function refusalOf(number: number, amount: string): Promise<string> {
  const page = await pledge(world, number, { amount });
  return page.status === 303 ? "" : problemOn(page);
}

test("pushed good, then broken, then repaired: the last good one stays in force meanwhile", async () => {
  const { github } = world.town;
  const { number } = await github.act("stranger").openIssue();
  expect(await push("currency: eur\nminimum: 20\nmaximum: €100\n")).toEqual([]);
  expect(await say(world, "maintainer", number, "/bounty 1000")).toMatchObject({
    reactions: ["rocket"],
  });
  expect(cardOn(world, number)).toContain("€0.00 of €1,000.00");
  expect(await refusalOf(number, "19.99")).toContain("The smallest amount here is €20.00");
  expect(await refusalOf(number, "100.01")).toContain("The largest amount here is €100.00");
  expect(await refusalOf(number, "100.00")).toBe("");
  expect((await say(world, "backer", number, "/pledge 101")).replies).toEqual([
    expect.stringContaining("The largest amount here is €100.00"),
  ]);

  const broken = await push("currency: eur\nminimun: 5\nwho: maintainers\nmaximum: -3\n");
  expect(broken).toHaveLength(1);
  expect(broken[0]).toContain("Whipround policy failure: The policy file has problems");
  expect(broken[0]).toMatch(/line 2: unknown field .minimun.; did you mean .minimum./);
  expect(broken[0]).toMatch(/line 3: who must be triage, write, maintain, admin/);
  expect((await push("currency: [eur\n"))[0]).toContain("this is not YAML");
  expect((await push("minimum: 50\nmaximum: 20\n"))[0]).toContain(
    "maximum $20.00 is below minimum $50.00",
  );
  expect(await refusalOf(number, "19.99")).toContain("The smallest amount here is €20.00");

  expect(await push("currency: eur\nminimum: 1\n")).toEqual([]);
  expect(await refusalOf(number, "1")).toBe("");
  expect(await refusalOf(number, "0.99")).toContain("The smallest amount here is €1.00");
  expect(await refusalOf(number, "5000")).toBe("");
});

test("who, labels and currency are in force; a deleted file brings the defaults back", async () => {
  const { github } = world.town;
  github.setRole(REPOSITORY, "backer", "write");
  await push("who: admin\nlabels:\n  bounty: reward\ncurrency: jpy\nminimum: 500\n");
  const { number } = await github.act("stranger").openIssue();
  expect(await label(world, "backer", number, "reward: 5000")).toEqual([
    expect.stringContaining("This needs the admin role"),
  ]);
  expect(await label(world, "maintainer", number, "bounty: $20")).toEqual([]);
  expect(world.cards(number)).toEqual([]);
  expect(await label(world, "maintainer", number, "Reward: 6000 JPY")).toEqual([]);
  expect(cardOn(world, number)).toContain("¥0 of ¥6,000 paid in");

  await github.act("maintainer").deleteFile(".github/whipround.yml");
  await world.settle();
  const other = await github.act("stranger").openIssue();
  expect(await label(world, "backer", other.number, "reward: 5000")).toEqual([]);
  expect(world.cards(other.number)).toEqual([]);
  expect(await label(world, "backer", other.number, "bounty: $5")).toEqual([]);
  expect(cardOn(world, other.number)).toContain("$0.00 of $5.00 paid in");
});

test("a policy from before the App was installed holds for the first command, good or broken", async () => {
  const { github } = world.town;
  const maintainer = github.act("maintainer");
  github.addRepo({ fullName: "acme/gadgets", roles: { maintainer: "admin" } });
  const gadgets = maintainer.in("acme/gadgets");
  await gadgets.putFile(".github/whipround.yml", "currency: gbp\n");
  github.addToInstallation("acme/gadgets");
  const { number } = await gadgets.openIssue({ labels: ["bounty: £20"] });
  await world.settle();
  expect(github.comments("acme/gadgets", number)[0]?.body).toContain("£0.00 of £20.00 paid in");
});

test("pushes to other branches and of other files mean nothing; of two pushes the last counts", async () => {
  const { github } = world.town;
  const maintainer = github.act("maintainer");
  const { number } = await github.act("stranger").openIssue();
  await maintainer.request("POST", `/repos/${REPOSITORY}/git/refs`, {
    ref: "refs/heads/try",
    sha: (await maintainer.request("GET", `/repos/${REPOSITORY}/commits/main`).then(shaOf)) ?? "",
  });
  await maintainer.putFile(".github/whipround.yml", "currency: eur\n", { branch: "try" });
  await maintainer.putFile("README.md", "# Widgets!\n");
  await world.settle();
  await say(world, "maintainer", number, "/bounty 20");
  expect(cardOn(world, number)).toContain("of $20.00");

  await maintainer.putFile(".github/whipround.yml", "minimum: 30\n");
  await maintainer.putFile(".github/whipround.yml", "minimum: 40\n");
  github.rearrangeQueue((queue) => [...queue].reverse());
  await world.settle();
  expect(await refusalOf(number, "20")).toContain("The smallest amount here is $40.00");
});

function shaOf({ body }: { body: unknown }): string | null {
  return typeof body === "object" && body !== null && "sha" in body ? String(body.sha) : null;
}
