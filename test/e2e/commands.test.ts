// Commands: who may give which, how each is acknowledged, and what is no command at all.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { hiddenFields } from "../../sandbox/visitor.ts";
import { COMMANDS } from "../../src/core/commands.ts";
import { cardOn, foldedReplies, openBounty, reactionsTo, runTitles, say } from "./talk.ts";
import {
  createWorld,
  GOOD_CARD,
  pledgeAndPay,
  REPOSITORY,
  sessionOf,
  type World,
} from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const HOUR = 3_600_000;

const MAINTAINERS_ONLY = [
  "/bounty $50",
  "/split @stranger 100",
  "/release",
  "/hold I say so",
  "/cancel I say so",
];

test("whoever lacks the role is told so once per command, and a bot is not even answered", async () => {
  const number = await openBounty(world);
  const before = cardOn(world, number);
  const refused: number[] = [];
  for (const login of ["backer", "contributor", "stranger"]) {
    for (const command of MAINTAINERS_ONLY) {
      refused.push((await world.town.github.act(login).comment(number, command)).id);
    }
  }
  world.town.github.setRole(REPOSITORY, "machine[bot]", "admin");
  const ignored: number[] = [];
  for (const { example } of COMMANDS) {
    ignored.push((await world.town.github.act("machine[bot]").comment(number, example)).id);
  }
  await world.settle();

  for (const id of refused) expect(reactionsTo(world, number, id)).toEqual(["confused"]);
  for (const id of ignored) expect(reactionsTo(world, number, id)).toEqual([]);
  expect(world.replies(number)).toHaveLength(refused.length);
  for (const reply of world.replies(number)) {
    expect(reply).toContain("This needs the write role on this repository");
  }
  expect(cardOn(world, number)).toBe(before);
});

test("every command does what the table says for those who may give it", async () => {
  const { number } = await world.town.github.act("stranger").openIssue({ title: "Dark mode" });
  expect((await say(world, "stranger", number, "/pledge $20")).replies[0]).toContain(
    "There is no bounty here",
  );
  expect(await say(world, "maintainer", number, "/bounty $200")).toMatchObject({
    reactions: ["rocket"],
    replies: [],
  });
  expect(cardOn(world, number)).toContain("Bounty: $0.00 of $200.00 paid in");
  await say(world, "maintainer", number, "/bounty");
  expect(cardOn(world, number)).toContain("$0.00 of $200.00");
  await say(world, "maintainer", number, "/bounty 50.50");
  expect(cardOn(world, number)).toContain("$0.00 of $250.50");

  const offered = await say(world, "stranger", number, "/pledge $20");
  expect(offered).toMatchObject({ reactions: ["rocket"] });
  expect(offered.replies).toEqual([expect.stringContaining("[Pledge $20.00 to this issue](")]);

  const helped = await say(world, "stranger", number, "/help");
  expect(helped).toMatchObject({ reactions: ["rocket"] });
  for (const { usage } of COMMANDS) expect(helped.replies.join()).toContain(usage);

  await say(world, "maintainer", number, "/split @contributor 70 @stranger 30");
  expect(cardOn(world, number)).toContain("goes to contributor 70 %, stranger 30 %");

  expect(await say(world, "maintainer", number, "/hold @all see https://evil.test")).toMatchObject({
    reactions: ["rocket"],
    replies: [],
  });
  expect(cardOn(world, number)).toContain("**On hold** by maintainer");
  expect(cardOn(world, number)).not.toMatch(/@all|https:\/\/evil/);
  expect((await say(world, "maintainer", number, "/release")).reactions).toEqual(["rocket"]);
  expect(cardOn(world, number)).not.toContain("On hold");

  expect(await say(world, "maintainer", number, "/cancel not now")).toMatchObject({
    reactions: ["rocket"],
    replies: [],
  });
  expect(cardOn(world, number)).toContain("Reason: “not now”. Nobody was charged.");
  expect((await say(world, "backer", number, "/pledge $20")).replies).toEqual([
    expect.stringContaining("This bounty is over"),
  ]);
});

test("what cannot be done is refused with 😕 and one reply that says what to do", async () => {
  const number = await openBounty(world);
  const rows: [command: string, words: string][] = [
    ["/pledge", "Write `/pledge <amount>`, for example `/pledge $20`."],
    ["/pledge a lot", "“a lot” is not an amount I can read"],
    ["/pledge $1", "The smallest amount here is $5.00"],
    ["/pledge €20", "This repository's bounties are in USD"],
    ["/bounty -5", "is not more than zero"],
    ["/hold", "Write `/hold <why>`"],
    ["/cancel", "Write `/cancel <why>`"],
    ["/split contributor", "Write `/split @a 70 @b 30`"],
    ["/split @contributor 60% @backer 60%", "Write `/split @a 70 @b 30`"],
    ["/split @nobody-at-all 100", "GitHub knows no person named"],
    ["/split @acme 100", "GitHub knows no person named"],
    ["/claim #1", "Write `/claim #n` on your pull request"],
    ["/release", "No merged pull request waits here"],
  ];
  for (const [command, words] of rows) {
    const { reactions, replies } = await say(world, "maintainer", number, command);
    expect([command, reactions]).toEqual([command, ["confused"]]);
    expect(replies).toEqual([expect.stringContaining(words)]);
  }
});

test("only a new comment's own words command, and the same delivery acts once", async () => {
  const number = await openBounty(world);
  const talk = [
    "> /cancel quoted",
    "```\n/cancel in a block of code\n```",
    "~~~\n/cancel\n```\n/cancel still in it\n~~~",
    "    /cancel indented code",
    "`/cancel` in a line",
    "I would /cancel it",
    "<!-- /cancel hidden\n/cancel hidden too -->",
    "/cancelled",
    "/lgtm",
  ];
  for (const body of talk) {
    expect(await say(world, "maintainer", number, body)).toMatchObject({
      reactions: [],
      replies: [],
    });
  }
  const maintainer = world.town.github.act("maintainer");
  const { id } = await maintainer.comment(number, "I will think about it");
  await maintainer.editComment(id, "/cancel on second thoughts");
  await world.settle();
  expect(reactionsTo(world, number, id)).toEqual([]);

  world.webhooks.deliver = async (request, send) => {
    await send(request.clone());
    return send(request);
  };
  await say(world, "maintainer", number, "/bounty $50");
  expect((await say(world, "stranger", number, "/pledge none")).replies).toHaveLength(1);
  expect(cardOn(world, number)).toContain("$0.00 of $250.00");
});

test("commands in one comment are obeyed in their order, up to one that is refused", async () => {
  const number = await openBounty(world);
  const both = await say(world, "maintainer", number, "Well then:\n/bounty $50\n/pledge $25\nBye!");
  expect(both).toMatchObject({ reactions: ["rocket"] });
  expect(both.replies).toEqual([expect.stringContaining("[Pledge $25.00")]);
  expect(cardOn(world, number)).toContain("$0.00 of $250.00");
  const mixed = await say(
    world,
    "stranger",
    number,
    "/pledge $24\r\n/bounty $50\r\n/pledge $25\r\n/pledge $26",
  );
  expect(mixed.reactions.sort()).toEqual(["confused", "rocket"]);
  expect(mixed.replies.sort()).toEqual([
    expect.stringMatching(/This needs the write role.*\n\nThe 2 commands after it .* not run/s),
    expect.stringContaining("[Pledge $24.00"),
  ]);
});

test("a refusal is folded once the same person's same command is done, or refused anew", async () => {
  const number = await openBounty(world);
  const { github } = world.town;
  await say(world, "stranger", number, "/pledge a lot");
  await say(world, "backer", number, "/pledge $1");
  expect(foldedReplies(world, number)).toEqual([false, false]);

  await say(world, "stranger", number, "/bounty $50");
  await say(world, "stranger", number, "/help");
  expect(foldedReplies(world, number)).toEqual([false, false, false, false]);
  await say(world, "stranger", number, "/pledge");
  expect(foldedReplies(world, number)).toEqual([true, false, false, false, false]);
  await say(world, "stranger", number, "/pledge $20");
  expect(foldedReplies(world, number)).toEqual([true, false, false, false, true, false]);
  github.setRole(REPOSITORY, "stranger", "write");
  await say(world, "stranger", number, "/bounty $50");
  expect(foldedReplies(world, number)).toEqual([true, false, true, false, true, false]);
});

test("put right before the refusal is even written, it is folded when it is", async () => {
  const number = await openBounty(world);
  const maintainer = world.town.github.act("maintainer");
  world.faults.github = (request) =>
    request.method === "POST" && request.url.endsWith(`/issues/${number}/comments`)
      ? new Response("{}", { status: 502 })
      : null;
  await maintainer.comment(number, "/split @nobody-at-all 100");
  await maintainer.comment(number, "/split @contributor 100");
  await world.settle();
  expect(world.replies(number)).toEqual([]);
  world.faults.github = () => null;
  await world.pass(HOUR);
  expect(foldedReplies(world, number)).toEqual([true]);
});

test("a release written after a split that is refused pays nobody, now or later", async () => {
  const number = await openBounty(world);
  await pledgeAndPay(world, number, "100");
  const contributor = world.town.github.act("contributor");
  const { number: pullNumber } = await contributor.openPull({ body: `Fixes #${number}` });
  await world.settle();
  await say(world, "maintainer", number, "/hold we look at it first");
  await world.town.github.act("maintainer").merge(pullNumber);
  await world.settle();

  const answer = await say(
    world,
    "maintainer",
    pullNumber,
    "/split @contributr 70 @stranger 30\n/release",
  );
  expect(answer).toMatchObject({
    reactions: ["confused"],
    replies: [
      expect.stringMatching(/GitHub knows no person.*\n\nThe command after it .* not run either/s),
    ],
  });
  expect(cardOn(world, number)).toContain("On hold");
  await say(world, "maintainer", pullNumber, "/split @contributor 70 @stranger 30\n/release");
  expect(cardOn(world, number)).toContain("contributor 70 %, stranger 30 %");
  expect(cardOn(world, number)).not.toContain("On hold");
});

test("a pledge link fills the form in, and its reply is hidden once that pledge is paid", async () => {
  const number = await openBounty(world);
  await say(world, "backer", number, "/pledge $20");
  await say(world, "backer", number, "/pledge $30");
  const hidden = () =>
    world.town.github
      .comments(REPOSITORY, number)
      .filter(({ body }) => body?.includes("[Pledge $"))
      .map(({ minimizedReason }) => minimizedReason);
  const link = /\((http[^)]+)\)/.exec(world.replies(number)[0] ?? "")?.[1] ?? "";

  const visitor = world.visitor();
  const page = await visitor.get(link);
  expect(page.text).toMatch(/name="amount" value="20.00"/);
  const fields = { ...hiddenFields(page), amount: "20.00", mode: "pay-now" };
  const session = sessionOf(await visitor.post(link.split("?")[0] ?? "", fields));
  await world.settle();
  expect(hidden()).toEqual([null, null]);
  world.town.stripe.pay(session, { card: GOOD_CARD });
  await world.settle();
  expect(hidden().map((reason) => reason?.toLowerCase() ?? null)).toEqual(["resolved", null]);
});

test("in a pull request's thread commands mean the bounty it is linked to", async () => {
  const number = await openBounty(world);
  await pledgeAndPay(world, number, "100");
  await world.settle();
  const contributor = world.town.github.act("contributor");
  const pull = await contributor.openPull({ title: "Dark" });
  expect((await say(world, "maintainer", pull.number, "/hold wait")).replies).toEqual([
    expect.stringContaining("There is no bounty here"),
  ]);
  expect((await say(world, "stranger", pull.number, `/claim #${number}`)).replies).toEqual([
    expect.stringContaining("Only the author of a pull request can claim with it"),
  ]);
  expect((await say(world, "contributor", pull.number, "/claim #999")).replies).toEqual([
    expect.stringContaining("There is no bounty here"),
  ]);
  expect(await say(world, "contributor", pull.number, `/claim #${number}`)).toMatchObject({
    reactions: ["rocket"],
    replies: [],
  });
  expect(runTitles(world, pull.head.sha)).toEqual(["Merging releases $100.00 to @contributor"]);
  expect(cardOn(world, number)).toContain(`In progress: #${pull.number} by contributor`);

  await say(world, "maintainer", pull.number, "/hold wait");
  expect(runTitles(world, pull.head.sha).at(-1)).toContain("On hold");
  await say(world, "maintainer", pull.number, "/release");
  await say(world, "maintainer", pull.number, "/split @contributor 50 @backer 50");
  expect(runTitles(world, pull.head.sha).at(-1)).toBe(
    "Merging releases $100.00 to @contributor 50 %, @backer 50 %",
  );
  expect((await say(world, "stranger", pull.number, "/pledge $9")).replies).toEqual([
    expect.stringContaining(`/issues/${number}?amount=9.00`),
  ]);
  expect((await say(world, "maintainer", pull.number, "/bounty $5")).replies).toEqual([
    expect.stringContaining("Bounties belong to issues"),
  ]);
  expect((await say(world, "stranger", pull.number, "/help")).replies).toHaveLength(1);
});

test("a role is what the permission API's flags say, whatever it is called", async () => {
  const { github } = world.town;
  const { number } = await github.act("stranger").openIssue();
  const tries = async (role: "triage" | "write" | "maintain", name: string) => {
    github.setRole(REPOSITORY, "backer", role, name);
    return (await say(world, "backer", number, "/bounty $10")).reactions;
  };
  expect(await tries("triage", "triage")).toEqual(["confused"]);
  expect(await tries("triage", "Chief Maintainer")).toEqual(["confused"]);
  expect(await tries("write", "Part-timer")).toEqual(["rocket"]);

  await github.act("maintainer").putFile(".github/whipround.yml", "who: maintain\n");
  await world.settle();
  expect(await tries("write", "write")).toEqual(["confused"]);
  expect(world.replies(number).at(-1)).toContain("This needs the maintain role");
  expect(await tries("maintain", "maintain")).toEqual(["rocket"]);

  await github.act("maintainer").putFile(".github/whipround.yml", "who: triage\n");
  await world.settle();
  expect(await tries("triage", "triage")).toEqual(["rocket"]);
  expect(cardOn(world, number)).toContain("$0.00 of $30.00");
});
