// Mails to backers: what each says, and when it is not true any more and stays away.
import { describe, expect, test } from "@jest/globals";
import {
  aCampaign,
  aCharging,
  aClearingPledge,
  aPaidPledge,
  aPromise,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import { backerMail, type MailAbout, type MailView, reminderBefore } from "./mails.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";

const LINK = "https://whip.test/pledge/secret";

function mail(about: MailAbout, pledge: Pledge, parts: Partial<MailView> = {}) {
  const campaign = aCampaign({}, [pledge]);
  const view = { pledge, campaign, repository: REPOSITORY, link: LINK, at: NOW, of: "" };
  return backerMail({ about, ...view, ...parts });
}

const refundAt = NOW + 60 * DAY_MS;
const lapseAt = NOW + 180 * DAY_MS;
const failed = aCharging({ problem: "card declined", failedAt: NOW });

test.each<[string, MailAbout, Pledge, Partial<MailView>]>([
  ["the link after paying", "your link", aClearingPledge(), {}],
  ["the link after promising", "your link", aPromise(), {}],
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
    ["a refund that is through", "refund begun", aPaidPledge({ refunded: 1912n }), {}],
    ["a charge that went through", "charge failed", aPaidPledge(), {}],
  ])("%s", (_what, about, pledge, parts) => {
    expect(mail(about, pledge, parts)).toBeNull();
  });
});

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

test("the reminder comes a week before; of a nearer date there is none", () => {
  const plans = (date: number) => reminderBefore(date, { pledge: aPromise(), time: NOW });
  expect(plans(NOW + 8 * DAY_MS).map(({ dueAt }) => dueAt)).toEqual([NOW + DAY_MS]);
  expect(plans(NOW + 7 * DAY_MS)).toEqual([]);
});
