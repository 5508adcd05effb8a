// The card: one comment, edited in place and seldom, ending on the newest state.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { cardOn, label, openBounty, paidBounty, say } from "./talk.ts";
import { createWorld, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Counts the app's calls of one kind from now on. */
function countCalls(method: string, path: RegExp): () => number {
  let count = 0;
  const { github } = world.faults;
  world.faults.github = (request, call) => {
    if (request.method === method && path.test(new URL(request.url).pathname)) count += 1;
    return github(request, call);
  };
  return () => count;
}

/** Thirty people at thirty addresses behind one proxy. */
async function sessionFrom(address: string, number: number, amount: string): Promise<string> {
  const url = `${world.places.app}/gh/${REPOSITORY}/issues/${number}`;
  const page = await world.visitor().get(url);
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { origin: world.places.app, "x-forwarded-for": address },
    body: new URLSearchParams({ ...hiddenFields(page), amount, mode: "pay-now" }),
  });
  return /(cs_[a-zA-Z0-9_]+)/.exec(response.headers.get("location") ?? "")?.[1] ?? "";
}

test("thirty pledges at once cost a handful of edits, and the last shows them all", async () => {
  const number = await openBounty(world, "$1000");
  const pull = await world.town.github.act("contributor").openPull({ body: `Fixes #${number}` });
  await world.settle();
  const sessions: string[] = [];
  for (let index = 0; index < 30; index += 1) {
    sessions.push(await sessionFrom(`198.51.100.${index}`, number, `${10 + index}`));
  }
  const edits = countCalls("PATCH", /\/issues\/comments\//);
  const runs = countCalls("PATCH", /\/check-runs\//);
  for (const session of sessions) world.town.stripe.pay(session);
  await world.settle();
  expect(cardOn(world, number)).toContain("### Bounty: $735.00 of $1,000.00 paid in");
  expect(cardOn(world, number)).toContain("| Backers | 30 |");
  expect(cardOn(world, number)).not.toContain("clearing");
  expect(world.town.github.checkRuns(REPOSITORY, pull.head.sha).at(-1)?.output.title).toBe(
    "Merging releases $735.00 to @contributor",
  );
  expect(edits()).toBeGreaterThan(0);
  expect(edits()).toBeLessThanOrEqual(5);
  expect(runs()).toBeLessThanOrEqual(5);
});

test("many commands at once end on the newest state", async () => {
  const number = await openBounty(world);
  const maintainer = world.town.github.act("maintainer");
  for (let index = 0; index < 10; index += 1) await maintainer.comment(number, "/bounty $10");
  await maintainer.comment(number, "/hold wait");
  await maintainer.comment(number, "/release");
  await maintainer.editIssue(number, { title: "Darker mode" });
  await maintainer.close(number);
  await world.settle();
  expect(cardOn(world, number)).toContain("$0.00 of $300.00");
  expect(cardOn(world, number)).not.toContain("On hold");
  expect(cardOn(world, number)).toContain("The issue is closed at the moment.");
  const page = await world.visitor().get(`${world.places.app}/gh/${REPOSITORY}/issues/${number}`);
  expect(page.text).toContain("<h1>Darker mode</h1>");
});

test("a deleted card is written again with the next change, once", async () => {
  const number = await openBounty(world);
  const { github } = world.town;
  const card = github.comments(REPOSITORY, number)[0];
  await github.act("maintainer").deleteComment(card?.id ?? 0);
  await world.settle();
  expect(world.cards(number)).toEqual([]);
  await pledgeAndPay(world, number, "20");
  await world.settle();
  expect(cardOn(world, number)).toContain("$20.00 of $200.00");
  await pledgeAndPay(world, number, "20");
  await world.settle();
  expect(cardOn(world, number)).toContain("$40.00 of $200.00");
});

test("on a locked issue the card goes on; where it could not be written it comes with the next change", async () => {
  const { github } = world.town;
  const maintainer = github.act("maintainer");
  const number = await openBounty(world);
  await maintainer.lock(number);
  expect(await say(world, "maintainer", number, "/bounty $10")).toMatchObject({
    reactions: ["rocket"],
  });
  expect(cardOn(world, number)).toContain("of $210.00");

  const locked = await maintainer.openIssue();
  await maintainer.lock(locked.number);
  const posts = countCalls("POST", /\/comments$/);
  await label(world, "maintainer", locked.number, "bounty: $20");
  await world.pass(3_600_000);
  expect(world.cards(locked.number)).toEqual([]);
  expect(posts()).toBe(1);
  await pledgeAndPay(world, locked.number, "20");
  await maintainer.request("DELETE", `/repos/${REPOSITORY}/issues/${locked.number}/lock`);
  await world.settle();
  expect(cardOn(world, locked.number)).toContain("$20.00 of $20.00");
});

test("the pictures for light and dark say what the text says", async () => {
  const number = await paidBounty(world);
  const card = cardOn(world, number);
  expect(card).toContain('alt="$100.00 of $200.00 paid in by 1 backer"');
  const pictures = [...card.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, url]) => url ?? "");
  expect(pictures.map((url) => /(light|dark)\.svg$/.exec(url)?.[1])).toEqual(["dark", "light"]);
  const drawn: string[] = [];
  for (const url of pictures) {
    const { status, text, headers } = await world.visitor().get(url);
    expect([status, headers.get("content-type")]).toEqual([200, "image/svg+xml; charset=utf-8"]);
    const words = text.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    expect(words).toContain("$100.00");
    expect(words).toContain("of $200.00 paid in");
    expect(words).toContain("1 backer");
    expect(words).toContain("50 %");
    drawn.push(text);
  }
  expect(drawn[0]).not.toBe(drawn[1]);
  expect(card).toContain("| Paid in | $100.00 |");
  expect(card).toContain("| Asked for | $200.00 |");
  expect(card).toContain("| Backers | 1 |");
});

test("somebody else's copy of the marker is no card, even when an answer was lost", async () => {
  const { github } = world.town;
  const stranger = github.act("stranger");
  const { id, number } = await stranger.openIssue();
  const copy = await stranger.comment(number, `Mine!\n\n<!-- whipround:card:${id} -->`);
  const posts = countCalls("POST", /\/comments$/);
  world.faults.github = loseFirst(world.faults.github, /\/comments$/);
  await label(world, "maintainer", number, "bounty: $20");
  await world.pass(600_000);
  await pledgeAndPay(world, number, "20");
  await world.settle();
  const ours = github
    .comments(REPOSITORY, number)
    .filter(({ user }) => user?.login === "whipround[bot]");
  expect(ours.map(({ body }) => /### .*/.exec(body ?? "")?.[0])).toEqual([
    "### Bounty: $20.00 of $20.00 paid in",
  ]);
  expect(posts()).toBe(1);
  const theirs = github.comments(REPOSITORY, number).find((one) => one.id === copy.id);
  expect(theirs?.body).toBe(copy.body);
});

function loseFirst(before: World["faults"]["github"], path: RegExp): World["faults"]["github"] {
  let lost = false;
  return (request, call) => {
    const fault = before(request, call);
    if (lost || request.method !== "POST" || !path.test(new URL(request.url).pathname)) {
      return fault;
    }
    lost = true;
    return "answer lost";
  };
}
