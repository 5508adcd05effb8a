// Somebody else in a payee's place: asked for on their page, said on the issue, agreed to by a maintainer.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Page, Visitor } from "../../sandbox/visitor.ts";
import { auditBooks } from "./books.ts";
import { cardOn, foldedReplies, openBounty, paidBounty, repliesOn, say } from "./talk.ts";
import {
  balanceOf,
  connect,
  createWorld,
  DAY,
  GOOD_CARD,
  pledge,
  pledgeAndPay,
  problemOn,
  REPOSITORY,
  sessionOf,
  signIn,
  type World,
} from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.town.github.addUser({ login: "second-maintainer" });
  world.town.github.setRole(REPOSITORY, "second-maintainer", "maintain");
});
afterEach(() => world.close());

async function solve(issue: number): Promise<number> {
  const { number } = await world.town.github
    .act("contributor")
    .openPull({ body: `Fixes #${issue}` });
  await world.settle();
  await world.town.github.act("maintainer").merge(number);
  await world.settle();
  return number;
}

/** A bounty with a hundred dollars, awarded to the contributor, who has no account. */
async function awarded(): Promise<number> {
  const issue = await paidBounty(world);
  await solve(issue);
  return issue;
}

/** The page's own link and form, as a person follows them. */
async function ask(visitor: Visitor, login: string): Promise<Page> {
  const listed = (await visitor.get(`${world.places.app}/payee`)).text;
  const path = /href="([^"]*payee\/handover[^"]*)"/.exec(listed)?.[1] ?? "";
  const url = new URL(path.replaceAll("&amp;", "&"), world.places.app);
  expect((await visitor.get(url.href)).status).toBe(200);
  const campaign = url.searchParams.get("campaign") ?? "";
  const page = await visitor.post(`${world.places.app}/payee/handover`, { campaign, login });
  await world.settle();
  return page;
}

async function campaignOf(issue: number): Promise<string> {
  const [owner = "", name = ""] = REPOSITORY.split("/");
  return world.reading(async (read) => {
    const repository = await read.repositoryByName(owner, name);
    return (await read.campaignByIssue(repository?.id ?? 0, issue))?.id ?? "";
  });
}

/** Where the backer who paid through this page of Stripe's looks after their pledge. */
async function backersPage(session: string): Promise<string> {
  const thanks = world.town.stripe.sessions().find(({ id }) => id === session)?.success_url ?? "";
  const { text } = await world.visitor().get(thanks);
  return `${world.places.app}${/href="(\/pledge\/[^"/]+)/.exec(text)?.[1]}`;
}

const DECLINED_LATER = "4000000000009995";
const AGREE = "/release @stranger for @contributor";

test("a maintainer agrees: what waits, and what is collected later, is paid to the other", async () => {
  const issue = await openBounty(world);
  await pledgeAndPay(world, issue, "50");
  const session = sessionOf(await pledge(world, issue, { amount: "20", mode: "on-merge" }));
  world.town.stripe.pay(session, { card: DECLINED_LATER });
  await world.settle();
  await solve(issue);
  const told = repliesOn(world, issue).length;
  const visitor = await signIn(world, "contributor");
  expect((await ask(visitor, "@stranger")).status).toBe(303);
  const asked = repliesOn(world, issue).slice(told);
  expect(asked).toEqual([
    expect.stringContaining("@contributor asks that stranger is paid in their place"),
  ]);
  expect(asked[0]).toContain(`\`${AGREE}\``);
  expect((await visitor.get(`${world.places.app}/payee`)).text).toContain(
    "you asked that stranger is paid",
  );
  expect(cardOn(world, issue)).toContain("Not yet connected to Stripe: contributor.");
  expect(cardOn(world, issue)).not.toContain("stranger");

  const agreed = await say(world, "maintainer", issue, AGREE);
  expect(agreed).toMatchObject({
    reactions: ["rocket"],
    replies: [expect.stringContaining("@stranger: contributor asked that you are paid")],
  });
  expect(foldedReplies(world, issue).slice(told)).toEqual([true, false]);
  const card = cardOn(world, issue);
  expect(card).toContain("Awarded to contributor");
  expect(card).toContain("In the place of contributor, stranger is paid what had not left");
  expect(card).toContain("Not yet connected to Stripe: stranger.");
  expect((await visitor.get(`${world.places.app}/payee`)).text).toContain(
    "somebody else is paid it, as you asked",
  );

  // Whoever handed theirs on is owed nothing, and opens no account.
  expect((await visitor.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  const other = await connect(world, "stranger");
  await world.settle();
  expect(balanceOf(world, other)).toBe(4825);
  const { text } = await world
    .visitor()
    .get(`${world.places.app}/gh/${REPOSITORY}/issues/${issue}`);
  expect(text).toContain("In the place of contributor, stranger is paid");

  // The backer saves another card: what is collected now takes the same way.
  const page = await world.visitor().post(`${await backersPage(session)}/card`, {});
  world.town.stripe.pay(sessionOf(page), { card: GOOD_CARD });
  await world.settle();
  expect(balanceOf(world, other)).toBe(4825 + 1912);
  expect(world.town.stripe.accounts()).toHaveLength(1);
  expect(cardOn(world, issue)).toContain("### Bounty paid out: $67.37");
  const back = (await world.postings()).filter((one) => one.startsWith("share -> pledge"));
  expect(back).toEqual(["share -> pledge 4825 usd", "share -> pledge 1912 usd"]);
  await auditBooks(world);
});

test("one of two takes the other's share besides their own", async () => {
  const issue = await paidBounty(world);
  await say(world, "maintainer", issue, "/split @contributor 50 @stranger 50");
  await solve(issue);
  const account = await connect(world, "stranger");
  await world.settle();
  expect(balanceOf(world, account)).toBe(4840);
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  const agreed = await say(world, "maintainer", issue, AGREE);
  expect(agreed).toMatchObject({ reactions: ["rocket"], replies: [] });
  expect(balanceOf(world, account)).toBe(9680);
  expect(world.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4840, 4840]);
  expect(cardOn(world, issue)).toContain("### Bounty paid out: $96.80");
  await auditBooks(world);
});

test("neither of the two may agree, nor whoever lacks the role; another maintainer may", async () => {
  const issue = await awarded();
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "maintainer");
  const words = "/release @maintainer for @contributor";
  for (const login of ["stranger", "contributor", "maintainer"]) {
    expect((await say(world, login, issue, words)).reactions).toEqual(["confused"]);
  }
  expect(repliesOn(world, issue).at(-1)).toContain("Neither of the two can agree to it.");
  world.town.github.setRole(REPOSITORY, "contributor", "admin");
  expect((await say(world, "contributor", issue, words)).replies).toEqual([
    expect.stringContaining("Neither of the two can agree to it."),
  ]);
  expect(cardOn(world, issue)).not.toContain("In the place of");
  expect((await say(world, "second-maintainer", issue, words)).reactions).toEqual(["rocket"]);
  const account = await connect(world, "maintainer");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  await auditBooks(world);
});

test("a login that changed hands: whoever bears it now is not the one who was named", async () => {
  const issue = await awarded();
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  world.town.github.renameUser("stranger", "confederate");
  world.town.github.addUser({ login: "stranger" });
  expect(await say(world, "maintainer", issue, AGREE)).toMatchObject({
    reactions: ["confused"],
    replies: [expect.stringContaining("No payee of this bounty asks for that")],
  });
  const impostor = await signIn(world, "stranger");
  expect((await impostor.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  const words = "/release @confederate for @contributor";
  expect((await say(world, "maintainer", issue, words)).reactions).toEqual(["rocket"]);
  const account = await connect(world, "confederate");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  await auditBooks(world);
});

test("superseded, taken back, declined: an agreement that comes late changes nothing", async () => {
  const issue = await awarded();
  const told = foldedReplies(world, issue).length;
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  await ask(visitor, "backer");
  expect(foldedReplies(world, issue).slice(told)).toEqual([true, false]);
  expect((await say(world, "maintainer", issue, AGREE)).reactions).toEqual(["confused"]);

  const campaign = await campaignOf(issue);
  const withdraw = `${world.places.app}/payee/handover/withdraw`;
  const stranger = await signIn(world, "stranger");
  await stranger.post(withdraw, { campaign });
  expect((await visitor.get(`${world.places.app}/payee`)).text).toContain("you asked that backer");
  expect((await visitor.post(withdraw, { campaign })).status).toBe(303);
  await world.settle();
  const late = "/release @backer for @contributor";
  expect((await say(world, "maintainer", issue, late)).reactions).toEqual(["confused"]);

  await ask(visitor, "stranger");
  const no = "/reject @stranger for @contributor who is that?";
  expect((await say(world, "maintainer", issue, no)).reactions).toEqual(["rocket"]);
  expect((await say(world, "maintainer", issue, AGREE)).reactions).toEqual(["confused"]);
  expect(cardOn(world, issue)).toContain("Awarded to contributor");
  const account = await connect(world, "contributor");
  await world.settle();
  expect(balanceOf(world, account)).toBe(9680);
  await auditBooks(world);
});

test("the page refuses what cannot be, and says why; after five requests there are no more comments", async () => {
  const issue = await awarded();
  world.town.github.addUser({ login: "acme-inc", type: "Organization", owners: ["maintainer"] });
  const visitor = await signIn(world, "contributor");
  const why = async (login: string): Promise<string> => problemOn(await ask(visitor, login));
  expect(await why("contributor")).toContain("Name somebody else");
  expect(await why("nobody-by-this-name")).toContain("GitHub knows no person named");
  expect(await why("machine[bot]")).toContain("GitHub knows no person named");
  expect(await why("acme-inc")).toContain("GitHub knows no person named");
  expect(await why("a/../b")).toContain("GitHub knows no person named");
  const told = repliesOn(world, issue).length;
  for (const login of ["stranger", "backer", "stranger", "backer", "stranger"]) {
    expect((await ask(visitor, login)).status).toBe(303);
  }
  expect(await why("backer")).toContain("This was asked for several times already.");
  expect(repliesOn(world, issue)).toHaveLength(told + 5);

  const stranger = await signIn(world, "stranger");
  const campaign = await campaignOf(issue);
  const url = `${world.places.app}/payee/handover`;
  expect((await stranger.get(`${url}?campaign=${campaign}`)).status).toBe(404);
  const calls = world.calls("GET /api/v3/users/").length;
  const refused = await stranger.post(url, { campaign, login: "backer" });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain("Nothing is waiting for this account.");
  expect(world.calls("GET /api/v3/users/")).toHaveLength(calls);
});

test("an agreement while the transfer is on its way: what left stays with the one who was paid", async () => {
  const issue = await awarded();
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  const before = world.faults.stripe;
  world.faults.stripe = (request) =>
    new URL(request.url).pathname === "/v1/transfers" && request.method === "POST"
      ? "never arrives"
      : null;
  const account = await connect(world, "contributor");
  await world.settle();
  await say(world, "maintainer", issue, AGREE);
  world.faults.stripe = before;
  const other = await signIn(world, "stranger");
  expect((await other.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  await world.pass(DAY);
  expect(balanceOf(world, account)).toBe(9680);
  expect(world.town.stripe.transfers()).toHaveLength(1);
  await auditBooks(world);
});

test("an award that is taken back takes its requests along; the next one knows nothing of them", async () => {
  const issue = await awarded();
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  await say(world, "maintainer", issue, "/reject it was copied");
  expect((await say(world, "maintainer", issue, AGREE)).reactions).toEqual(["confused"]);
  await world.town.github.act("maintainer").reopen(issue);
  await solve(issue);
  expect(cardOn(world, issue)).toContain("Awarded to contributor");
  expect((await say(world, "maintainer", issue, AGREE)).reactions).toEqual(["confused"]);
  expect((await visitor.get(`${world.places.app}/payee`)).text).not.toContain("you asked that");
  await auditBooks(world);
});

test("nobody claims it: it goes back to the backer on the date that they were told", async () => {
  const issue = await awarded();
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  await world.pass(80 * DAY);
  await say(world, "maintainer", issue, AGREE);
  await world.pass(9 * DAY);
  expect(world.town.stripe.refunds()).toEqual([]);
  await world.pass(2 * DAY);
  expect(world.town.stripe.refunds().map(({ amount }) => amount)).toEqual([9680]);
  const other = await signIn(world, "stranger");
  expect((await other.post(`${world.places.app}/payee/connect`, {})).status).toBe(422);
  expect(world.town.stripe.transfers()).toEqual([]);
  await auditBooks(world);
});

test("a request that nobody answers ends with the last of the shares' dates", async () => {
  const issue = await awarded();
  const told = foldedReplies(world, issue).length;
  const visitor = await signIn(world, "contributor");
  await ask(visitor, "stranger");
  await world.pass(91 * DAY);
  // The request's own reply, and the reminder of the date.
  expect(foldedReplies(world, issue).slice(told)).toEqual([true, false]);
  expect((await say(world, "maintainer", issue, AGREE)).reactions).toEqual(["confused"]);
  await auditBooks(world);
});
