// Labels: the other way to attach a bounty. A label carries no comment to react to, so that a reply is
// the only answer, and only to a refusal.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cardOn, foldedReplies, label, say, unlabel } from "./talk.ts";
import { createWorld, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

async function anIssue(): Promise<number> {
  return (await world.town.github.act("stranger").openIssue()).number;
}

function policy(text: string): Promise<string> {
  return world.town.github.act("maintainer").putFile(".github/whipround.yml", text);
}

test("a label attaches a bounty, with or without an amount, and amounts add up", async () => {
  const number = await anIssue();
  expect(await label(world, "maintainer", number, "bug")).toEqual([]);
  expect(world.cards(number)).toEqual([]);
  expect(await label(world, "maintainer", number, "bounty")).toEqual([]);
  expect(cardOn(world, number)).toContain("### Bounty: $0.00 paid in");
  expect(await label(world, "maintainer", number, "bounty: $200")).toEqual([]);
  expect(cardOn(world, number)).toContain("### Bounty: $0.00 of $200.00 paid in");
  expect(await label(world, "maintainer", number, "Bounty : 50.50 usd")).toEqual([]);
  expect(cardOn(world, number)).toContain("of $250.50 paid in");
  expect(await label(world, "maintainer", number, "bounty-hunters")).toEqual([]);
  expect(cardOn(world, number)).toContain("of $250.50 paid in");

  expect(await unlabel(world, "maintainer", number, "bounty: $200")).toEqual([]);
  expect(cardOn(world, number)).toContain("of $50.50 paid in");
});

test("an amount that is nothing, unknown or in another currency is refused with one reply", async () => {
  const number = await anIssue();
  const rows: [label: string, words: string][] = [
    ["bounty: $0", "is not more than zero"],
    ["bounty: lots", "“lots” is not an amount I can read"],
    ["bounty: 200 doge", "is not an amount I can read"],
    ["bounty: 200 xxx", "is in a currency I do not know"],
    ["bounty: €200", "This repository's bounties are in USD"],
    ["bounty: £200", "This repository's bounties are in USD"],
    ["bounty: 200 eur", "This repository's bounties are in USD"],
    ["bounty: $1.005", "has more decimals than the currency"],
    ["bounty: $1", "The smallest amount here is $5.00"],
    [
      "bounty: $999999999",
      "is more than a card payment can carry: $999,999.99 at most. Write it like",
    ],
  ];
  for (const [name, words] of rows) {
    expect(await label(world, "maintainer", number, name)).toEqual([
      expect.stringContaining(words),
    ]);
    expect(await unlabel(world, "maintainer", number, name)).toEqual([]);
  }
  expect(world.cards(number)).toEqual([]);
});

test("the reply to a refused label is folded once that label is off, whoever takes it off", async () => {
  const { github } = world.town;
  const pull = await github.act("contributor").openPull();
  const number = await anIssue();
  for (const place of [number, pull.number]) {
    await label(world, "maintainer", place, "bounty: lots");
    await label(world, "maintainer", place, "bug");
    await unlabel(world, "maintainer", place, "bug");
    expect(foldedReplies(world, place)).toEqual([false]);
    github.setRole(REPOSITORY, "backer", "triage");
    await unlabel(world, "backer", place, "bounty: lots");
    expect(foldedReplies(world, place)).toEqual([true]);
  }
  await label(world, "maintainer", number, "bounty: $200");
  expect(cardOn(world, number)).toContain("of $200.00 paid in");
});

test("under a policy with another currency its symbols and codes are read, and dollars refused", async () => {
  await policy("currency: eur\n");
  await world.settle();
  const number = await anIssue();
  for (const name of ["bounty: €100", "bounty: 200 EUR", "bounty: 1.000,50 €", "bounty: 30"]) {
    expect(await label(world, "maintainer", number, name)).toEqual([]);
  }
  expect(cardOn(world, number)).toContain("€0.00 of €1,330.50 paid in");
  expect(await label(world, "maintainer", number, "bounty: $5")).toEqual([
    expect.stringContaining("This repository's bounties are in EUR"),
  ]);
  // Begun in euros, it stays in euros.
  await policy("currency: gbp\n");
  await world.settle();
  expect(await label(world, "maintainer", number, "bounty: £5")).toEqual([
    expect.stringContaining("in EUR"),
  ]);
  const other = await anIssue();
  expect(await label(world, "maintainer", other, "bounty: £5")).toEqual([]);
  expect(cardOn(world, other)).toContain("of £5.00 paid in");
});

test("taking the label off ends a bounty that nobody has pledged to, and no other", async () => {
  const number = await anIssue();
  await label(world, "maintainer", number, "bounty: $200");
  expect(await unlabel(world, "maintainer", number, "bounty: $200")).toEqual([]);
  expect(cardOn(world, number)).toContain("### Bounty cancelled");
  expect(cardOn(world, number)).toContain("Reason: “the label was taken off”. Nobody was charged.");

  expect(await label(world, "maintainer", number, "bounty: $30")).toEqual([]);
  expect(cardOn(world, number)).toContain("### Bounty: $0.00 of $30.00 paid in");
  await pledgeAndPay(world, number, "20");
  await world.settle();
  expect(await unlabel(world, "maintainer", number, "bounty: $30")).toEqual([
    expect.stringContaining("To end it and give the money back, write `/cancel <why>`"),
  ]);
  expect(cardOn(world, number)).toContain("### Bounty: $20.00 of $30.00 paid in");
});

test("who may label is not always who may raise money, and a label that was refused never counted", async () => {
  const { github } = world.town;
  github.setRole(REPOSITORY, "backer", "triage");
  github.setRole(REPOSITORY, "machine[bot]", "write");
  const number = await anIssue();
  expect(await label(world, "backer", number, "bounty: $200")).toEqual([
    expect.stringContaining("This needs the write role"),
  ]);
  expect(await unlabel(world, "backer", number, "bounty: $200")).toEqual([]);
  expect(await label(world, "machine[bot]", number, "bounty: $200")).toEqual([]);
  expect(world.cards(number)).toEqual([]);

  await say(world, "maintainer", number, "/bounty $100");
  await label(world, "backer", number, "bounty: $500");
  expect(await unlabel(world, "maintainer", number, "bounty: $500")).toEqual([]);
  expect(cardOn(world, number)).toContain("### Bounty: $0.00 of $100.00 paid in");
  await unlabel(world, "maintainer", number, "bounty: $200");
  expect(cardOn(world, number)).toContain("### Bounty: $0.00 of $100.00 paid in");

  await label(world, "maintainer", number, "bounty");
  expect(await unlabel(world, "backer", number, "bounty")).toEqual([
    expect.stringContaining("This needs the write role"),
  ]);
  expect(cardOn(world, number)).toContain("### Bounty: $0.00 of $100.00 paid in");
});

test("the policy may name the label; then the old name means nothing", async () => {
  await policy('labels:\n  bounty: "💎 Bounty"\n');
  await world.settle();
  const number = await anIssue();
  expect(await label(world, "maintainer", number, "bounty: $10", "💎 Bountyful")).toEqual([]);
  expect(world.cards(number)).toEqual([]);
  await label(world, "maintainer", number, "💎 bounty: $20");
  expect(cardOn(world, number)).toContain("of $20.00 paid in");
});

test("a pull request and a closed issue are refused, each with what to do", async () => {
  const pull = await world.town.github.act("contributor").openPull();
  expect(await label(world, "maintainer", pull.number, "bounty: $200")).toEqual([
    expect.stringContaining("Put the label or the command on the issue"),
  ]);
  expect(await label(world, "maintainer", pull.number, "bug")).toEqual([]);
  const number = await anIssue();
  await world.town.github.act("maintainer").close(number);
  expect(await label(world, "maintainer", number, "bounty")).toEqual([
    expect.stringContaining("This issue is closed. Reopen it first."),
  ]);
  expect([...world.cards(number), ...world.cards(pull.number)]).toEqual([]);
});

test("an issue born with the label has its bounty at once", async () => {
  const labels = ["bug", "bounty: $40"];
  const { number } = await world.town.github.act("maintainer").openIssue({ labels });
  await world.settle();
  expect(cardOn(world, number)).toContain("of $40.00 paid in");
  expect(world.replies(number)).toEqual([]);
});
