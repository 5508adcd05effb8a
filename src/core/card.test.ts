// The card in each of its states, as GitHub gets it.
import { describe, expect, test } from "@jest/globals";
import {
  ALICE,
  aCampaign,
  aCharging,
  aClearingPledge,
  aGoalCampaign,
  aMergedPull,
  anAward,
  aPaidPledge,
  aPayee,
  aPledge,
  aPromise,
  aPull,
  BOB,
  MAINTAINER,
  NOW,
  REPOSITORY,
} from "../../test/core-spec.ts";
import type { Campaign, CampaignState } from "./campaign.ts";
import { type CardView, marker, progressText, renderCard } from "./card.ts";
import { announcedBy, renderNotice } from "./notice.ts";
import { DAY_MS, type Pledge } from "./pledge.ts";
import { DEFAULT_POLICY } from "./policy.ts";

function view(
  campaign: Partial<Campaign>,
  pledges: readonly Pledge[] = [],
  parts: Partial<CardView> = {},
): CardView {
  return {
    publicUrl: "https://whip.test",
    repository: REPOSITORY,
    campaign: aCampaign(campaign, pledges),
    pulls: [],
    policy: DEFAULT_POLICY,
    award: null,
    payees: [],
    nextRefundAt: null,
    platformCountry: "US",
    ...parts,
  };
}

const two = [aPaidPledge(), aClearingPledge({ id: "p2", amount: 3000n, chargeId: "ch_2" })];
const paidOut = aPaidPledge({ state: "released", shared: 1912n, released: 1912n });
const refunding = aPaidPledge({ state: "refunding", refunding: 1912n, returnReason: "cancelled" });
const refunded = aPaidPledge({ state: "refunded", refunded: 1912n, returnReason: "cancelled" });

test("open, nothing paid in", () => {
  expect(renderCard(view({}))).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty: $0.00 paid in

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="$0.00 paid in" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| Paid in | $0.00 |
|:---|:---|

What is paid in goes to the pull request's author and co-authors when a pull request that closes this issue is merged, less fees. If none is merged in time, it goes back to the backers.

To be paid you need a Stripe account in the United States, the United Kingdom, Canada, Switzerland or a country of the European Economic Area.

**[Pledge to this issue](https://whip.test/gh/acme/rocket/issues/12)** ([$10.00](https://whip.test/gh/acme/rocket/issues/12?amount=10.00) · [$25.00](https://whip.test/gh/acme/rocket/issues/12?amount=25.00) · [$100.00](https://whip.test/gh/acme/rocket/issues/12?amount=100.00))

<sub>Commands: \`/pledge <amount>\`, \`/claim #n\` on your pull request; maintainers: \`/bounty\`, \`/split\`, \`/hold\`, \`/release\`, \`/cancel\`. All of them: \`/help\`.</sub>"
`);
});

test("open, with an ask, money that clears, and a pull request", () => {
  const parts = { pulls: [aPull()], nextRefundAt: NOW + 60 * DAY_MS };
  expect(renderCard(view({ ask: 20_000n }, two, parts))).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty: $50.00 of $200.00 paid in

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="$50.00 of $200.00 paid in by 2 backers" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| Paid in | $50.00 |
|:---|:---|
| of that, clearing at Stripe | $30.00 |
| Stripe's fees on it | $0.88 |
| Asked for | $200.00 |
| Backers | 2 |
| First refund unless awarded | 2027-04-01 |

What is paid in goes to the pull request's author and co-authors when a pull request that closes this issue is merged, less fees. If none is merged in time, it goes back to the backers.

To be paid you need a Stripe account in the United States, the United Kingdom, Canada, Switzerland or a country of the European Economic Area.

In progress: #14 by alice

**[Pledge to this issue](https://whip.test/gh/acme/rocket/issues/12)** ([$10.00](https://whip.test/gh/acme/rocket/issues/12?amount=10.00) · [$25.00](https://whip.test/gh/acme/rocket/issues/12?amount=25.00) · [$100.00](https://whip.test/gh/acme/rocket/issues/12?amount=100.00))

<sub>Commands: \`/pledge <amount>\`, \`/claim #n\` on your pull request; maintainers: \`/bounty\`, \`/split\`, \`/hold\`, \`/release\`, \`/cancel\`. All of them: \`/help\`.</sub>"
`);
});

test("open, split, on hold, a merged pull request waits, the issue closed", () => {
  const campaign = {
    split: [
      { ...ALICE, basisPoints: 7000 },
      { ...BOB, basisPoints: 3000 },
    ],
    hold: { why: "see @evil, #1 and <b>", by: MAINTAINER, at: NOW },
    waitingPullId: 140,
    issueOpen: false,
  };
  expect(renderCard(view(campaign, two, { pulls: [aMergedPull()] }))).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty: $50.00 paid in

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="$50.00 paid in by 2 backers" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| Paid in | $50.00 |
|:---|:---|
| of that, clearing at Stripe | $30.00 |
| Stripe's fees on it | $0.88 |
| Backers | 2 |

What is paid in goes to alice 70 %, bob 30 % when a pull request that closes this issue is merged, less fees. If none is merged in time, it goes back to the backers. The issue is closed at the moment.

To be paid you need a Stripe account in the United States, the United Kingdom, Canada, Switzerland or a country of the European Economic Area.

**On hold** by mona: “see @​evil, #​1 and &lt;b&gt;”. Nothing is paid out before a maintainer's \`/release\`.

#14 is merged and waits for a maintainer's \`/release\`.

**[Pledge to this issue](https://whip.test/gh/acme/rocket/issues/12)** ([$10.00](https://whip.test/gh/acme/rocket/issues/12?amount=10.00) · [$25.00](https://whip.test/gh/acme/rocket/issues/12?amount=25.00) · [$100.00](https://whip.test/gh/acme/rocket/issues/12?amount=100.00))

<sub>Commands: \`/pledge <amount>\`, \`/claim #n\` on your pull request; maintainers: \`/bounty\`, \`/split\`, \`/hold\`, \`/release\`, \`/cancel\`. All of them: \`/help\`.</sub>"
`);
});

test("awarded: what it waits for, and of an account never more than that it is not ready", () => {
  const pledge = aPaidPledge({ shared: 1912n, takenBack: 500n });
  const card = renderCard(
    view({ state: "awarded" }, [pledge], { payees: [aPayee({ ready: false })], award: anAward() }),
  );
  expect(card).toContain("| of that, taken back by the operator | $5.00 |");
  expect(card).toContain("Stripe does not pay into their account at the moment: alice.");
  expect(card).toContain("is sent again by a maintainer's `/release`");
  expect(card).toContain("What is not claimed in time goes back to the backers.");
});

test("a platform elsewhere pays accounts in its own country; unknown, nothing is said", () => {
  expect(renderCard(view({}, [], { platformCountry: "AU" }))).toContain("account in Australia.");
  expect(renderCard(view({}, [], { platformCountry: null }))).not.toContain("To be paid you need");
});

test("awarded, one share waits for its account", () => {
  const parts = { award: anAward(), payees: [aPayee({ accountId: null, ready: false })] };
  const pledge = aPaidPledge({ shared: 1912n });
  expect(
    renderCard(view({ state: "awarded", ask: 20_000n }, [pledge], parts)),
  ).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty awarded: being paid out

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="Bounty awarded: being paid out" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| Awarded, not yet paid out | $19.12 |
|:---|:---|
| Backers | 1 |

Awarded to alice for #14. Not yet connected to Stripe: alice. What is not claimed in time goes back to the backers."
`);
});

test("settled", () => {
  const parts = { award: anAward(), payees: [aPayee()] };
  expect(renderCard(view({ state: "settled" }, [paidOut], parts))).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty paid out: $19.12

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="Bounty paid out: $19.12" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| Paid out | $19.12 |
|:---|:---|
| Backers | 1 |

Awarded to alice for #14."
`);
});

test("cancelled, the money on its way back", () => {
  const campaign = { state: "cancelled", endReason: "not @needed" } as const;
  expect(renderCard(view(campaign, [refunding, aPledge({ id: "p2" })]))).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty cancelled: the money is on its way back

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="Bounty cancelled: the money is on its way back" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| On its way back | $19.12 (1 pledge) |
|:---|:---|

Reason: “not @​needed”. Everybody who paid gets their money back, less the fee that Stripe keeps; this card says when it is through."
`);
});

test("somebody else in a payee's place is said with who agreed, and mentions nobody", () => {
  const handed = [{ from: ALICE.id, to: BOB, by: MAINTAINER, at: NOW }];
  const shared = aPaidPledge({ shared: 1912n });
  const payees = [aPayee({ ...BOB, accountId: null, ready: false })];
  const text = renderCard(
    view({ state: "awarded" }, [shared], { award: anAward({ handed }), payees }),
  );
  expect(text).toContain("Awarded to alice for #14. Not yet connected to Stripe: bob.");
  expect(text).toContain(
    "In the place of alice, bob is paid what had not left: alice asked for it, and mona agreed.",
  );
  expect(text).not.toContain("@");
});

test("paid outside: a person's word, said as one, and in no figure", () => {
  const paidOutside = { amount: 20_000n, by: MAINTAINER, at: NOW };
  const text = renderCard(view({ state: "expired", ask: 20_000n, paidOutside }));
  expect(text).toContain("### Bounty over: paid outside of Whipround\n");
  expect(text).toContain("$200.00 was paid outside of Whipround, as mona said on 2027-01-31.");
  expect(text).not.toMatch(/@|^\|/m);
  expect(text).not.toContain("Pledge to this issue");
});

test("cancelled, all of it back", () => {
  expect(
    renderCard(view({ state: "cancelled", endReason: "no" }, [refunded])),
  ).toMatchInlineSnapshot(`
"<!-- whipround:card:1200 -->

### Bounty cancelled

<picture><source media="(prefers-color-scheme: dark)" srcset="https://whip.test/campaigns/c1/progress-dark.svg"><img alt="Bounty cancelled" src="https://whip.test/campaigns/c1/progress-light.svg" width="600" height="60"></picture>

| Given back | $19.12 (1 pledge) |
|:---|:---|

Reason: “no”. Every refund is through."
`);
});

describe("what a card says", () => {
  test.each([
    ["settled", "### Bounty over: nobody claimed it"],
    ["expired", "Nobody was charged."],
    ["cancelled", "### Bounty cancelled\n"],
  ] as const)("%s without money: %s", (state, text) => {
    expect(renderCard(view({ state }))).toContain(text);
  });

  const lost = aPaidPledge({ state: "lost", lost: 2000n });
  const disputed = aPaidPledge({ state: "disputed", disputed: 2000n, returnReason: "cancelled" });
  test.each<[string, CampaignState, Pledge, string, string]>([
    ["lost, then ended", "expired", lost, "Bounty over", "Backers' banks took back what was paid."],
    [
      "ended while a bank decides",
      "cancelled",
      disputed,
      "Bounty cancelled",
      "A backer's bank asks about what was paid, or took it back; what it leaves goes back to the backer.",
    ],
    ["awarded, then lost", "settled", lost, "Bounty over: taken back by backers' banks", ""],
  ])("a chargeback: %s", (_what, state, pledge, title, text) => {
    const card = renderCard(view({ state }, [pledge]));
    expect(card).toContain(`### ${title}\n`);
    expect(card).toContain(text);
    expect(card).not.toMatch(/Nobody was charged|nobody claimed/);
  });

  test("somebody only left Stripe's page: nobody is told of money on its way", () => {
    const text = renderCard(view({ state: "cancelled" }, [aPledge()]));
    expect(text).toContain("Nobody was charged.");
    expect(text).not.toContain("way back");
  });

  const states: CampaignState[] = ["open", "reached", "awarded", "settled", "cancelled", "expired"];
  test.each(states)("%s: no empty parts, no mentions, one marker at its head", (state) => {
    const hold = { why: "@x", by: MAINTAINER, at: NOW };
    const parts = { award: anAward(), payees: [aPayee({ ready: false })], pulls: [aPull()] };
    for (const pledges of [[], two, [refunding], [refunded], [paidOut]]) {
      const text = renderCard(view({ state, hold, endReason: "@y /z" }, pledges, parts));
      expect(text.startsWith(`${marker("card:1200")}\n\n### `)).toBe(true);
      expect(text).not.toMatch(/\n{3}|undefined|null|NaN|\|\s*\|\s*\|/);
      expect(text).not.toMatch(/@[a-z]/i);
      expect(/Pledge to this issue/.test(text)).toBe(state === "open" || state === "reached");
    }
  });

  test.each([
    ["usd", "[$10.00]", "[$25.00]", "[$100.00]"],
    ["jpy", "[¥1,000]", "[¥2,500]", "[¥10,000]"],
    ["czk", "[CZK\u00a0300.00]", "[CZK\u00a0750.00]", "[CZK\u00a03,000.00]"],
  ])("quick amounts in %s are sensible ones", (currency, ...amounts) => {
    const text = renderCard(view({ currency }));
    for (const amount of amounts) expect(text).toContain(amount);
  });

  test("progress in one line", () => {
    expect(progressText(aCampaign())).toBe("$0.00 paid in");
    expect(progressText(aCampaign({ ask: 20_000n }, two))).toBe(
      "$50.00 of $200.00 paid in by 2 backers",
    );
    expect(progressText(aCampaign({}, [aPaidPledge()]))).toBe("$20.00 paid in by 1 backer");
  });
});

describe("the numbers add up", () => {
  test("of a campaign with pledges in every state", () => {
    const awarded = aPaidPledge({
      id: "p6",
      shared: 1817n,
      operatorFee: 95n,
      released: 1000n,
      sharesReturned: 317n,
      operatorFeeReturned: 16n,
      refunding: 333n,
      state: "refunding",
      returnReason: "award not claimed",
    });
    const promises = [
      aPromise({ amount: 1500n }),
      aCharging({}, { amount: 1700n }),
      aCharging({}, { amount: 1900n, state: "lapsed" }),
    ];
    const { totals } = aCampaign({}, [
      ...[...two, ...promises, refunding, refunded, paidOut],
      ...[awarded, aPledge()],
    ]);
    expect(totals).toEqual({
      paidIn: 2000n + 3000n + 500n,
      promised: 1500n,
      collecting: 1700n,
      uncollected: 1900n,
      disputed: 0n,
      lost: 0n,
      clearing: 3000n,
      fees: 88n,
      released: 1912n + 1000n,
      takenBack: 0n,
      refunding: 1912n + 333n,
      refunded: 1912n,
      backersCount: 6,
      unfinishedCount: 7,
      refundingCount: 2,
      refundedCount: 1,
    });
  });
});

describe("promises stand apart from what is paid in", () => {
  const shown = (campaign: Partial<Campaign>, pledges: readonly Pledge[]) =>
    renderCard(view(campaign, pledges))
      .split("\n")
      .filter((line) => /^(###|\||When)/.test(line));

  test("promised only, with an ask", () => {
    expect(shown({ ask: 20_000n }, [aPromise()])).toEqual([
      "### Bounty: $20.00 of $200.00 promised",
      "| Paid in | $0.00 |",
      "|:---|:---|",
      "| Promised (card verified) | $20.00 |",
      "| Asked for | $200.00 |",
      "| Backers | 1 |",
      "When a pull request that closes this issue is merged, the $20.00 promised is charged then, usually within minutes, and may fail; what is collected goes to the pull request's author and co-authors, less fees. If none is merged in time, nobody is charged.",
    ]);
  });

  test("beside what is paid in", () => {
    expect(shown({}, [...two, aPromise()])).toEqual([
      "### Bounty: $70.00 pledged",
      "| Paid in | $50.00 |",
      "|:---|:---|",
      "| of that, clearing at Stripe | $30.00 |",
      "| Stripe's fees on it | $0.88 |",
      "| Promised (card verified) | $20.00 |",
      "| Backers | 3 |",
      "When a pull request that closes this issue is merged, the $50.00 paid in is released to the pull request's author and co-authors, less fees; the $20.00 promised is charged then, usually within minutes, and may fail. If none is merged in time, what is paid in goes back to the backers, and the promises end uncharged.",
    ]);
  });

  test("after the award: collected, still being collected, and what never came", () => {
    const pledges = [paidOut, aCharging(), aCharging({}, { state: "lapsed", amount: 500n })];
    expect(shown({ state: "awarded" }, pledges)).toEqual([
      "### Bounty awarded: being paid out",
      "| Still being collected | $20.00 |",
      "|:---|:---|",
      "| Could not be collected | $5.00 |",
      "| Paid out | $19.12 |",
      "| Backers | 2 |",
    ]);
    expect(shown({ state: "awarded" }, [aCharging()])[0]).toBe(
      "### Bounty awarded: being collected",
    );
    const none = [aCharging({}, { state: "lapsed" })];
    expect(shown({ state: "settled" }, none)[0]).toBe(
      "### Bounty over: nothing could be collected",
    );
  });
});

describe("the notice on a pull request", () => {
  const payees = [{ ...ALICE, basisPoints: 10_000 }];

  test.each<[string, Campaign, typeof payees]>([
    ["paid in", aCampaign({}, two), payees],
    [
      "split",
      aCampaign({}, two),
      [
        { ...ALICE, basisPoints: 6667 },
        { ...BOB, basisPoints: 3333 },
      ],
    ],
    ["nothing paid in", aCampaign(), payees],
    ["promised", aCampaign({}, [aPromise()]), payees],
    ["paid in and promised", aCampaign({}, [...two, aPromise()]), payees],
    ["nobody to pay", aCampaign({}, two), []],
    ["a goal that is not reached", aGoalCampaign({}, [aPaidPledge({ amount: 1000n })]), payees],
    ["on hold", aCampaign({ hold: { why: "w", by: MAINTAINER, at: NOW } }, two), payees],
    ["over", aCampaign({ state: "settled" }, [paidOut]), payees],
  ])("%s", (_name, campaign, who) => {
    const view = {
      ...{ rejected: false, campaign, payees: who },
      ...{ pull: aPull(), defaultBranch: "main" },
    };
    const notice = renderNotice(view);
    expect(notice).toMatchSnapshot();
    const releases = /^Merging (charges|releases \$)/.test(notice.title);
    expect(announcedBy(view)).toEqual(releases ? who : []);
    expect(notice.summary).toContain("never blocks");
  });

  test("into another branch it promises nothing", () => {
    const pull = aPull({ baseRef: "next" });
    const campaign = aCampaign({}, two);
    const view = { rejected: false, campaign, payees, pull, defaultBranch: "main" };
    expect(renderNotice(view).title).toBe(
      "Merging releases nothing by itself: this is not the default branch",
    );
    expect(announcedBy(view)).toEqual([]);
  });
});
