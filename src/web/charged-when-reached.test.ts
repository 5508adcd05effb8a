// The pages of a goal that charges its promises as soon as it is reached: none says that this waits for the award.
import { describe, expect, test } from "@jest/globals";
import { type Campaign, NO_TOTALS } from "../core/campaign.ts";
import type { Charging, Pledge } from "../core/pledge.ts";
import { wording } from "../core/wording.ts";
import { createBackerLinks } from "./backer-link.ts";
import { campaign, get, NOON, newWorld, open, PUBLIC_URL, pledge, type World } from "./fixture.ts";

const ISSUE = "/gh/octo-org/engine/issues/12";
const DAY_MS = 86_400_000;

const goal = {
  deadline: NOON + 10 * DAY_MS,
  extensions: [],
  reachedAt: null,
  charge: "reached" as const,
};
const totals = { ...NO_TOTALS, backersCount: 1, unfinishedCount: 1 };
const unreached = campaign({ kind: "goal", goal, totals: { ...totals, promised: 2_500n } });
const reached = campaign({
  kind: "goal",
  goal: { ...goal, reachedAt: NOON },
  state: "reached",
  totals: { ...totals, collecting: 2_500n },
});
const awarded: Campaign = { ...reached, state: "awarded" };
const atAward: Campaign = { ...unreached, goal: { ...goal, charge: "award" } };

/** Without its markup. */
async function said(world: World, path: string): Promise<string> {
  const text = await (await open(world).fetch(get(path))).text();
  return text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

describe("the campaign's page", () => {
  const WAITS = "promised is charged then, usually within minutes";

  test.each<[string, Campaign, string[], string[]]>([
    [
      "not reached",
      unreached,
      [
        "$25.00 promised is charged as soon as the goal is reached, usually within minutes, and may fail; what is collected goes to the same people.",
        "cards verified and saved; charged as soon as the goal is reached, which may fail",
        "As soon as it is reached, saved cards are charged.",
        "Charge me when it’s reached",
        "It is charged as soon as the goal is reached.",
      ],
      [WAITS, "promises end uncharged", "when it’s merged", "award charges it"],
    ],
    [
      "reached",
      reached,
      [
        "$25.00 promised is being collected now that the goal is reached, which may fail; what",
        "Still being collected promises that were called in and are not paid yet $25.00",
        "saved cards are charged now, and work can start",
        "Save my card and charge it at once",
      ],
      [WAITS, "promises end uncharged", "when it’s merged", "award charges it"],
    ],
    ["awarded", awarded, ["Still being collected", "What happened"], [WAITS]],
    [
      "charges at the award",
      atAward,
      [WAITS, "and promises end uncharged", "charged at the award", "Charge me when it’s merged"],
      ["as soon as"],
    ],
  ])("%s", async (_state, shown, words, others) => {
    const text = await said(newWorld({ campaigns: [shown] }), ISSUE);
    for (const one of words) expect(text).toContain(one);
    for (const one of others) expect(text).not.toContain(one);
  });

  test("the form shows the terms of such a goal", async () => {
    const text = await (await open(newWorld({ campaigns: [unreached] })).fetch(get(ISSUE))).text();
    for (const line of wording("on-merge", { operatorFeeBasisPoints: 0, holdDaysMax: 90 }, goal)) {
      expect(text).toContain(line.replace(/'/g, "&#39;"));
    }
  });
});

describe("the backer's page", () => {
  const charging = (parts: Partial<Charging> = {}): Partial<Pledge> => ({
    state: "charging",
    paymentIntentId: "pi_1",
    charging: {
      at: NOON,
      triesCount: 1,
      problem: null,
      failedAt: null,
      pageUrl: null,
      ending: false,
      ...parts,
    },
  });
  const promised: Partial<Pledge> = { state: "promised" };
  const declined = charging({ problem: "card declined", failedAt: NOON });
  const asked = charging({ problem: "authentication needed", failedAt: NOON });

  test.each<[string, Campaign, Partial<Pledge>, string]>([
    [
      "promised, not reached",
      unreached,
      promised,
      "Nothing is charged until the goal is reached; then your card is charged at once.",
    ],
    ["promised, reached", reached, promised, "The goal is reached: your card is charged now."],
    ["promised, awarded", awarded, promised, "The goal is awarded: your promise is called in"],
    ["promised, charged at the award", atAward, promised, "until the goal is awarded. You may"],
    ["being charged", reached, charging(), "Your card is being charged"],
    ["declined", reached, declined, "The goal was reached, and your bank declined the payment."],
    ["to be confirmed", reached, asked, "The goal was reached. Your bank wants you to confirm"],
    ["declined, awarded", awarded, declined, "The goal was awarded, and your bank declined"],
  ])("%s", async (_state, shown, parts, words) => {
    const terms = { ...pledge().terms, mode: "on-merge" as const, goalDeadline: goal.deadline };
    const mine = pledge({ promisedAt: NOON, terms, ...parts });
    const world = newWorld({ campaigns: [shown], pledges: [mine] });
    const link = createBackerLinks({
      publicUrl: PUBLIC_URL,
      sessionSecret: "a secret for tests",
      clock: { now: () => world.now },
    });
    const text = await said(world, link(mine).slice(PUBLIC_URL.length));
    expect(text).toContain(words);
    const day = /Ends unless the goal is reached by the end of \d{4}-\d\d-\d\d/;
    if (shown.state === "open") expect(text).toMatch(day);
    else expect(text).not.toMatch(day);
    if (shown.state !== "awarded" && shown !== atAward) {
      expect(text).not.toMatch(/(The|charged until the) (bounty|goal) (is|was) awarded/);
    }
  });
});
