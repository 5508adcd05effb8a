// Somebody writes one command after the other: what they get, and what nobody else loses by it.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { cardOn, openBounty, reactionsTo, repliesOn, runTitles, say } from "./talk.ts";
import { createWorld, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

const USED_UP = "as many commands as I answer within an hour";
const MINUTE = 60_000;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** What each of `count` commands, one after the other, got: reactions and replies. */
async function flood(
  by: string,
  number: number,
  texts: readonly string[],
  count: number,
): Promise<string[]> {
  const got: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { reactions, replies } = await say(world, by, number, texts[index % texts.length] ?? "");
    got.push(`${reactions.join()} ${replies.length}`);
  }
  return got;
}

function times(got: readonly string[], what: string): number {
  return got.filter((one) => one === what).length;
}

test("a stranger is answered ten times an hour, told so once, and met with silence in the end", async () => {
  const number = await openBounty(world);
  const texts = ["/pledge $20", "/tip @contributor $20", "/help"];
  expect(await flood("stranger", number, texts, 10)).toEqual(
    Array.from({ length: 10 }, () => "rocket 1"),
  );
  const lookedUp = world.calls("GET /api/v3/users/").length;
  const last = await say(world, "stranger", number, "/tip @contributor $20");
  expect(last.reactions).toEqual(["confused"]);
  expect(last.replies).toEqual([expect.stringContaining(USED_UP)]);
  const more = await flood("stranger", number, texts, 15);
  expect([times(more, "confused 0"), times(more, " 0")]).toEqual([9, 6]);
  // It offers nothing, and asks nothing more of GitHub than who it is that writes.
  expect(world.calls("GET /api/v3/users/")).toHaveLength(lookedUp);
  expect(repliesOn(world, number)).toHaveLength(11);

  // Nobody else loses by it, and a maintainer is never counted.
  expect(await flood("backer", number, texts, 2)).toEqual(["rocket 1", "rocket 1"]);
  const maintainers = await flood("maintainer", number, ["/help", "/pledge $20"], 12);
  expect(maintainers).toEqual(Array.from({ length: 12 }, () => "rocket 1"));
  await world.pass(60 * MINUTE);
  expect(await flood("stranger", number, texts, 2)).toEqual(["rocket 1", "rocket 1"]);
  await auditBooks(world);
});

test("every command counts: those of one comment, refused ones, those of other threads, after a restart", async () => {
  const [first, second] = [await openBounty(world), await openBounty(world)];
  const three = await say(world, "stranger", first, "/help\n/pledge $20\n/pledge $30");
  expect(three.replies).toHaveLength(3);
  expect(await flood("stranger", second, ["/cancel no", "/pledge twenty"], 4)).toEqual(
    Array.from({ length: 4 }, () => "confused 1"),
  );
  await world.restart();
  expect(await flood("stranger", first, ["/help"], 3)).toEqual([
    "rocket 1",
    "rocket 1",
    "rocket 1",
  ]);
  const over = await say(world, "stranger", second, "/help\n/pledge $20");
  expect(over.replies).toEqual([expect.stringContaining(USED_UP)]);
  expect(over.replies[0]).toContain(
    "The command after it in the same comment I did not run either",
  );
  expect((await say(world, "stranger", first, "/cancel\n/bounty $5")).replies).toEqual([]);
});

test("GitHub tells one comment several times: it counts once", async () => {
  const number = await openBounty(world);
  const { deliver } = world.webhooks;
  world.webhooks.deliver = async (request, send) => {
    await send(request.clone());
    await send(request.clone());
    return deliver(request, send);
  };
  const got = await flood("stranger", number, ["/help"], 11);
  expect([times(got, "rocket 1"), got.at(-1)]).toEqual([10, "confused 1"]);
});

test("whoever links their own pull request is paid for it, answered or not", async () => {
  const number = await openBounty(world);
  await pledgeAndPay(world, number, "50");
  await flood("contributor", number, ["/help"], 20);
  const pull = await world.town.github.act("contributor").openPull({ body: "The work" });
  await world.settle();
  const { reactions, replies } = await say(world, "contributor", pull.number, `/claim #${number}`);
  expect([reactions, replies]).toEqual([[], []]);
  expect(cardOn(world, number)).toContain(`#${pull.number}`);
  expect(runTitles(world, pull.head.sha)).toEqual(["Merging releases $50.00 to @contributor"]);
  await world.town.github.act("maintainer").merge(pull.number);
  await world.settle();
  expect(cardOn(world, number)).toContain("Awarded to contributor");
  await auditBooks(world);
});

test("somebody becomes a maintainer within the hour: what they write is answered at once", async () => {
  const number = await openBounty(world);
  await flood("stranger", number, ["/help"], 25);
  world.town.github.setRole(REPOSITORY, "stranger", "maintain");
  expect(await flood("stranger", number, ["/help", "/bounty $5", "/pledge $20"], 3)).toEqual([
    "rocket 1",
    "rocket 0",
    "rocket 1",
  ]);
  const { commentId } = await say(world, "stranger", number, "/help");
  expect(reactionsTo(world, number, commentId)).toEqual(["rocket"]);
});

test("two repositories hear a maintainer at the same moment: who they are is asked before one is not answered", async () => {
  const { github } = world.town;
  github.addRepo({ fullName: "acme/gadgets", roles: { maintainer: "admin" } });
  github.addToInstallation("acme/gadgets");
  const here = await openBounty(world);
  const { number: there } = await github.act("maintainer").in("acme/gadgets").openIssue({});
  await flood("maintainer", here, ["/help"], 9);
  const asked = (): number =>
    world.calls("GET /api/v3/repos/acme/").filter(({ call }) => call.endsWith("/permission"))
      .length;
  const before = asked();
  const [one, other] = await Promise.all([
    github.act("maintainer").comment(here, "/help"),
    github.act("maintainer").in("acme/gadgets").comment(there, "/help"),
  ]);
  await world.settle();
  const there2 = github.comments("acme/gadgets", there).find(({ id }) => id === other.id);
  expect([reactionsTo(world, here, one.id), there2?.reactions.rocket]).toEqual([["rocket"], 1]);
  expect(asked()).toBe(before + 1);
});
