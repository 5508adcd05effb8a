// What one pledge adds to its campaign's totals.
import { expect, test } from "@jest/globals";
import { aPaidPledge } from "../../test/core-spec.ts";
import { partOf } from "./campaign.ts";

test("a refund by hand that failed, and a bank that took what it would have given back: neither counts twice", () => {
  const before = aPaidPledge({ handRefunded: 1000n, handRefunding: 500n });
  expect(partOf(before)).toMatchObject({ paidIn: 500n, refunding: 500n, refunded: 1000n });
  // Stripe has not given the failed refund's money back yet.
  const after = partOf({ ...before, lost: 1000n });
  expect(after).toMatchObject({ paidIn: 0n, refunding: 0n, refunded: 1000n, lost: 1000n });
  expect(after).toMatchObject({ refundingCount: 0, backersCount: 0 });
});

test("however much went back, no figure falls below nothing", () => {
  const given = partOf(aPaidPledge({ handRefunded: 1500n, lost: 1000n }));
  expect(given).toMatchObject({ paidIn: 0n, refunding: 0n, refunded: 1500n, lost: 1000n });
});
