// Holds docs/money.md to the code: its states, its moves, its dates, and the figures of its example.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { CampaignState } from "../../src/core/campaign.ts";
import type { DisputePhase } from "../../src/core/dispute.ts";
import { GOAL_DAYS_MAX, GOAL_GRACE_MS } from "../../src/core/goal.ts";
import type { HandoverState } from "../../src/core/handover.ts";
import { type AccountKind, MOVES } from "../../src/core/ledger.ts";
import { formatMoney } from "../../src/core/money.ts";
import type { PayoutState } from "../../src/core/payout.ts";
import {
  CHASE_DAYS,
  COLLECT_WITHIN_DAYS,
  DAY_MS,
  type Pledge,
  type PledgeState,
  REMIND_DAYS,
  STANDARD_TERMS,
} from "../../src/core/pledge.ts";
import type { Refund } from "../../src/core/refund.ts";
import {
  ALICE,
  aCampaign,
  anAward,
  aPayee,
  aPayment,
  aPledge,
  aPromise,
  BOB,
  NOW,
  totalsOf,
} from "../core-spec.ts";
import { createWorld, happen, type World } from "../core-world.ts";

const PAGE = readFileSync("docs/money.md", "utf8");

/** The text under a heading, up to the next one. */
function section(heading: string): string {
  const text = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`docs/money.md has no section "${heading}"`);
  return text;
}

function diagramOf(text: string): string[] {
  const body = /```mermaid\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  return body.split("\n").map((line) => line.trim());
}

interface Arrow {
  from: string;
  to: string;
}

function arrowsOf(text: string): Arrow[] {
  return diagramOf(text).flatMap((line) => {
    const [, from, to] = /^(\S+) --> (\S+)(?: : [^:;#]+)?$/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? "");
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

/** Written so that a state which the code gains or loses does not compile. */
const STATES = {
  "The life of a pledge": {
    started: 1,
    promised: 1,
    charging: 1,
    clearing: 1,
    paid: 1,
    released: 1,
    abandoned: 1,
    withdrawn: 1,
    failed: 1,
    lapsed: 1,
    refunding: 1,
    refunded: 1,
    disputed: 1,
    lost: 1,
  } satisfies Record<PledgeState, 1>,
  "The life of a campaign": {
    open: 1,
    reached: 1,
    awarded: 1,
    settled: 1,
    cancelled: 1,
    expired: 1,
  } satisfies Record<CampaignState, 1>,
  "The life of a payout": {
    waiting: 1,
    sending: 1,
    paid: 1,
    returned: 1,
    handed: 1,
    refused: 1,
    failed: 1,
    reversed: 1,
    overpaid: 1,
    stopped: 1,
  } satisfies Record<PayoutState, 1>,
  "The life of a handover": {
    asked: 1,
    agreed: 1,
    rejected: 1,
    withdrawn: 1,
    superseded: 1,
    expired: 1,
  } satisfies Record<HandoverState, 1>,
  "The life of a refund": {
    sending: 1,
    succeeded: 1,
    failed: 1,
  } satisfies Record<Refund["state"], 1>,
  "The life of a dispute": {
    inquiry: 1,
    open: 1,
    won: 1,
    lost: 1,
    closed: 1,
  } satisfies Record<DisputePhase, 1>,
};

describe.each(Object.entries(STATES))("%s", (heading, states) => {
  test("names every state in its table and in its diagram, and no other", () => {
    const text = section(heading);
    const arrows = arrowsOf(text);
    const expected = sorted(Object.keys(states));
    expect(firstColumn(text).sort()).toEqual(expected);
    const drawn = arrows.flatMap(({ from, to }) => [from, to]).filter((name) => name !== "[*]");
    expect(sorted(drawn)).toEqual(expected);
    expect(sorted(arrows.map(({ to }) => to).filter((to) => to !== "[*]"))).toEqual(expected);
    expect(arrows).toHaveLength(diagramOf(text).filter((line) => line.includes("-->")).length);
  });
});

test("a goal's diagram is that of campaigns, with what its states mean for it", () => {
  const text = section("The life of a goal");
  const titles = diagramOf(text).flatMap((line) => {
    const [, state = "", name = ""] = /^state "(\w+), [^"]+" as (\w+)$/.exec(line) ?? [];
    return name === "" ? [] : [[name, state] as const];
  });
  const named = new Map(titles);
  const stateOf = (name: string): string => named.get(name) ?? name;
  const drawn = arrowsOf(text)
    .map(({ from, to }) => `${stateOf(from)} --> ${stateOf(to)}`)
    .filter((arrow) => !/^(\w+) --> \1$/.test(arrow));
  const legal = [
    ...arrowsOf(section("The life of a campaign")),
    // What follows is what an award is.
    { from: "awarded", to: "[*]" },
  ].map(({ from, to }) => `${from} --> ${to}`);
  expect(named.size).toBe(3);
  expect(drawn.length).toBeGreaterThan(6);
  expect(drawn.filter((arrow) => !legal.includes(arrow))).toEqual([]);
});

describe("where money can be", () => {
  const text = section("Where money can be");
  const legal = sorted(MOVES.map(([from, to]) => `${from} -> ${to}`));

  test("every account has its row", () => {
    const kinds = sorted(MOVES.flat() as AccountKind[]);
    expect(firstColumn(text).sort()).toEqual(kinds);
  });

  test("every move has its row, and no other has", () => {
    const rows = [...text.matchAll(/^\| `([^`]+)` → `([^`]+)` \| \S/gm)];
    expect(rows.map(([, from, to]) => `${from} -> ${to}`).sort()).toEqual(legal);
  });

  test("the diagram draws every move, and no other", () => {
    const lines = diagramOf(text);
    const names = new Map(
      lines.flatMap((line) => {
        const [, id, name] = /^(\w+)\["([^"]+)"\]$/.exec(line) ?? [];
        return id === undefined || name === undefined ? [] : [[id, name] as const];
      }),
    );
    const drawn = lines.flatMap((line) => {
      const [, from = "", arrow, to = ""] = /^(\w+) (<?-->)\|"[^"]+"\| (\w+)$/.exec(line) ?? [];
      if (arrow === undefined) return [];
      const move = `${names.get(from)} -> ${names.get(to)}`;
      return arrow === "-->" ? [move] : [move, `${names.get(to)} -> ${names.get(from)}`];
    });
    expect(drawn.sort()).toEqual(legal);
  });
});

test("the dates are those of the terms", () => {
  const { lapseAfterDays, refundAfterDays, holdDaysMax, claimWithinDays } = STANDARD_TERMS;
  const dates = section("The dates a backer is shown");
  const chase = `${CHASE_DAYS[0]}, ${CHASE_DAYS[1]} and ${CHASE_DAYS[2]} days`;
  for (const words of [
    `${lapseAfterDays} days after the card was saved; a renewal is ${lapseAfterDays} days from`,
    `${refundAfterDays} days after the charge; a renewal moves it to day ${holdDaysMax}`,
    `${claimWithinDays} days after the award, never later than ${holdDaysMax} days after the charge`,
    `at most ${GOAL_DAYS_MAX} days away`,
    `${REMIND_DAYS} days before a promise ends`,
    `${REMIND_DAYS} days before the first unclaimed share`,
    `reminders after ${chase}; it can be mended for ${COLLECT_WITHIN_DAYS} days`,
    `No money is held longer than ${holdDaysMax} days after the charge`,
  ]) {
    expect(dates).toContain(words);
  }
  expect(section("The life of a goal")).toContain(`up to ${GOAL_GRACE_MS / 60_000} minutes later`);
  expect(section("The life of a pledge")).toContain(`${COLLECT_WITHIN_DAYS} days to mend it`);
});

// ---- The example, lived through by the core ----

const FIVE_PERCENT = 500;

function withFee(pledge: Pledge): Pledge {
  return { ...pledge, terms: { ...pledge.terms, operatorFeeBasisPoints: FIVE_PERCENT } };
}

function balance(world: World, account: string): bigint {
  return world.balances.get(`${account} usd`) ?? 0n;
}

function pays(world: World, options: { pledgeId: string; amount: bigint; fee: bigint }): void {
  const { pledgeId, amount, fee } = options;
  const payment = aPayment({
    pledgeId,
    paymentIntentId: `pi_${pledgeId}`,
    chargeId: `ch_${pledgeId}`,
    amount,
    settlement: { id: `txn_${pledgeId}`, currency: "usd", amount, fee },
  });
  happen(world, { event: "pledgePaid", payment });
}

function put(world: World, ...pledges: Pledge[]): void {
  for (const pledge of pledges) world.pledges.set(pledge.id, pledge);
  const totals = totalsOf([...world.pledges.values()]);
  world.campaigns.set("c1", aCampaign({ totals }));
}

function enter(world: World, state: CampaignState): void {
  const campaign = world.campaigns.get("c1") ?? aCampaign();
  world.campaigns.set("c1", { ...campaign, state });
}

/** Paid now, then awarded, and the promise charged after that; nobody has an account yet. */
function livedThrough(): World {
  const world = createWorld();
  const now = withFee(aPledge({ id: "now", amount: 5000n, sessionId: "cs_now" }));
  const later = withFee(aPromise({ id: "later", amount: 2000n, sessionId: "cs_later" }));
  put(world, now, later);
  pays(world, { pledgeId: "now", amount: 5000n, fee: 175n });
  enter(world, "awarded");
  const payees = [
    { ...ALICE, basisPoints: 7000, allotted: 0n },
    { ...BOB, basisPoints: 3000, allotted: 0n },
  ];
  world.awards.set("a1", anAward({ payees }));
  for (const person of [ALICE, BOB]) {
    world.payees.set(person.id, aPayee({ ...person, accountId: null, ready: false }));
  }
  happen(world, { event: "pledgeAwarded", pledgeId: "now" });
  happen(world, { event: "pledgeAwarded", pledgeId: "later" });
  happen(world, { event: "chargeOpened", pledgeId: "later", paymentIntentId: "pi_later" });
  pays(world, { pledgeId: "later", amount: 2000n, fee: 88n });
  return world;
}

/** A row of two amounts and their sum. */
function row(name: string, now: bigint, later: bigint): string {
  const cells = [now, later, now + later].map((minor) => formatMoney({ minor, currency: "usd" }));
  return `| ${name} | ${cells.join(" | ")} |`;
}

function moved(world: World, source: string, destination: string): bigint {
  return world.postings
    .filter((one) => one.source === source && one.destination.startsWith(destination))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** The same of both pledges: `P` stands for the pledge. */
function both(world: World, source: string, destination: string): [bigint, bigint] {
  const of = (id: string): bigint =>
    moved(world, source.replace("P", id), destination.replace("P", id));
  return [of("now"), of("later")];
}

describe("the example", () => {
  const text = section("Fees and rounding: an example");

  test("awarded", () => {
    const world = livedThrough();
    const charged = both(world, "world", "pledge:P");
    const fees = both(world, "pledge:P", "stripe-fees");
    const alice = both(world, "pledge:P", `share:P:${ALICE.id}`);
    const bob = both(world, "pledge:P", `share:P:${BOB.id}`);
    for (const line of [
      row("charged", ...charged),
      row("Stripe's fee", ...fees),
      row("the net", charged[0] - fees[0], charged[1] - fees[1]),
      row("the operator's fee", ...both(world, "pledge:P", "operator")),
      row("@alice, 70", ...alice),
      row("@bob, 30", ...bob),
    ]) {
      expect(text).toContain(line);
    }
    const whole = alice[0] + alice[1] + bob[0] + bob[1];
    expect(text).toContain(`70 and 30 % of ${formatMoney({ minor: whole, currency: "usd" })}`);
    expect(["now", "later"].map((id) => balance(world, `pledge:${id}`))).toEqual([0n, 0n]);
  });

  test("one payee never connects an account", () => {
    const world = livedThrough();
    const kept = both(world, "pledge:P", "operator");
    world.at = NOW + STANDARD_TERMS.claimWithinDays * DAY_MS;
    for (const id of ["now", "later"]) {
      happen(world, { event: "claimDateReached", payoutId: `${id}:${BOB.id}:1` });
    }
    const fees = both(world, "operator", "pledge:P");
    for (const line of [
      row("@bob's share goes back", ...both(world, `share:P:${BOB.id}`, "pledge:P")),
      row("the operator's fee on it goes back", ...fees),
      row("refunded to the backer", ...both(world, "pledge:P", "outgoing:refund:P")),
      row("the operator keeps", kept[0] - fees[0], kept[1] - fees[1]),
    ]) {
      expect(text).toContain(line);
    }
  });

  test("never awarded: the net goes back; come too late: all of it, at the operator's expense", () => {
    const world = createWorld();
    put(world, withFee(aPledge({ id: "now", amount: 5000n, sessionId: "cs_now" })));
    pays(world, { pledgeId: "now", amount: 5000n, fee: 175n });
    happen(world, { event: "pledgeReturnDue", pledgeId: "now", reason: "cancelled" });
    const [net] = both(world, "pledge:P", "outgoing:refund:P");
    expect(text).toContain(`${formatMoney({ minor: net, currency: "usd" })} of the $50.00 would`);

    const late = createWorld();
    put(late, aPledge({ id: "late" }));
    enter(late, "cancelled");
    pays(late, { pledgeId: "late", amount: 2000n, fee: 88n });
    const whole = moved(late, "pledge:late", "outgoing:refund:late");
    expect(text).toContain(`all ${formatMoney({ minor: whole, currency: "usd" })} would go back`);
    const borne = formatMoney({ minor: -balance(late, "operator"), currency: "usd" });
    expect(text).toContain(`operator would bear the ${borne}`);
  });
});
