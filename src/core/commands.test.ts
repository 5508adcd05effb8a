import { describe, expect, test } from "@jest/globals";
import { COMMANDS, readCommands, readLabel, usageOf } from "./commands.ts";

function names(body: string): string[] {
  return readCommands(body).map(({ command }) => command);
}

describe("a command stands at the start of a line", () => {
  test.each([
    ["/help", ["showHelp"]],
    ["/HELP", ["showHelp"]],
    ["   /help", ["showHelp"]],
    ["Thanks!\r\n\r\n/help\r\nBye", ["showHelp"]],
    ["/help\n/release", ["showHelp", "releaseAward"]],
    ["/bounty\u00a0$200", ["attachBounty"]],
    ["/help   ", ["showHelp"]],
  ])("%j", (body, expected) => {
    expect(names(body)).toEqual(expected);
  });

  test.each([
    ["in a sentence", "please /help me"],
    ["quoted", "> /cancel no"],
    ["in a list", "- /release"],
    ["indented as code", "    /release"],
    ["indented by a tab", "\t/release"],
    ["inline code", "`/release`"],
    ["in a fence", "```\n/release\n```"],
    ["in a tilde fence", "~~~ sh\n/release\n~~~"],
    ["in a fence that is never closed", "```\n/release"],
    ["in a fence within a longer one", "````\n```\n/release\n```\n````"],
    ["in a fence that only seems closed", "```\n/release\n``` js\n/release\n```"],
    ["in a fence of other marks", "~~~\n```\n/release\n~~~"],
    ["in an HTML comment", "<!-- write\n/release\n-->"],
    ["after an HTML comment's beginning", "text <!--\n/release\nend -->"],
    ["another bot's", "/lgtm\n/assign @a\n/retest"],
    ["one of ours run together", "/helpme\n/released\n/help."],
    ["a path", "/help/me\n//release"],
    ["a full-width slash", "／release"],
    ["lookalike letters", "/rеlease"],
    ["a zero-width letter", "/release\u200b"],
    ["a letter that folds to k or s", "/releaſe"],
  ])("not %s", (_name, body) => {
    expect(names(body)).toEqual([]);
  });

  test("after a fence, an HTML comment, or code on one line it counts again", () => {
    expect(names("```\ncode\n```\n/help")).toEqual(["showHelp"]);
    expect(names("```code```\n/help")).toEqual(["showHelp"]);
    expect(names("<!-- x -->\n/help")).toEqual(["showHelp"]);
    expect(names("<!-- x\ny -->\n/help")).toEqual(["showHelp"]);
  });

  test("no more than five are read from one comment", () => {
    expect(names("/bounty $5\n".repeat(9))).toHaveLength(5);
  });
});

test("every command's example is read as that command", () => {
  for (const { name, example, usage } of COMMANDS) {
    const [request] = readCommands(example);
    expect(request?.command).not.toBe("misread");
    expect([name, request === undefined]).toEqual([name, false]);
    expect(usage.startsWith(`/${name}`)).toBe(true);
    expect(usageOf(name)).toMatchObject({ usage, example });
  }
});

describe("arguments", () => {
  test.each([
    ["/bounty", { command: "attachBounty", amount: null, label: null }],
    ["/bounty $200", { command: "attachBounty", amount: "$200", label: null }],
    ["/pledge  20 eur ", { command: "offerPledge", amount: "20 eur" }],
    ["/claim #12", { command: "claimIssue", issueNumber: 12 }],
    ["/claim 12", { command: "claimIssue", issueNumber: 12 }],
    ["/hold it may be reverted", { command: "holdAward", why: "it may be reverted" }],
    ["/cancel no", { command: "cancelCampaign", why: "no" }],
    ["/paid  200 eur ", { command: "recordPaidOutside", amount: "200 eur" }],
    ["/release", { command: "releaseAward" }],
    ["/release @bob for @alice", { command: "agreeHandover", to: "bob", from: "alice" }],
    ["/reject @bob for @alice", { command: "rejectHandover", to: "bob", from: "alice" }],
    ["/reject @Bob FOR @a-1 why not", { command: "rejectHandover", to: "Bob", from: "a-1" }],
    ["/reject @bob copied it", { command: "rejectClaim", why: "@bob copied it" }],
  ])("%s", (body, request) => {
    expect(readCommands(body)).toEqual([request]);
  });

  test.each([
    "/pledge",
    "/claim",
    "/claim #",
    "/claim #1 #2",
    "/claim https://github.com/acme/rocket/issues/12",
    "/claim #99999999999",
    "/release #12",
    "/release @bob",
    "/reject @bob for alice",
    "/reject @bob for",
    "/release bob for alice",
    "/release @bob for @alice now",
    "/release @bob for @alice-longer-than-any-login-of-github-is-allowed",
    "/hold",
    "/cancel",
    "/paid",
    "/split",
    "/split @a",
    "/split a 100",
    "/split @a 0",
    "/split @a -5 @b 5",
    "/split @a 50 @A 50",
    "/split @a 50, @b 50",
    "/split @a 70% @b 20%",
    "/split @a 70 @b 30 and thanks",
    "/split @a 99999 @b 1",
    "/split @a 50@b 50",
    `/split ${Array.from({ length: 11 }, (_, index) => `@p${index} 1`).join(" ")}`,
  ])("%s is misread", (body) => {
    expect(names(body)).toEqual(["misread"]);
  });

  test.each([
    ["/split @octo-alice 100", [["octo-alice", 100]]],
    [
      "/split @a 2 @b 1",
      [
        ["a", 2],
        ["b", 1],
      ],
    ],
    [
      "/split @a 70% @b 30 %",
      [
        ["a", 70],
        ["b", 30],
      ],
    ],
  ])("%s", (body, parts) => {
    expect(readCommands(body)).toEqual([
      { command: "splitAward", parts: parts.map(([login, weight]) => ({ login, weight })) },
    ]);
  });

  test("a long reason is cut, never inside a character", () => {
    const [request] = readCommands(`/cancel ${"🚀".repeat(600)}`);
    expect(request).toEqual({ command: "cancelCampaign", why: `${"🚀".repeat(500)}…` });
  });
});

describe("labels", () => {
  test.each([
    ["bounty", { kind: "bounty", amount: null }],
    ["Bounty", { kind: "bounty", amount: null }],
    ["bounty: $200", { kind: "bounty", amount: "$200" }],
    ["bounty:200 eur", { kind: "bounty", amount: "200 eur" }],
    ["bounty: nothing much", { kind: "bounty", amount: "nothing much" }],
    ["goal: $500", { kind: "goal", amount: "$500" }],
    ["Goal : 500 eur", { kind: "goal", amount: "500 eur" }],
    ["goal", null],
    ["goal:", null],
    ["goalkeeper: $5", null],
    ["bounty-hunter", null],
    ["bounty:", null],
    ["bounties", null],
    ["no bounty", null],
    ["good first issue", null],
  ])("%s", (label, expected) => {
    expect(readLabel(label, { bounty: "bounty", goal: "goal" })).toEqual(expected);
  });

  test("under the policy's own name", () => {
    const labels = { bounty: "💰 reward", goal: "🎯" };
    expect(readLabel("💰 Reward: $5", labels)).toEqual({ kind: "bounty", amount: "$5" });
    expect(readLabel("🎯: $5", labels)).toEqual({ kind: "goal", amount: "$5" });
    expect(readLabel("bounty: $5", labels)).toBeNull();
  });
});
