// What the bot writes as comments of its own.
import { expect, test } from "@jest/globals";
import {
  ALICE,
  aCampaign,
  aHandover,
  aMergedPull,
  aPaidPledge,
  BOB,
  REPOSITORY,
} from "../../test/core-spec.ts";
import {
  claimReply,
  connectReply,
  handedReply,
  people,
  pledgeUrl,
  refusalReply,
  waitingReply,
} from "./replies.ts";

const campaign = aCampaign({}, [aPaidPledge()]);
const payees = [{ ...ALICE, basisPoints: 10_000 }];

test("what waits, why, and how to pay it", () => {
  expect(
    waitingReply({ campaign, pull: aMergedPull(), blockers: ["noticeMissing", "onHold"], payees }),
  ).toMatchInlineSnapshot(`
"@mona: $20.00 is paid in for #12, and this merge did not release it:

- The notice of what merging pays was not on the pull request before the merge.
- A maintainer put the bounty on hold.

A maintainer can pay it to @alice, less fees, by writing \`/release\` here."
`);
});

test("nobody to pay, merged by a bot: nobody is mentioned", () => {
  const pull = aMergedPull({ mergedBy: { id: 99, login: "merge-queue[bot]" } });
  expect(
    waitingReply({ campaign, pull, blockers: ["mergerLacksTheRole", "noPayee"], payees: [] }),
  ).toMatchInlineSnapshot(`
"$20.00 is paid in for #12, and this merge did not release it:

- No person with the role that the policy asks for merged it, or approved its last commit.
- Its author is a bot, and nobody else is named to be paid.

A maintainer can name who is paid with \`/split @a 100\`, and then pay them with \`/release\`, both written here."
`);
});

test.each([
  [0, "I did not do that. There is no"],
  [
    1,
    "\n\nThe command after it in the same comment I did not run either: they may rest on it. Write it again when this is put right.",
  ],
  [
    2,
    "\n\nThe 2 commands after it in the same comment I did not run either: they may rest on it. Write them again",
  ],
])("a refusal before %i more commands says what became of those", (undoneCount, words) => {
  const text = refusalReply({ refusal: "noCampaign" }, undoneCount);
  expect(text).toContain(words);
  expect(text.split("\n\n")).toHaveLength(undoneCount === 0 ? 1 : 2);
});

test("each reason is a sentence", () => {
  const blockers = [
    "notTheDefaultBranch",
    "notClosingTheIssue",
    "mergerLacksTheRole",
    "noPayee",
    "noticeMissing",
    "noticeNamesOthers",
    "noticeShowedMore",
    "onHold",
  ] as const;
  const text = waitingReply({ campaign, pull: aMergedPull(), blockers, payees });
  const reasons = text.split("\n").filter((line) => line.startsWith("- "));
  expect(reasons).toHaveLength(blockers.length);
  for (const reason of reasons) expect(reason).toMatch(/^- [A-Z].*\.$/);
});

test("who is paid learns where to connect", () => {
  const options = { publicUrl: "https://whip.test", campaign, holdDaysMax: 90 };
  expect(connectReply({ ...options, payees: [ALICE, BOB] })).toMatchInlineSnapshot(
    `"@alice, @bob: the bounty on #12 is awarded to you. [Connect a Stripe account](https://whip.test/payee) to be paid: sign in there with the GitHub account named here. What is not claimed within 90 days of a backer's payment goes back to that backer."`,
  );
  const shorter = { ...options, holdDaysMax: 30 };
  expect(connectReply({ ...shorter, payees: [ALICE] })).toContain("not claimed within 30 days");
  expect(handedReply({ ...shorter, handover: aHandover() })).toContain("claimed within 30 days");
});

test("one person stands without a number, several with theirs", () => {
  expect(people(payees)).toBe("@alice");
  expect(
    people([
      { ...ALICE, basisPoints: 6667 },
      { ...BOB, basisPoints: 3333 },
    ]),
  ).toBe("@alice 66.67 %, @bob 33.33 %");
});

test("a pledge link carries the amount and the reply it came from", () => {
  const place = { publicUrl: "https://whip.test", repository: REPOSITORY, issueNumber: 12 };
  expect(pledgeUrl(place)).toBe("https://whip.test/gh/acme/rocket/issues/12");
  expect(
    pledgeUrl({ ...place, amount: { minor: 2050n, currency: "usd" }, replyKey: "pledge:d:0" }),
  ).toBe("https://whip.test/gh/acme/rocket/issues/12?amount=20.50&via=pledge%3Ad%3A0");
});

test("a payee is reminded by name; of a tip nobody learns who paid it", () => {
  const said = { publicUrl: "https://whip.test", payee: ALICE, claimBy: Date.UTC(2027, 2, 1, 9) };
  expect(claimReply({ ...said, campaign })).toBe(
    "@alice: your part of the bounty on #12 still waits for you. [Connect a Stripe account](https://whip.test/payee), or go on with the one that you began, to be paid: sign in there with the GitHub account named here. From 2027-03-01 on, what is not claimed goes back to whoever paid it. There is no other reminder.",
  );
  expect(claimReply({ ...said, campaign: aCampaign({ kind: "tip" }) })).toMatch(
    /^@alice: a tip for your work here still waits/,
  );
});
