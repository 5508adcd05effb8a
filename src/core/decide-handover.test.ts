// Somebody else in a payee's place: asked for by the payee, agreed to by a maintainer who is neither of the two,
// and moved share by share.
import { describe, expect, test } from "@jest/globals";
import { given } from "../../test/core-given.ts";
import {
  ALICE,
  aCampaign,
  aClaim,
  aHandover,
  aMergedPull,
  anAward,
  aPaidPledge,
  aPayee,
  aPayout,
  aSituation,
  BOB,
  MAINTAINER,
  NOW,
  PULL_THREAD,
  REPOSITORY,
  says,
  withAward,
} from "../../test/core-spec.ts";
import type { Person } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import type { Command } from "./decide.ts";
import type { NamedPerson, Situation } from "./decision.ts";
import type { Event } from "./events.ts";
import { type HandedShare, recipientsOf } from "./handover.ts";
import { DAY_MS } from "./pledge.ts";
import { DEFAULT_POLICY, NO_ROLE } from "./policy.ts";

const CAROL: Person = { id: 9, login: "carol" };

function known(...persons: Person[]): NamedPerson[] {
  return persons.map((person) => ({ login: person.login, person, isBot: false }));
}

function asksFor(person: Person, by = ALICE): Command {
  const named = { login: person.login, person, isBot: false };
  return { command: "askHandover", person: by, named };
}

function agrees(parts: Partial<Asked> & { named?: NamedPerson[] } = {}): Command {
  const named = known(ALICE, BOB, CAROL);
  return says({ command: "agreeHandover", to: "bob", from: "alice" }, { named, ...parts });
}

function inForce(parts: Partial<HandedShare> = {}): HandedShare {
  return { from: 7, to: BOB, by: MAINTAINER, at: NOW, ...parts };
}

const shared = aPaidPledge({ shared: 1912n });
const handed = anAward({ handed: [inForce()] });
const bob = aPayee({ ...BOB, accountId: "acct_8" });

function standing(parts: Partial<Situation> = {}): Situation {
  return aSituation({
    campaign: aCampaign({ state: "awarded" }, [shared]),
    award: anAward(),
    ...parts,
  });
}

describe("a payee asks", () => {
  test("and the issue says so once, with the words to agree; nothing else changes", () => {
    const { answer } = given(standing())
      .when(asksFor(BOB))
      .then({
        postings: [],
        effects: ["reply:handover:c1:1:7:1", "lapse-handover:c1:1:7:1 in 90d"],
        changes: { handover: { id: "c1:1:7:1", round: 1, from: ALICE, to: BOB, state: "asked" } },
        untouched: ["award", "payee", "campaign"],
      });
    if (!answer.ok) throw new Error("refused");
    const replies = answer.decision.effects.flatMap(({ effect }) =>
      effect.effect === "reply" ? [effect] : [],
    );
    expect(replies).toMatchObject([{ issueNumber: 12 }]);
    expect(replies[0]?.body).toContain("`/release @bob for @alice`");
    // The one who is named has not asked to be called.
    expect(replies[0]?.body.replace(/`[^`]*`/g, "")).not.toContain("@bob");
  });

  test("for the same person again: nothing", () => {
    given(standing({ handovers: [aHandover()] }))
      .when(asksFor(BOB))
      .thenNothing();
  });

  test("for another person: the first request is over, and its comment handled", () => {
    const { answer } = given(standing({ handovers: [aHandover()] }))
      .when(asksFor(CAROL))
      .then({
        effects: [
          "minimize:handover:c1:1:7:1",
          "reply:handover:c1:1:7:2",
          "lapse-handover:c1:1:7:2 in 90d",
        ],
        changes: { handover: { id: "c1:1:7:2", to: CAROL } },
      });
    if (!answer.ok) throw new Error("refused");
    expect(answer.decision.changes[0]).toMatchObject({
      handover: { id: "c1:1:7:1", state: "superseded" },
    });
  });

  test("no more once the award's requests are used up, whoever made them", () => {
    const made = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aHandover({ id: `c1:1:${100 + index}:1`, from: { id: 100 + index, login: `x${index}` } }),
      );
    given(standing({ handovers: made(19) }))
      .when(asksFor(BOB))
      .then({ changes: { handover: { id: "c1:1:7:1" } } });
    given(standing({ handovers: made(20) }))
      .when(asksFor(BOB))
      .then({ refusal: "handoversUsedUp" });
  });

  test("who is paid in another's place may ask, too; so may one of several for another of them", () => {
    given(standing({ award: handed }))
      .when(asksFor(CAROL, BOB))
      .then({ changes: { handover: { from: BOB, to: CAROL } } });
    const two = [ALICE, BOB].map((one) => ({ ...one, basisPoints: 5_000, allotted: 0n }));
    given(standing({ award: anAward({ payees: two }) }))
      .when(asksFor(BOB))
      .then({ changes: { handover: { from: ALICE, to: BOB } } });
  });

  test.each([
    ["somebody who is paid nothing", {}, asksFor(CAROL, BOB), "payeeNotKnown"],
    ["where nothing is awarded", { award: null }, asksFor(BOB), "payeeNotKnown"],
    [
      "of an award that was taken back",
      { award: anAward({ undone: { why: "no", by: MAINTAINER, at: NOW } }) },
      asksFor(BOB),
      "payeeNotKnown",
    ],
    [
      "when everything is through",
      { campaign: aCampaign({ state: "settled" }) },
      asksFor(BOB),
      "campaignIsOver",
    ],
    [
      "when the App is gone, and nobody could see it",
      { repository: { ...REPOSITORY, installed: false } },
      asksFor(BOB),
      "appNotInstalled",
    ],
    ["for themselves", {}, asksFor(ALICE), "handoverToOneself"],
    ["for themselves under another name", {}, asksFor({ id: 7, login: "al" }), "handoverToOneself"],
    ["after it was agreed", { award: handed }, asksFor(CAROL), "shareIsGivenUp"],
    [
      "for somebody who passed theirs on to them",
      { award: handed },
      asksFor(ALICE, BOB),
      "handoverToGiver",
    ],
  ] as const)("%s: refused", (_name, parts, when, refusal) => {
    given(standing(parts)).when(when).then({ refusal });
  });

  test.each([
    ["a bot", { login: "robo", person: BOB, isBot: true }, "payeeIsABot"],
    ["nobody", { login: "nobody", person: null, isBot: false }, "noSuchPerson"],
  ] as const)("for %s: refused", (_name, named, refusal) => {
    given(standing()).when({ command: "askHandover", person: ALICE, named }).then({ refusal });
  });
});

describe("a payee takes it back", () => {
  test("as long as nobody has agreed; then there is nothing to take back", () => {
    const command: Command = { command: "withdrawHandover", person: ALICE };
    given(standing({ handovers: [aHandover()] }))
      .when(command)
      .then({ changes: { handover: { state: "withdrawn" } } });
    for (const state of ["agreed", "withdrawn", "superseded", "rejected", "expired"] as const) {
      given(standing({ handovers: [aHandover({ state })] }))
        .when(command)
        .thenNothing();
    }
    given(standing({ handovers: [aHandover()] }))
      .when({ command: "withdrawHandover", person: BOB })
      .thenNothing();
  });

  test("by giving the share to the backers", () => {
    given(standing({ handovers: [aHandover()] }))
      .when({ command: "declineShare", person: ALICE })
      .then({
        effects: ["return-shares:c1:7", "minimize:handover:c1:1:7:1"],
        changes: { award: { declined: [7] }, handover: { state: "withdrawn" } },
      });
  });
});

describe("a maintainer agrees", () => {
  const asked = standing({ handovers: [aHandover()] });

  test("and what waits is looked for; the one who is paid now is told as any payee", () => {
    given(asked)
      .when(agrees())
      .then({
        postings: [],
        effects: [
          "hand-shares:c1:7",
          "minimize:handover:c1:1:7:1",
          "reply:connect:handover:c1:1:7:1",
          "card:c1",
          "react:55:rocket",
        ],
        changes: {
          handover: { state: "agreed", decided: { by: MAINTAINER, at: NOW } },
          award: { handed: [inForce()], payees: [{ id: 7 }] },
          payee: { id: 8, accountId: null, payableFrom: NOW },
        },
      });
  });

  test("somebody who is a payee already keeps the account, and is not told again", () => {
    given({ ...asked, payees: [bob] })
      .when(agrees())
      .then({
        effects: ["hand-shares:c1:7", "minimize:handover:c1:1:7:1", "card:c1", "react:55:rocket"],
        changes: { payee: { accountId: "acct_8", payableFrom: NOW - 1 } },
      });
  });

  test("a first payout to them is held as any is", () => {
    const operator = { ...asked.operator, firstPayoutHoldDays: 7 };
    given({ ...asked, operator })
      .when(agrees())
      .then({ changes: { payee: { id: 8, payableFrom: NOW + 7 * DAY_MS } } });
  });

  test.each([
    ["the one who gives it", { by: ALICE }, "handoverOfOnesOwn"],
    ["the one who would have it", { by: BOB }, "handoverOfOnesOwn"],
    ["the same under another name", { by: { id: 8, login: "bobby" } }, "handoverOfOnesOwn"],
    ["whoever lacks the role", { role: NO_ROLE }, "senderLacksTheRole"],
  ] as const)("%s may not", (_name, parts, refusal) => {
    given(asked).when(agrees(parts)).then({ refusal });
  });

  test("a login that is somebody else's by now means that somebody", () => {
    const thief = { id: 66, login: "bob" };
    given(asked)
      .when(agrees({ named: known(ALICE, thief) }))
      .then({ refusal: "noHandover" });
    given(asked)
      .when(agrees({ named: known({ id: 67, login: "alice" }, BOB) }))
      .then({ refusal: "noHandover" });
    given(asked)
      .when(agrees({ named: [{ login: "bob", person: null, isBot: false }] }))
      .then({ refusal: "noHandover" });
  });

  test.each([
    ["took it back", { state: "withdrawn" }],
    ["named somebody else since", { state: "superseded" }],
    ["was told no", { state: "rejected" }],
    ["has it already", { state: "agreed" }],
    ["named another person", { to: CAROL }],
    ["is another payee", { from: CAROL }],
  ] as const)("not where the payee %s", (_name, parts) => {
    given(standing({ handovers: [aHandover(parts)] }))
      .when(agrees())
      .then({ refusal: "noHandover" });
  });

  test("not to a request of an award that was taken back, nor when every share's date is over", () => {
    const undone = { why: "no", by: MAINTAINER, at: NOW };
    given({ ...asked, award: anAward({ undone }) })
      .when(agrees())
      .then({ refusal: "noHandover" });
    given({ ...asked, at: NOW + 90 * DAY_MS })
      .when(agrees())
      .then({ refusal: "noHandover" });
  });

  test("not when the one who is named has given theirs up since", () => {
    for (const award of [
      anAward({ declined: [8] }),
      anAward({ handed: [inForce({ from: 8, to: CAROL })] }),
    ]) {
      given({ ...asked, award })
        .when(agrees())
        .then({ refusal: "handoverToGiver" });
    }
  });
});

describe("a maintainer says no", () => {
  const rejects = says(
    { command: "rejectHandover", to: "bob", from: "alice" },
    { named: known(ALICE, BOB) },
  );

  test("and the payee's share is as it was", () => {
    given(standing({ handovers: [aHandover()] }))
      .when(rejects)
      .then({
        effects: ["minimize:handover:c1:1:7:1", "react:55:rocket"],
        changes: { handover: { state: "rejected" } },
        untouched: ["award"],
      });
  });

  test("to nothing: refused", () => {
    given(standing()).when(rejects).then({ refusal: "noHandover" });
  });

  test("to the whole award: everything that was asked is over", () => {
    const { answer } = given(
      standing({
        handovers: [
          aHandover(),
          aHandover({ id: "c1:1:9:1", from: CAROL, state: "withdrawn" }),
          aHandover({ id: "c1:1:8:1", from: BOB, to: CAROL }),
        ],
        pull: aMergedPull(),
        claims: [aClaim()],
      }),
    ).when(says({ command: "rejectClaim", why: "no" }, { thread: PULL_THREAD }));
    if (!answer.ok) throw new Error("refused");
    const ended = answer.decision.changes.flatMap((one) =>
      one.put === "handover" ? [[one.handover.id, one.handover.state]] : [],
    );
    expect(ended).toEqual([
      ["c1:1:7:1", "rejected"],
      ["c1:1:8:1", "rejected"],
    ]);
  });
});

test("a request that nobody answered ends; one that was answered stays as it is", () => {
  const lapsed: Event = { event: "handoverLapsed", campaignId: "c1", handoverId: "c1:1:7:1" };
  given(standing({ handovers: [aHandover()] }))
    .when(lapsed)
    .then({ postings: [], changes: { handover: { state: "expired" } } });
  for (const handovers of [[], [aHandover({ state: "agreed" })]]) {
    given(standing({ handovers })).when(lapsed).thenNothing();
  }
});

describe("a share moves", () => {
  const moves: Event = { event: "shareHanded", payoutId: "p1:7:1" };
  const toBob = (payout = aPayout(), parts: Partial<Situation> = {}): Situation =>
    withAward({
      pledge: shared,
      payouts: [payout],
      parts: { award: handed, payees: [aPayee(), bob], ...parts },
    });
  const postings = ["share:p1:7 -> pledge:p1 1912 usd", "pledge:p1 -> share:p1:8 1912 usd"];

  test("through its pledge, and leaves at once where nothing stands in its way", () => {
    given(toBob())
      .when(moves)
      .then({
        postings: [...postings, "share:p1:8 -> outgoing:transfer:p1:8:2 1912 usd"],
        effects: ["return-payout:p1:8:2 in 90d", "transfer:p1:8:2", "card:c1"],
        changes: { payout: { id: "p1:8:2", state: "sending", handedFrom: "p1:7:1" } },
        untouched: ["pledge", "campaign", "award"],
      });
  });

  test("to somebody without an account: it waits, under the date that its backer was told", () => {
    const claimBy = NOW + 12 * DAY_MS;
    const payees = [aPayee({ ...BOB, accountId: null, ready: false })];
    given(toBob(aPayout({ claimBy }), { payees }))
      .when(moves)
      .then({
        postings,
        effects: ["return-payout:p1:8:2 in 12d", "remind-payee:p1:8:2 in 5d", "card:c1"],
        changes: { payout: { id: "p1:8:2", state: "waiting", claimBy } },
      });
  });

  test("in a round of its own beside those that its new payee has", () => {
    const own = aPayout({ id: "p1:8:3", payeeId: 8, round: 3, state: "paid" });
    given({ ...toBob(), payouts: [aPayout(), own] })
      .when(moves)
      .then({ changes: { payout: { id: "p1:8:4" } } });
  });

  test("and the days in which a maintainer may stop a payout begin anew", () => {
    const policy = { ...DEFAULT_POLICY, holdDays: 3 };
    given(toBob(aPayout(), { policy }))
      .when(moves)
      .then({
        postings,
        changes: { payout: { state: "waiting", payableFrom: NOW + 3 * DAY_MS } },
      });
  });

  test("what the operator took back still waits for `/release`", () => {
    given(toBob(aPayout({ needsRelease: true })))
      .when(moves)
      .then({ postings, changes: { payout: { state: "waiting", needsRelease: true } } });
  });

  test.each(["sending", "paid", "returned", "refused", "failed", "handed", "stopped"] as const)(
    "not what is %s",
    (state) => {
      given(toBob(aPayout({ state })))
        .when(moves)
        .thenNothing();
    },
  );

  test.each([
    ["while a bank disputes its payment", { pledge: aPaidPledge({ ...shared, disputed: 2000n }) }],
    ["when nobody agreed", { award: anAward() }],
    [
      "when the award is taken back",
      { award: { ...handed, undone: { why: "no", by: BOB, at: 1 } } },
    ],
    ["from its date on: then it is its backer's", { at: NOW + 90 * DAY_MS }],
  ])("not %s", (_name, parts) => {
    given(toBob(aPayout(), parts)).when(moves).thenNothing();
  });

  test("when a payout would leave, and when a promise is collected later", () => {
    given(toBob())
      .when({ event: "payoutDue", payoutId: "p1:7:1", released: true })
      .then({ postings: [], effects: ["hand-shares:c1:7", "card:c1"] });
    const parts = { award: handed, payees: [aPayee(), bob], held: 1912n };
    given(withAward({ pledge: aPaidPledge(), payouts: [], parts }))
      .when({ event: "pledgeAwarded", pledgeId: "p1" })
      .then({
        postings: ["pledge:p1 -> share:p1:7 1912 usd"],
        effects: ["return-payout:p1:7:1 in 90d", "hand-shares:c1:7", "card:c1"],
      });
  });

  test("on to a third, and back to the backers when the last of them gives it up", () => {
    const award = anAward({ handed: [inForce(), inForce({ from: 8, to: CAROL })] });
    const atBob = aPayout({ id: "p1:8:2", payeeId: 8, round: 2, handedFrom: "p1:7:1" });
    const payees = [bob, aPayee({ ...CAROL, accountId: null, ready: false })];
    given(withAward({ pledge: shared, payouts: [atBob], parts: { award, payees } }))
      .when({ event: "shareHanded", payoutId: "p1:8:2" })
      .then({ changes: { payout: { id: "p1:9:3", handedFrom: "p1:8:2", state: "waiting" } } });
    given(standing({ award }))
      .when({ command: "declineShare", person: CAROL })
      .then({ changes: { award: { declined: [9] } } });
    given(standing({ award }))
      .when({ command: "declineShare", person: BOB })
      .then({ refusal: "shareIsGivenUp" });
    expect(recipientsOf(award)).toEqual([9]);
  });
});

describe("two shares of one pledge at one payee are told apart", () => {
  const own = aPayout({ id: "p1:8:1", payeeId: 8, amount: 956n });
  const taken = aPayout({
    id: "p1:8:2",
    payeeId: 8,
    round: 2,
    amount: 956n,
    handedFrom: "p1:7:1",
  });

  test("a transfer that was said to be turned down pays the round in its own place", () => {
    const failed: typeof own = { ...own, state: "failed" };
    const again = { ...own, id: "p1:8:3", round: 3 };
    given(
      withAward({
        pledge: shared,
        payouts: [failed, taken, again],
        parts: { award: handed, payees: [bob] },
      }),
    )
      .when({
        event: "transferSeen",
        payoutId: "p1:8:1",
        transferId: "tr_1",
        settlement: { id: "txn_t", currency: "usd", amount: 956n, fee: 0n },
        reversals: [],
      })
      .then({ changes: { payout: { id: "p1:8:3", state: "paid" } } });
  });

  test("what was stopped for a bank comes back for both of them", () => {
    const payouts = [own, taken].map((one) => ({ ...one, state: "stopped" as const }));
    const pledge = aPaidPledge({
      state: "disputed",
      shared: 1912n,
      sharesStopped: 1912n,
      disputed: 2000n,
      covered: 88n,
      coveredForBank: 88n,
    });
    const dispute = {
      id: "du_1",
      pledgeId: "p1",
      phase: "open" as const,
      amount: 2000n,
      booked: ["txn_d"],
      taken: 2000n,
    };
    const parts = { award: handed, payees: [bob], dispute };
    const { answer } = given(withAward({ pledge, payouts, parts })).when({
      event: "disputeSeen",
      dispute: {
        disputeId: "du_1",
        pledgeId: "p1",
        chargeId: "ch_1",
        phase: "won",
        amount: 2000n,
        movements: [
          { id: "txn_d", currency: "usd", amount: -2000n, fee: 1500n },
          { id: "txn_w", currency: "usd", amount: 2000n, fee: 0n },
        ],
      },
    });
    if (!answer.ok) throw new Error("refused");
    const rows = answer.decision.changes.flatMap((one) =>
      one.put === "payout" && one.payout.state === "sending"
        ? [[one.payout.id, one.payout.handedFrom]]
        : [],
    );
    expect(rows).toEqual([
      ["p1:8:3", null],
      ["p1:8:4", "p1:7:1"],
    ]);
  });
});
