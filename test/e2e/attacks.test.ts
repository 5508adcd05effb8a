// Attacks: somebody tries to be paid, or to have somebody else not be, by what they write, edit, retarget
// or time. Each of these worked once.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Person } from "../../sandbox/github/act.ts";
import { strike } from "./money.ts";
import { cardOn, openBounty, paidBounty, repliesOn, say } from "./talk.ts";
import { balanceOf, connect, createWorld, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

let world: World;
let maintainer: Person;
let contributor: Person;
let stranger: Person;
beforeEach(async () => {
  world = await createWorld();
  maintainer = world.town.github.act("maintainer");
  contributor = world.town.github.act("contributor");
  stranger = world.town.github.act("stranger");
});
afterEach(() => world.close());

/** A pull request of somebody's, merged; its number. */
async function merged(author: Person, body: string): Promise<number> {
  const { number } = await author.openPull({ body });
  await world.settle();
  await maintainer.merge(number);
  await world.settle();
  return number;
}

test("a command that is tried again later is not overtaken by the next one of its comment", async () => {
  const issue = await paidBounty(world);
  await say(world, "maintainer", issue, "/hold look first");
  await merged(contributor, `Fixes #${issue}`);
  const users = "GET /api/v3/users/";
  strike(world, users, () => new Response("{}", { status: 502 }));
  await say(world, "maintainer", issue, "/split @contributor 60 @backer 40\n/release");
  expect(cardOn(world, issue)).toContain("Awarded to contributor 60 %, backer 40 %");
});

test("whoever links their merged pull request afterwards is not who `/release` on the issue pays", async () => {
  const issue = await paidBounty(world);
  await say(world, "maintainer", issue, "/hold look first");
  const right = await merged(contributor, `Fixes #${issue}`);
  const typo = await merged(stranger, "A typo");
  await stranger.editPull(typo, { body: `A typo. Fixes #${issue}` });
  await world.settle();
  const { replies } = await say(world, "maintainer", issue, "/release");
  expect(cardOn(world, issue)).not.toContain("Awarded to stranger");
  expect(replies).toEqual([expect.stringContaining(`#${right}, #${typo}`)]);
  await say(world, "maintainer", right, "/release");
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${right}`);
});

test("a merged pull request that is linked afterwards does not end a bounty nobody has paid yet", async () => {
  const issue = await openBounty(world);
  const typo = await merged(stranger, "A typo");
  await stranger.editPull(typo, { body: `A typo. Fixes #${issue}` });
  await world.settle();
  expect(cardOn(world, issue)).toContain("### Bounty: $0.00 of $200.00 paid in");
});

test("a notice that said nothing would be released does not count once the base is another", async () => {
  const issue = await paidBounty(world);
  const path = `/repos/${REPOSITORY}`;
  const { body } = await maintainer.request("GET", `${path}/commits/main`);
  const { sha } = body as { sha: string };
  await maintainer.request("POST", `${path}/git/refs`, { ref: "refs/heads/next", sha });
  const pull = await contributor.openPull({ base: "next", body: `/claim #${issue}` });
  await world.settle();
  await contributor.editPull(pull.number, { base: "main" });
  await maintainer.merge(pull.number);
  await world.settle();
  expect(cardOn(world, issue)).not.toContain("Awarded");
  expect(repliesOn(world, pull.number)).toEqual([expect.stringContaining("`/release`")]);

  const next = await contributor.openPull({ base: "next", body: `/claim #${issue}` });
  await world.settle();
  await contributor.editPull(next.number, { base: "main" });
  await world.settle();
  await maintainer.merge(next.number);
  await world.settle();
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${next.number}`);
});

test("a payee whose account Stripe would not open can ask again", async () => {
  const issue = await paidBounty(world);
  await merged(contributor, `Fixes #${issue}`);
  const error = { type: "invalid_request_error", message: "Complete your platform profile" };
  strike(world, "POST /v1/accounts", () => Response.json({ error }, { status: 400 }));
  await expect(connect(world, "contributor")).rejects.toThrow("no onboarding");
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
});

test("what is paid in after a merge is not released by editing the merged pull request", async () => {
  const issue = await openBounty(world);
  const early = await merged(stranger, `A first step. /claim is below\n/claim #${issue}`);
  await pledgeAndPay(world, issue, "100");
  await world.settle();
  await stranger.editPull(early, { title: "A first step, in better words" });
  await world.settle();
  expect(cardOn(world, issue)).not.toContain("Awarded");
  expect(repliesOn(world, early)).toEqual([expect.stringContaining("`/release`")]);

  const solved = await merged(contributor, `Fixes #${issue}`);
  expect(cardOn(world, issue)).toContain(`Awarded to contributor for #${solved}`);
});
