// Dates, policy, obstacles and keys: the small rules that everything rests on.
import { describe, expect, test } from "@jest/globals";
import {
  aCampaign,
  aPaidPledge,
  aPayee,
  aPayout,
  aPledge,
  MAINTAINER,
  NOW,
} from "../../test/core-spec.ts";
import { effectKey, isRenewable } from "./effects.ts";
import { nextRound, obstacleTo } from "./payout.ts";
import {
  claimDate,
  DAY_MS,
  isReturnedInFull,
  refundDate,
  STANDARD_TERMS,
  termsWithin,
} from "./pledge.ts";
import { DEFAULT_POLICY, hasRole, NO_ROLE, pledgeMinimum, type WhoMay } from "./policy.ts";
import { wording } from "./wording.ts";

describe("dates, from the day of the charge", () => {
  test("money that is not awarded goes back after 60 days", () => {
    expect(refundDate(aPaidPledge())).toBe(NOW + 60 * DAY_MS);
    expect(refundDate(aPledge())).toBeNull();
  });

  test.each([
    ["awarded at once", 0, 90],
    ["awarded after a month", 30, 90],
    ["awarded on the last day", 60, 90],
  ])("a share %s goes back 90 days after the charge", (_name, awardedAfter, days) => {
    const date = claimDate(aPaidPledge(), NOW + awardedAfter * DAY_MS);
    expect((date - NOW) / DAY_MS).toBe(days);
  });

  test("a shorter time to claim counts from the award", () => {
    const pledge = aPaidPledge();
    const terms = { ...pledge.terms, claimWithinDays: 14 };
    expect(claimDate({ ...pledge, terms }, NOW + 30 * DAY_MS)).toBe(NOW + 44 * DAY_MS);
  });
});

test("only what we should never have had goes back in full", () => {
  const full = ["campaign over", "settled in another currency", "paid twice"] as const;
  const net = ["cancelled", "refund date reached", "award not claimed"] as const;
  expect(full.map(isReturnedInFull)).toEqual([true, true, true]);
  expect(net.map(isReturnedInFull)).toEqual([false, false, false]);
});

const offer = { operatorFeeBasisPoints: 0, holdDaysMax: 90 };

test("the terms in words name the dates and the operator's fee", () => {
  const text = wording("pay-now", { ...offer, operatorFeeBasisPoints: 250 }).join("\n");
  expect(text).toContain("takes 2.5 % of what is paid out");
  expect(text).toContain("within 60 days");
  expect(text).toContain("90 days after the charge");
  expect(wording("pay-now", offer).join("\n")).toContain("takes no fee");
});

describe("an operator who holds money for fewer days", () => {
  test.each([
    [90, 60],
    [75, 60],
    [30, 30],
    [1, 1],
  ])("%i days: what is not awarded goes back after %i", (holdDaysMax, refundAfterDays) => {
    expect(termsWithin(holdDaysMax)).toEqual({ ...STANDARD_TERMS, holdDaysMax, refundAfterDays });
  });

  test("says so, in every way to pledge, and holds nothing beyond it", () => {
    const shorter = { ...offer, holdDaysMax: 30 };
    const goal = { deadline: NOW + DAY_MS, charge: "reached" as const };
    const paidNow = wording("pay-now", shorter).join("\n");
    expect(paidNow).toContain("not awarded within 30 days of the charge");
    expect(paidNow).toContain("goes back 30 days after the award");
    expect(paidNow).toContain("never later than 30 days after the charge");
    const promised = wording("on-merge", shorter, goal).join("\n");
    expect(promised).toContain("never later than 30 days after the charge");
    expect(promised).toContain("not awarded within 30 days of the charge goes back");
    expect(`${paidNow}${promised}`).not.toMatch(/[69]0 days/);
    const pledge = aPaidPledge();
    const held = { ...pledge, terms: { ...pledge.terms, ...termsWithin(30) } };
    expect(refundDate(held)).toBe(NOW + 30 * DAY_MS);
    expect(claimDate(held, NOW + 20 * DAY_MS)).toBe(NOW + 30 * DAY_MS);
  });
});

describe("who may", () => {
  const roles = ["triage", "push", "maintain", "admin"] as const;
  test.each<[WhoMay, boolean[]]>([
    ["triage", [true, true, true, true]],
    ["write", [false, true, true, true]],
    ["maintain", [false, false, true, true]],
    ["admin", [false, false, false, true]],
  ])("%s", (who, expected) => {
    expect(roles.map((role) => hasRole({ ...NO_ROLE, [role]: true }, who))).toEqual(expected);
    expect(hasRole(NO_ROLE, who)).toBe(false);
  });
});

test("the smallest pledge is the policy's, and never below what Stripe charges", () => {
  expect(pledgeMinimum(DEFAULT_POLICY)).toBe(500n);
  expect(pledgeMinimum({ ...DEFAULT_POLICY, minimum: 1n })).toBe(50n);
  expect(pledgeMinimum({ ...DEFAULT_POLICY, currency: "czk" })).toBe(1500n);
});

describe("a payout leaves when nothing stands in its way", () => {
  const hold = { why: "w", by: MAINTAINER, at: NOW };
  const late = { payableFrom: NOW + 1 };
  test.each([
    ["all is well", {}, {}, {}, null],
    ["never held", {}, { payableFrom: null }, {}, null],
    ["the very moment its hold ends", {}, { payableFrom: NOW }, {}, null],
    ["held", {}, late, {}, "first payout held"],
    ["the policy's days", {}, {}, late, "award held"],
    ["both", {}, late, late, "award held"],
    ["not ready", {}, { ready: false }, late, "payee's account not ready"],
    ["no account", {}, { accountId: null }, {}, "payee not connected"],
    ["the campaign on hold", { hold }, { ready: false }, late, "campaign on hold"],
    ["a moment before its claim date", {}, {}, { claimBy: NOW + 1 }, null],
    ["its claim date, whatever else", { hold }, {}, { claimBy: NOW }, "claim date over"],
  ])("%s", (_name, campaign, payee, payout, obstacle) => {
    const who = { payee: aPayee(payee), campaign: aCampaign(campaign) };
    expect(obstacleTo({ ...who, payout: aPayout(payout), at: NOW })).toBe(obstacle);
  });
});

describe("one effect, one key", () => {
  test("each round of a payout, each refund of a pledge, each date has its own", () => {
    const { id } = nextRound(aPayout(), [aPayout()]);
    expect(id).toBe("p1:7:2");
    expect(effectKey({ effect: "transfer", payoutId: id })).toBe("transfer:p1:7:2");
  });

  test("what waits for a date does not take the place of what is due at once", () => {
    const now = effectKey({ effect: "payWaiting", of: { payeeId: 7 }, after: null });
    const later = effectKey({ effect: "payWaiting", of: { payeeId: 7, from: NOW }, after: null });
    const next = effectKey({ effect: "payWaiting", of: { payeeId: 7 }, after: "p1:7:1" });
    expect(later).not.toBe(now);
    expect(next).toBe(now);
    expect(effectKey({ effect: "payWaiting", of: { campaignId: "7" }, after: null })).not.toBe(now);
  });

  test("only what shows or sends the newest state is renewed; money moves once", () => {
    expect(isRenewable({ effect: "updateCard", campaignId: "c1" })).toBe(true);
    expect(isRenewable({ effect: "payWaiting", of: { payeeId: 7 }, after: null })).toBe(true);
    expect(isRenewable({ effect: "openAccount", payeeId: 7, number: 1 })).toBe(true);
    const refund = { object: "refund", id: "re_1", pledgeId: "p1" } as const;
    expect(isRenewable({ effect: "reread", ...refund })).toBe(true);
    expect(isRenewable({ effect: "callIn", campaignId: "c1", after: null })).toBe(true);
    expect(isRenewable({ effect: "transfer", payoutId: "p1:7:1" })).toBe(false);
    expect(isRenewable({ effect: "openCheckout", pledgeId: "p1", number: 1 })).toBe(false);
  });
});
