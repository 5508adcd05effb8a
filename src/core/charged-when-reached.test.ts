// What people are told of a goal that charges its promises as soon as it is reached: each text in each of its states.
import { describe, expect, test } from "@jest/globals";
import {
  ALICE,
  aCharging,
  aGoal,
  aGoalCampaign,
  anAward,
  aPaidPledge,
  aPromise,
  aPull,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import type { Campaign } from "./campaign.ts";
import { renderCard } from "./card.ts";
import { backerMail, type MailAbout } from "./mails.ts";
import { renderNotice } from "./notice.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { renewalWording } from "./renewal.ts";
import { reachedReply } from "./replies.ts";
import { wording } from "./wording.ts";

const goal = aGoal({ charge: "reached" });
const reachedGoal = { ...goal, reachedAt: NOW };

function reached(pledges: readonly Pledge[], parts: Partial<Campaign> = {}): Campaign {
  return aGoalCampaign({ goal: reachedGoal, state: "reached", ...parts }, pledges);
}

const promise = aPromise();
const underWay = aCharging({}, { amount: 3000n });
const declined = aCharging({ problem: "card declined", failedAt: NOW }, { amount: 3000n });
const asked = aCharging({ problem: "authentication needed", failedAt: NOW });
const paid = aPaidPledge({ id: "p2" });

const unreached = aGoalCampaign({ goal }, [promise]);
const called = reached([promise]);
const charging = reached([underWay]);
const partly = reached([declined, paid]);
const collected = reached([aPaidPledge({ amount: 5000n })]);
const awarded = reached([declined, paid], { state: "awarded" });
const bounty = aGoalCampaign({}, [promise]);

const PAID_IN =
  "What is paid in goes to the pull request's author and co-authors when a pull request that closes this issue is merged, less fees. If none is merged in time, it goes back to the backers.";
const NOBODY =
  "If it is not reached by the end of 2027-02-10 (UTC), nobody pays: promises end and what is paid in goes back.";
const REACHED = "The goal is reached: saved cards are charged now, and work can start.";

describe("the card", () => {
  test.each<[string, Campaign, string[]]>([
    [
      "nothing is pledged",
      aGoalCampaign({ goal }),
      [`${NOBODY} As soon as it is reached, saved cards are charged.`, PAID_IN],
    ],
    [
      "not reached",
      unreached,
      [
        "| Promised (card verified) | $20.00 |",
        `${NOBODY} As soon as it is reached, saved cards are charged.`,
        `The $20.00 promised is charged as soon as the goal is reached, usually within minutes, and may fail. ${PAID_IN}`,
      ],
    ],
    [
      "reached, and being charged",
      charging,
      [
        "| Still being collected | $30.00 |",
        REACHED,
        `The $30.00 promised is being collected now that the goal is reached, which may fail. ${PAID_IN}`,
      ],
    ],
    [
      "reached, and one was declined",
      partly,
      [
        "| Still being collected | $30.00 |",
        REACHED,
        `The $30.00 promised is being collected now that the goal is reached, which may fail. ${PAID_IN}`,
      ],
    ],
    ["reached, and all of it collected", collected, [REACHED, PAID_IN]],
    ["awarded", awarded, ["| Still being collected | $30.00 |", "Awarded to alice for #14."]],
    [
      "of a goal that charges at the award",
      bounty,
      [
        "| Promised (card verified) | $20.00 |",
        NOBODY,
        "When a pull request that closes this issue is merged, the $20.00 promised is charged then, usually within minutes, and may fail; what is collected goes to the pull request's author and co-authors, less fees. If none is merged in time, nobody is charged.",
      ],
    ],
  ])("%s", (_state, campaign, lines) => {
    const text = renderCard({
      publicUrl: "https://whip.test",
      repository: REPOSITORY,
      campaign,
      pulls: [],
      policy: DEFAULT_POLICY,
      award: campaign.state === "awarded" ? anAward() : null,
      payees: [],
      nextRefundAt: null,
      platformCountry: null,
    });
    const about = /^(\| Promised|\| Still|\| Being|If|The|When|What|Awarded)/;
    expect(text.split("\n").filter((line) => about.test(line))).toEqual(lines);
  });
});

describe("the notice on a pull request", () => {
  test.each<[string, Campaign, string, string]>([
    [
      "not reached",
      unreached,
      "Merging releases nothing by itself: the goal is not reached",
      "Of the goal on #12, $20.00 of $50.00 is pledged. Nobody pays unless it is reached by its deadline; after a merge, `/release` pays once it is.",
    ],
    [
      "reached, and being charged",
      charging,
      "Merging releases what is collected of $30.00 to @alice",
      "$0.00 is paid in; $30.00 promised is being collected now that the goal is reached, which may fail. What is collected later goes to the same people.",
    ],
    [
      "reached, and one was declined",
      partly,
      "Merging releases what is collected of $50.00 to @alice",
      "$20.00 is paid in; $30.00 promised is being collected now that the goal is reached, which may fail. What is collected later goes to the same people.",
    ],
    [
      "reached, and all of it collected",
      collected,
      "Merging releases $50.00 to @alice",
      "releases what is paid in for that issue: $50.00,",
    ],
    ["awarded", awarded, "Nothing more is released by merging", "is over or already awarded."],
    [
      "of a goal that charges at the award",
      aGoalCampaign({ state: "reached" }, [aPromise({ amount: 5000n })]),
      "Merging charges $50.00 promised for @alice",
      "$50.00 is charged then, usually within minutes, and may fail.",
    ],
  ])("%s", (_state, campaign, title, words) => {
    const notice = renderNotice({
      campaign,
      payees: [{ ...ALICE, basisPoints: 10_000 }],
      rejected: false,
      pull: aPull(),
      defaultBranch: "main",
    });
    expect(notice.title).toBe(title);
    expect(notice.summary).toContain(words);
  });
});

describe("the mails", () => {
  test.each<[string, MailAbout, Campaign, Pledge, string]>([
    [
      "the link, not reached",
      "your link",
      unreached,
      promise,
      "It is charged $20.00 as soon as the goal is reached; if that does not happen by its deadline, or by 2027-07-30, the promise ends. Until it is charged you can take the promise back; after that, until the award, what Stripe's fee leaves of your money.",
    ],
    [
      "the link, reached",
      "your link",
      called,
      promise,
      "The goal is reached, so it is charged $20.00 now.",
    ],
    [
      "the link, of a goal that charges at the award",
      "your link",
      bounty,
      promise,
      "It is charged $20.00 when the bounty is awarded; if that does not happen by 2027-07-30,",
    ],
    [
      "declined, reached",
      "charge failed",
      partly,
      declined,
      "The goal that you promised $30.00 to is reached. Your bank declined the charge.",
    ],
    [
      "to be confirmed, reached",
      "charge failed",
      reached([asked]),
      asked,
      "The goal that you promised $20.00 to is reached. Your bank wants you to confirm the charge.",
    ],
    [
      "declined, awarded",
      "charge failed",
      awarded,
      declined,
      "The bounty that you promised $30.00 to is awarded. Your bank declined the charge.",
    ],
  ])("%s", (_state, about, campaign, pledge, words) => {
    const link = "https://whip.test/pledge/secret";
    const view = { about, of: "1", pledge, campaign, repository: REPOSITORY, link, at: NOW };
    const text = backerMail(view)?.text;
    expect(text).toContain(words);
    if (campaign.state !== "awarded" && campaign !== bounty) expect(text).not.toMatch(/awarded/);
  });
});

test("that it is reached says what happens to saved cards", () => {
  expect(reachedReply(called)).toContain(
    "is reached. Saved cards are charged now. Work can start:",
  );
  expect(reachedReply({ ...bounty, state: "reached" })).not.toContain("charged");
});

test.each<[string, Campaign, string]>([
  ["not reached", unreached, "your card is charged as soon as the goal is reached, as you agreed"],
  ["reached", called, "your card is charged now that the goal is reached, as you agreed"],
  ["charges at the award", bounty, "your card is charged if the bounty is awarded, as you agreed"],
])("a renewal says when the card is charged: %s", (_state, campaign, words) => {
  const offer = { from: NOW, until: NOW + DAY_MS, goalDeadline: null };
  expect(renewalWording({ pledge: promise, campaign }, offer).join(" ")).toContain(words);
});

const OFFER = { operatorFeeBasisPoints: 0, holdDaysMax: 90 };

describe("the terms of a promise", () => {
  const terms = (charge: "award" | "reached"): string =>
    wording("on-merge", OFFER, { deadline: NOW + DAY_MS, charge }).join("\n");

  test("say once when the card is charged, and what becomes of the money then", () => {
    const text = terms("reached");
    expect(text.match(/your card is charged the amount/g)).toHaveLength(1);
    expect(text).toContain("As soon as the goal is reached (at once, if it is already), your card");
    expect(text).not.toMatch(/award[^.]*your card is charged/);
    expect(text).toContain(
      "after that, until the goal is awarded, what you paid less Stripe's fee",
    );
    expect(text).toContain("not awarded within 60 days of the charge goes back to your card");
    expect(text).toContain("never later than 90 days after the charge");
    expect(text).toContain("change the card for 14 days");
    expect(text).toContain("ends by itself after 180 days");
  });

  test("of a goal that charges at the award are a bounty's, and its deadline", () => {
    const lines = terms("award").split("\n");
    expect(lines.slice(0, -1)).toEqual(wording("on-merge", OFFER));
    expect(lines.at(-1)).toContain("by the end of 2027-02-01 (UTC), your promise ends");
  });

  test("of money that is paid now are the same, whenever promises are charged", () => {
    const now = (charge: "award" | "reached") =>
      wording("pay-now", OFFER, { deadline: NOW + DAY_MS, charge });
    expect(now("reached")).toEqual(now("award"));
  });
});
