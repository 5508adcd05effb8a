// Mails to backers: what each says, and when it is not true any more and stays away.
import { describe, expect, test } from "@jest/globals";
import {
  aCampaign,
  aCharging,
  aClearingPledge,
  aGoal,
  aGoalCampaign,
  aPaidPledge,
  aPromise,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import type { Campaign } from "./campaign.ts";
import { backerMail, laterAt, type MailAbout, type MailView, reminders } from "./mails.ts";
import { DAY_MS, type Pledge, type Renewal } from "./pledge.ts";

const LINK = "https://whip.test/pledge/secret";

function mail(about: MailAbout, pledge: Pledge, parts: Partial<MailView> = {}) {
  const campaign = aCampaign({}, [pledge]);
  const view = { pledge, campaign, repository: REPOSITORY, link: LINK, at: NOW, of: "" };
  return backerMail({ about, ...view, ...parts });
}

function extended(...deadlines: number[]): Campaign {
  const [last = 0] = deadlines.slice(-1);
  const extensions = deadlines.slice(1).map((to, index) => ({ from: deadlines[index] ?? 0, to }));
  return aGoalCampaign({ goal: aGoal({ deadline: last, extensions }) }, [aPaidPledge()]);
}

const refundAt = NOW + 60 * DAY_MS;
const lapseAt = NOW + 180 * DAY_MS;
/** Its goal's deadline as the backer saw it: ten days from now. */
const deadline = aGoal().deadline;
const ofGoal = { terms: { ...aPaidPledge().terms, goalDeadline: deadline } };
const goalEnds = { of: String(deadline), at: deadline - DAY_MS, campaign: extended(deadline) };
/** Extended twice: whoever has not agreed again goes along with the first alone. */
const bound = deadline + 20 * DAY_MS;
const twice = extended(deadline, bound, bound + 5 * DAY_MS);
const consentEnds = { of: String(bound), at: bound - DAY_MS, campaign: twice };
const failed = aCharging({ problem: "card declined", failedAt: NOW });

test.each<[string, MailAbout, Pledge, Partial<MailView>]>([
  ["the link after paying", "your link", aClearingPledge(), {}],
  ["the link after promising", "your link", aPromise(), {}],
  [
    "the link of a payment that is told of after the award",
    "your link",
    aClearingPledge(),
    { campaign: aCampaign({ state: "awarded" }) },
  ],
  [
    "the link after a tip",
    "your link",
    aClearingPledge(),
    { campaign: aCampaign({ state: "awarded", kind: "tip" }) },
  ],
  [
    "the date of money",
    "date comes",
    aPaidPledge(),
    { of: String(refundAt), at: refundAt - DAY_MS },
  ],
  [
    "the date of a promise",
    "date comes",
    aPromise(),
    { of: String(lapseAt), at: lapseAt - DAY_MS },
  ],
  ["the end of a goal", "goal ends", aPaidPledge(ofGoal), goalEnds],
  ["the end of a goal, of a promise", "goal ends", aPromise(ofGoal), goalEnds],
  ["the end of a consent", "consent ends", aPaidPledge(ofGoal), consentEnds],
  ["the end of a consent, of a promise", "consent ends", aPromise(ofGoal), consentEnds],
  [
    "a refund on its way",
    "refund begun",
    aPaidPledge({ state: "refunding", refunding: 1912n }),
    {},
  ],
  ["a refund that is through", "refund through", aPaidPledge({ refunded: 1912n }), {}],
  ["a charge that was declined", "charge failed", failed, {}],
])("%s", (_what, about, pledge, parts) => {
  const written = mail(about, pledge, parts);
  expect(written?.text).toContain(LINK);
  expect(written?.text).toContain("Opening it changes nothing.");
  expect(`${written?.subject}\n\n${written?.text}`).toMatchSnapshot();
});

describe("what is not true any more is not said", () => {
  const late = { of: String(refundAt), at: refundAt - DAY_MS };
  test.each<[string, MailAbout, Pledge, Partial<MailView>]>([
    ["a date that came", "date comes", aPaidPledge(), { ...late, at: refundAt }],
    ["a date that was moved", "date comes", aPaidPledge(), { ...late, of: "1" }],
    ["money that goes back", "date comes", aPaidPledge({ returnReason: "withdrawn" }), late],
    ["money that was awarded", "date comes", aPaidPledge({ shared: 1912n }), late],
    ["a promise that was withdrawn", "your link", aPromise({ state: "withdrawn" }), {}],
    [
      "a bounty that is over",
      "date comes",
      aPaidPledge(),
      { ...late, campaign: aCampaign({ state: "cancelled" }) },
    ],
    [
      "the end of a goal that is reached",
      "goal ends",
      aPaidPledge(ofGoal),
      { ...goalEnds, campaign: aGoalCampaign({ state: "reached" }) },
    ],
    [
      "the end of a goal that was moved",
      "goal ends",
      aPaidPledge(ofGoal),
      { ...goalEnds, campaign: extended(deadline, bound) },
    ],
    [
      "a goal, of a promise that was withdrawn",
      "goal ends",
      aPromise({ ...ofGoal, state: "withdrawn" }),
      goalEnds,
    ],
    ["a goal whose end came", "goal ends", aPaidPledge(ofGoal), { ...goalEnds, at: deadline }],
    [
      "the end of a consent that was renewed",
      "consent ends",
      aPaidPledge({ ...ofGoal, renewals: [consentTo(bound + 5 * DAY_MS)] }),
      consentEnds,
    ],
    [
      "the end of a consent to a goal that is reached",
      "consent ends",
      aPaidPledge(ofGoal),
      { ...consentEnds, campaign: { ...twice, state: "reached" } },
    ],
    [
      "the end of a consent of money that goes back",
      "consent ends",
      aPaidPledge({ ...ofGoal, returnReason: "withdrawn" }),
      consentEnds,
    ],
    ["a refund that is through", "refund begun", aPaidPledge({ refunded: 1912n }), {}],
    ["a charge that went through", "charge failed", aPaidPledge(), {}],
  ])("%s", (_what, about, pledge, parts) => {
    expect(mail(about, pledge, parts)).toBeNull();
  });
});

describe("what a withdrawal may make true again is looked at again, a day later", () => {
  const reached = aGoalCampaign({ state: "reached" });
  const charged = aGoalCampaign({ state: "reached", goal: aGoal({ charge: "reached" }) });
  const early = { of: String(deadline), at: deadline - 7 * DAY_MS };
  test.each<[string, MailAbout, Partial<MailView>, boolean]>([
    ["a goal that is reached", "goal ends", { ...early, campaign: reached }, true],
    [
      "a consent to one",
      "consent ends",
      { ...consentEnds, at: bound - 2 * DAY_MS, campaign: { ...twice, state: "reached" } },
      true,
    ],
    ["one that nothing undoes", "goal ends", { ...early, campaign: charged }, false],
    ["one that is not reached: it is said", "goal ends", goalEnds, false],
    ["on its last day", "goal ends", { ...goalEnds, campaign: reached }, false],
    ["one that was moved", "goal ends", { ...early, of: "1", campaign: reached }, false],
    [
      "one that was awarded",
      "goal ends",
      { ...early, campaign: aGoalCampaign({ state: "awarded" }) },
      false,
    ],
    ["another date", "date comes", { ...early, campaign: reached }, false],
  ])("%s", (_what, about, parts, again) => {
    const pledge = aPaidPledge(ofGoal);
    const view = { pledge, campaign: reached, repository: REPOSITORY, link: LINK, at: NOW, of: "" };
    const asked: MailView = { about, ...view, ...parts };
    expect(laterAt(asked)).toBe(again ? asked.at + DAY_MS : null);
  });
});

describe("the date of what is awarded is looked at again, a day later: the award may be taken back", () => {
  const awarded = aCampaign({ state: "awarded" });
  const early = refundAt - 7 * DAY_MS;
  const shared = aPaidPledge({ shared: 1912n });
  test.each<[string, Pledge, Partial<MailView>, boolean]>([
    ["divided", shared, {}, true],
    ["not yet divided", aPaidPledge(), {}, true],
    ["not yet cleared", aClearingPledge(), {}, true],
    ["on its last day", shared, { at: refundAt - DAY_MS }, false],
    ["of a date that was moved", shared, { of: "1" }, false],
    ["that goes back", aPaidPledge({ returnReason: "award not claimed" }), {}, false],
    ["paid out", aPaidPledge({ shared: 1912n, state: "released" }), {}, false],
    ["of an award that is settled", shared, { campaign: aCampaign({ state: "settled" }) }, false],
    ["of a tip", shared, { campaign: aCampaign({ state: "awarded", kind: "tip" }) }, false],
  ])("%s", (_what, pledge, parts, again) => {
    const dated = { about: "date comes", of: String(refundAt), at: early } as const;
    const asked: MailView = {
      ...{ ...dated, pledge, campaign: awarded, repository: REPOSITORY, link: LINK },
      ...parts,
    };
    expect(backerMail(asked)).toBeNull();
    expect(laterAt(asked)).toBe(again ? asked.at + DAY_MS : null);
  });
});

function consentTo(goalDeadline: number): Renewal {
  return { at: NOW, from: refundAt, until: refundAt, goalDeadline, wordingHash: "h" };
}

test("the last date that may be is not offered to be moved", () => {
  const renewal = {
    at: NOW + DAY_MS,
    from: refundAt,
    until: NOW + 90 * DAY_MS,
    goalDeadline: null,
    wordingHash: "h",
  };
  const pledge = aPaidPledge({ renewals: [renewal] });
  const written = mail("date comes", pledge, {
    of: String(renewal.until),
    at: renewal.until - DAY_MS,
  });
  expect(written?.text).not.toContain("one click");
});

describe("reminders", () => {
  function planned(pledge: Pledge, campaign: Campaign, time = NOW): string[] {
    return reminders({ pledge, campaign }, time).map(({ effect, dueAt }) => {
      const about = effect.effect === "mailBacker" ? effect.about : effect.effect;
      return `${about} in ${((dueAt ?? time) - time) / DAY_MS}d`;
    });
  }

  test("come a week before; of a nearer date there is none", () => {
    expect(planned(aPromise(), aCampaign())).toEqual(["date comes in 173d"]);
    expect(planned(aPromise(), aCampaign(), lapseAt - 8 * DAY_MS)).toEqual(["date comes in 1d"]);
    expect(planned(aPromise(), aCampaign(), lapseAt - 7 * DAY_MS)).toEqual([]);
  });

  test.each<[string, Campaign, number, string[]]>([
    ["a goal's deadline", aGoalCampaign(), NOW, ["date comes in 53d", "goal ends in 3d"]],
    ["a near one", aGoalCampaign(), NOW + 3 * DAY_MS, ["date comes in 50d"]],
    ["one after the pledge's own date", extended(deadline, refundAt), NOW, ["date comes in 53d"]],
    ["the end of a consent", twice, NOW, ["date comes in 53d", "consent ends in 23d"]],
    [
      "a near one, which is new",
      twice,
      bound - DAY_MS,
      ["date comes in 24d", "consent ends in 0d"],
    ],
    ["one that came", twice, bound, ["date comes in 23d"]],
  ])("of a goal: %s", (_what, campaign, time, expected) => {
    expect(planned(aPaidPledge(ofGoal), campaign, time)).toEqual(expected);
  });
});
