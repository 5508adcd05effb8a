// From a linked pull request to the award.
import { describe, expect, test } from "@jest/globals";
import { given, lastOf } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aClaim,
  aMergedPull,
  aNotice,
  aPaidPledge,
  aPayee,
  aPledge,
  aPromise,
  aPull,
  aSituation,
  BOB,
  GOOD_MERGE,
  MAINTAINER,
  NOW,
  PULL_THREAD,
  says,
  withPledge,
} from "../../test/core-spec.ts";
import type { Campaign } from "./campaign.ts";
import { decideEvent } from "./decide.ts";
import type { Situation } from "./decision.ts";
import type { Event } from "./events.ts";
import { DAY_MS } from "./pledge.ts";

const HOLD = { why: "wait", by: MAINTAINER, at: NOW };
const release = says({ command: "releaseAward" });

function onPaid(campaign: Partial<Campaign> = {}, parts: Partial<Situation> = {}): Situation {
  const pledge = aPaidPledge();
  return withPledge(pledge, {
    campaign: aCampaign(campaign, [pledge]),
    claims: [aClaim()],
    notices: [aNotice()],
    ...parts,
  });
}

function merged(parts: Partial<Extract<Event, { event: "pullMerged" }>> = {}): Event {
  return {
    event: "pullMerged",
    pull: aMergedPull(),
    campaignId: "c1",
    facts: GOOD_MERGE,
    ...parts,
  };
}

describe("links and notices", () => {
  test("a closed pull request gets no notice: what merging would pay is past", () => {
    const pull = aPull({ open: false });
    given(aSituation({ claims: [aClaim()] }))
      .when({ event: "pullSeen", pull })
      .then({ effects: ["card:c1"] });
    given(aSituation({ campaign: aCampaign() }))
      .when({ event: "pullLinked", pull, campaignId: "c1", by: "closing reference" })
      .then({ effects: ["card:c1"] });
  });

  test("notices are renewed from the first pull request on; before it there are none", () => {
    const linked = { event: "pullLinked", pull: aPull(), campaignId: "c1", by: "command" } as const;
    const hold = says({ command: "holdAward", why: "wait" });
    const alone = aCampaign({ linked: false });
    given(aSituation({ campaign: alone }))
      .when(hold)
      .then({ effects: ["card:c1", "react:55:rocket"] });
    given(aSituation({ campaign: alone }))
      .when(linked)
      .then({ changes: { campaign: { ...alone, linked: true } } });
    given(aSituation({ campaign: aCampaign() }))
      .when(linked)
      .then({ untouched: ["campaign"] });
    given(aSituation({ campaign: aCampaign() }))
      .when(hold)
      .then({ effects: ["card:c1", "notices:c1", "react:55:rocket"] });
  });

  test("a pull request of no campaign is no matter", () => {
    given(aSituation()).when({ event: "pullSeen", pull: aPull() }).then({ effects: [] });
  });

  test.each([
    ["a command", "a closing reference", "command", "closing reference", undefined],
    ["a closing reference", "a command", "closing reference", "command", "command"],
    ["a closing reference", "itself", "closing reference", "closing reference", undefined],
  ] as const)("%s stands, then %s", (_a, _b, before, by, written) => {
    const situation = aSituation({ campaign: aCampaign(), claims: [aClaim({ by: before })] });
    const event = { event: "pullLinked", pull: aPull(), campaignId: "c1", by } as const;
    expect(lastOf(decideEvent(event, situation), "claim")).toEqual(
      written === undefined ? undefined : aClaim({ by: written }),
    );
  });
});

describe("a merge", () => {
  test("releases when the notice stood: the award names who merged, who is paid, and nothing yet", () => {
    given(onPaid({}, { payees: [aPayee()] }))
      .when(merged())
      .then({
        postings: [],
        effects: ["award:c1", "card:c1", "notices:c1"],
        changes: {
          award: {
            id: "new1",
            at: NOW,
            by: MAINTAINER,
            payees: [{ id: 7, basisPoints: 10_000, allotted: 0n }],
          },
          pull: { mergedAt: NOW },
          campaign: { state: "awarded" },
        },
      });
  });

  test("asks whoever has no account yet, once, on the pull request", () => {
    given(onPaid())
      .when(merged())
      .then({ effects: ["award:c1", "card:c1", "notices:c1", "reply:connect:new1"] });
  });

  test("of promises alone nobody is asked to connect before one of them is paid", () => {
    const notices = [aNotice()];
    given(withPledge(aPromise(), { pull: aPull(), claims: [aClaim()], notices }))
      .when(merged())
      .then({ effects: ["award:c1", "card:c1", "notices:c1"], changes: { award: { id: "new1" } } });
  });

  test("a first award begins the payee's hold, a later one does not begin it anew", () => {
    const operator = { ...aSituation().operator, firstPayoutHoldDays: 7 };
    given(onPaid({}, { operator }))
      .when(merged())
      .then({ changes: { payee: { payableFrom: NOW + 7 * DAY_MS } } });
    given(onPaid({}, { operator, payees: [aPayee()] }))
      .when(merged())
      .then({ changes: { payee: { payableFrom: NOW - 1, accountId: "acct_7" } } });
  });

  test("waits without a notice, and says once on the pull request what to do", () => {
    given(onPaid({}, { notices: [] }))
      .when(merged())
      .then({
        effects: ["card:c1", "reply:waits:140:c1"],
        changes: { campaign: { state: "open", waitingPullId: 140 } },
        untouched: ["award"],
      });
  });

  test("waits for a pull request that only the author's command links, where GitHub sees no closing", () => {
    const facts = { ...GOOD_MERGE, closesIssue: false };
    given(onPaid())
      .when(merged({ facts }))
      .then({ untouched: ["award"], changes: { campaign: { waitingPullId: 140 } } });
    given(onPaid({}, { claims: [aClaim({ by: "command" })] }))
      .when(merged({ facts }))
      .then({ changes: { campaign: { state: "awarded" } } });
    given(onPaid({}, { claims: [aClaim({ by: "command", campaignId: "c2" })] }))
      .when(merged({ facts }))
      .then({ untouched: ["award"] });
  });

  test("that GitHub names as what closed the issue is linked, for the `/release` on it", () => {
    given(onPaid({}, { claims: [], notices: [] }))
      .when(merged())
      .then({ changes: { claim: aClaim(), campaign: { waitingPullId: 140 } } });
    given(onPaid({}, { notices: [] }))
      .when(merged())
      .then({ untouched: ["claim"] });
  });

  test("from before the bounty was attached is none of its matter", () => {
    const createdAt = NOW + 1_000;
    given(onPaid({ createdAt }))
      .when(merged())
      .then({ effects: [], untouched: ["award", "campaign"] });
    given(aSituation({ campaign: aCampaign({ createdAt }) }))
      .when(merged())
      .then({ effects: [], untouched: ["campaign"] });
    given(onPaid({ createdAt: NOW + 999 }))
      .when(merged())
      .then({ changes: { campaign: { state: "awarded" } } });
  });

  test("one that does not solve the issue does not push aside one that waits and does", () => {
    const facts = { ...GOOD_MERGE, closesIssue: false };
    given(onPaid({ waitingPullId: 139 }))
      .when(merged({ facts }))
      .then({ changes: { campaign: { waitingPullId: 139 } } });
    given(onPaid({ waitingPullId: 139 }, { notices: [] }))
      .when(merged())
      .then({ changes: { campaign: { waitingPullId: 140 } } });
  });

  test("that released after it had waited hides the reply", () => {
    given(onPaid({ waitingPullId: 140 }, { payees: [aPayee()] }))
      .when(merged())
      .then({
        effects: ["award:c1", "card:c1", "notices:c1", "minimize:waits:140:c1"],
        changes: { campaign: { waitingPullId: null } },
      });
  });

  test("of a campaign that is over, or not merged after all, only updates the pull request", () => {
    given(onPaid({ state: "awarded" }))
      .when(merged())
      .then({ effects: [], untouched: ["campaign"] });
    given(onPaid())
      .when(merged({ pull: aPull({ open: false }) }))
      .then({ effects: [], untouched: ["campaign"] });
  });

  test("from before the bounty was attached solves nothing of it; in the same second it does", () => {
    const createdAt = NOW + 999;
    given(onPaid({ createdAt }))
      .when(merged())
      .then({ changes: { campaign: { state: "awarded" } } });
    given(onPaid({ createdAt: NOW + 1000 }))
      .when(merged())
      .then({ effects: [], untouched: ["campaign", "award"] });
  });

  test("that GitHub names only afterwards as what closed the issue is linked from then on", () => {
    given(onPaid({}, { claims: [], notices: [] }))
      .when(merged())
      .then({ changes: { claim: { by: "closing reference" }, campaign: { waitingPullId: 140 } } });
  });

  test("with nothing paid in ends the bounty: open payment pages are closed", () => {
    const solved = aCampaign({ issueOpen: false }, [aPledge()]);
    given({ ...withPledge(aPledge()), campaign: solved })
      .when(merged())
      .then({
        effects: ["return-pledges:c1", "card:c1", "notices:c1"],
        changes: { campaign: { state: "expired" } },
      });
    // Linked by an edit after the merge: the issue is not solved.
    given(withPledge(aPledge()))
      .when(merged())
      .then({ effects: [], untouched: ["campaign"] });
    given({ ...withPledge(aPledge()), campaign: solved })
      .when(merged({ facts: { ...GOOD_MERGE, intoDefaultBranch: false } }))
      .then({ effects: [], untouched: ["campaign"] });
    given({ ...withPledge(aPledge()), campaign: solved })
      .when(merged({ facts: { ...GOOD_MERGE, closesIssue: false } }))
      .then({ effects: [], untouched: ["campaign"] });
  });

  test("with all of it disputed by a bank waits: what the bank gives back is still the award's", () => {
    const pledge = aPaidPledge({ state: "disputed", disputed: 2000n });
    const campaign = aCampaign({ issueOpen: false }, [pledge]);
    const situation = withPledge(pledge, { campaign, claims: [aClaim()], notices: [aNotice()] });
    given(situation)
      .when(merged())
      .then({ changes: { campaign: { state: "open", waitingPullId: 140 } } });
    given({ ...situation, pull: aMergedPull() })
      .when(release)
      .then({ changes: { campaign: { state: "awarded" } }, postings: [] });
  });

  test("does not count money that is on its way back as paid in", () => {
    const pledge = aPaidPledge({ returnReason: "refund date reached", refundsCount: 1 });
    given({ ...withPledge(pledge), campaign: aCampaign({ issueOpen: false }, [pledge]) })
      .when(merged())
      .then({ changes: { campaign: { state: "expired" } } });
  });
});

describe("/release", () => {
  test("pays for the merged pull request that waits, whatever was missing", () => {
    given(onPaid({ waitingPullId: 140 }, { pull: aMergedPull(), notices: [], payees: [aPayee()] }))
      .when(release)
      .then({
        effects: ["award:c1", "card:c1", "notices:c1", "minimize:waits:140:c1", "react:55:rocket"],
        changes: { award: { pullId: 140, by: MAINTAINER }, campaign: { waitingPullId: null } },
      });
  });

  test("on a pull request that is not merged pays nobody", () => {
    given(onPaid({}, { pull: aPull() }))
      .when(says({ command: "releaseAward" }, { thread: PULL_THREAD }))
      .then({ refusal: "nothingToRelease" });
  });

  test("pays the people named by /split, pull request or not", () => {
    const split = [{ ...BOB, basisPoints: 10_000 }];
    given(onPaid({ split }))
      .when(release)
      .then({ changes: { award: { pullId: null, pullNumber: null, payees: [{ id: 8 }] } } });
    given(onPaid({ split }, { pull: aMergedPull() }))
      .when(release)
      .then({ changes: { award: { pullId: 140, payees: [{ id: 8 }] } } });
  });

  test("ends a hold and pays, when a merged pull request waits", () => {
    given(onPaid({ hold: HOLD }, { pull: aMergedPull() }))
      .when(release)
      .then({ changes: { campaign: { state: "awarded", hold: null } } });
  });

  test("only ends the hold, when nothing merged waits: a split is not paid by surprise", () => {
    given(onPaid({ hold: HOLD, split: [{ ...ALICE, basisPoints: 10_000 }] }))
      .when(release)
      .then({
        effects: ["pay-waiting:campaign:c1", "card:c1", "notices:c1", "react:55:rocket"],
        changes: { campaign: { state: "open", hold: null } },
        untouched: ["award"],
      });
  });

  test("after the award ends a hold, so that what waits leaves", () => {
    given(onPaid({ state: "awarded", hold: HOLD }, { pull: aMergedPull() }))
      .when(release)
      .then({
        effects: ["pay-waiting:campaign:c1", "card:c1", "react:55:rocket"],
        changes: { campaign: { state: "awarded", hold: null } },
        untouched: ["award"],
      });
  });

  test.each([
    ["awarded", "campaignIsAwarded"],
    ["settled", "campaignIsOver"],
    ["cancelled", "campaignIsOver"],
    ["expired", "campaignIsOver"],
  ] as const)("does nothing once the bounty is %s", (state, refusal) => {
    given(onPaid({ state }, { pull: aMergedPull() }))
      .when(release)
      .then({ refusal });
  });
});
