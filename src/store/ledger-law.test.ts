// The ledger's law as the database itself holds it: somebody with plain SQL tries to break each part.
import { expect, test } from "@jest/globals";
import {
  type AccountKind,
  assertLawful,
  kindOf,
  MAY_OVERDRAW,
  MOVES,
  type Posting,
  pledgeOf,
} from "../core/ledger.ts";
import { failing, onEachEngine, randomOf, type TestDatabase, write } from "./engines-spec.ts";

function posting(parts: Partial<Posting> = {}): Posting {
  return {
    source: "world",
    destination: "pledge:p1",
    amount: 1000n,
    currency: "usd",
    balanceTransactionId: null,
    ...parts,
  };
}

function insert(
  parts: Partial<Omit<Posting, "amount"> & { amount: bigint | string }> = {},
  verb = "insert into",
): string {
  const { source, destination, amount, currency, balanceTransactionId } = {
    ...posting(),
    ...parts,
  };
  const transaction = balanceTransactionId === null ? "null" : `'${balanceTransactionId}'`;
  return `${verb} postings (source, destination, amount, currency, balance_transaction_id, decided_at)
    values ('${source}', '${destination}', ${amount}, '${currency}', ${transaction}, 0)`;
}

/** An account of each kind, all of one pledge. */
function accountOf(kind: AccountKind): string {
  switch (kind) {
    case "world":
    case "stripe-fees":
    case "operator":
      return kind;
    case "share":
      return "share:p1:7";
    case "outgoing":
      return "outgoing:refund:p1:1";
    case "pledge":
    case "dispute":
      return `${kind}:p1`;
  }
}

const KINDS = [...new Set(MOVES.flat())];

async function books(database: TestDatabase): Promise<string[]> {
  const lines = await database.store.read.balances();
  return lines.map(({ account, currency, amount }) => `${account} ${amount} ${currency}`);
}

onEachEngine("the ledger", (database) => {
  test("knows the moves that core knows, and no others", async () => {
    const rows = await database().sql("select source_kind, destination_kind from moves");
    const words = rows.map((row) => `${row["source_kind"]} -> ${row["destination_kind"]}`);
    expect(words.sort()).toEqual(MOVES.map((kinds) => kinds.join(" -> ")).sort());
  });

  test("refuses every move that is not in the table", async () => {
    const { sql, store } = database();
    for (const from of KINDS) {
      for (const to of KINDS) {
        const legal = MOVES.some(([source, destination]) => source === from && destination === to);
        if (legal) continue;
        const move = { source: accountOf(from), destination: accountOf(to) };
        expect(() => assertLawful(posting(move))).toThrow("illegal move");
        expect(await failing(sql(insert(move)))).toMatch("illegal move");
      }
    }
    expect(await store.read.postings()).toEqual([]);
  });

  test("refuses what would make one backer's money another's, as core does", async () => {
    const { sql } = database();
    const own = KINDS.filter((kind) => pledgeOf(accountOf(kind)) !== null);
    for (const from of own) {
      for (const to of own.filter((kind) => MOVES.some(([a, b]) => a === from && b === kind))) {
        const move = { source: accountOf(from), destination: accountOf(to).replace("p1", "p2") };
        expect(() => assertLawful(posting(move))).toThrow("one backer's money");
        expect(await failing(sql(insert(move)))).toMatch(/one backer|one_pledge|check constraint/i);
      }
    }
  });

  test("lets only the outside and the operator go below zero", async () => {
    const { sql } = database();
    const draw = async (from: AccountKind): Promise<unknown> => {
      const to = MOVES.find(([source]) => source === from)?.[1] ?? "world";
      return await sql(insert({ source: accountOf(from), destination: accountOf(to) }));
    };
    for (const from of KINDS.filter((kind) => !MAY_OVERDRAW.includes(kind))) {
      expect(await failing(draw(from))).toMatch("overdraft");
    }
    for (const from of MAY_OVERDRAW) await draw(from);
  });

  test("refuses an overdraft by one, in the right currency and in another", async () => {
    const { sql } = database();
    await sql(insert());
    expect(
      await failing(
        sql(insert({ source: "pledge:p1", destination: "stripe-fees", amount: 1001n })),
      ),
    ).toMatch("overdraft");
    expect(
      await failing(
        sql(
          insert({ source: "pledge:p1", destination: "stripe-fees", amount: 1n, currency: "eur" }),
        ),
      ),
    ).toMatch("overdraft");
    await sql(insert({ source: "pledge:p1", destination: "stripe-fees", amount: 1000n }));
    expect(await books(database())).toEqual(["stripe-fees 1000 usd", "world -1000 usd"]);
  });

  test("refuses an amount of zero, below zero and beyond counting", async () => {
    const { sql, store } = database();
    for (const amount of [0n, -5n]) {
      expect(await failing(sql(insert({ amount })))).toMatch(/check/i);
    }
    await sql(insert({ amount: "9223372036854775807" }));
    expect(await failing(sql(insert({ amount: 1n })))).not.toBe("");
    expect(await store.read.postings()).toHaveLength(1);
  });

  test("never changes, deletes or replaces a posting", async () => {
    const { sql, store, dialect } = database();
    await sql(insert({ balanceTransactionId: "txn_1" }));
    expect(await failing(sql("update postings set amount = 1"))).toMatch("never changed");
    expect(await failing(sql("update postings set decided_at = 1"))).toMatch("never changed");
    expect(await failing(sql("delete from postings"))).toMatch(/never (changed or )?deleted/);
    if (dialect === "postgres") {
      expect(await failing(sql("truncate postings"))).toMatch("never changed or deleted");
    }
    expect(await store.read.postings()).toEqual([
      { ...posting({ balanceTransactionId: "txn_1" }), at: 0 },
    ]);
    expect(await books(database())).toEqual(["pledge:p1 1000 usd", "world -1000 usd"]);
  });

  test("lets a share go back to its own pledge only", async () => {
    const { sql } = database();
    await sql(insert());
    await sql(insert({ destination: "pledge:p2" }));
    expect(
      await failing(sql(insert({ source: "pledge:p2", destination: "share:p1:7", amount: 1n }))),
    ).toMatch(/check|one backer/i);
    await sql(insert({ source: "pledge:p1", destination: "share:p1:7" }));
    expect(
      await failing(sql(insert({ source: "share:p1:7", destination: "pledge:p2", amount: 1n }))),
    ).toMatch(/check|one backer/i);
    expect(
      await failing(sql(insert({ source: "share:p1:7", destination: "pledge:p", amount: 1n }))),
    ).toMatch(/check|one backer/i);
    expect(
      await failing(sql(insert({ source: "pledge:p2", destination: "dispute:p1", amount: 1n }))),
    ).toMatch(/check|one backer/i);
    await sql(insert({ source: "share:p1:7", destination: "pledge:p1" }));
  });

  test("refuses an account that only looks like one that may be overdrawn", async () => {
    const { sql } = database();
    for (const source of ["world:1", "operator:", "worldly"]) {
      expect(await failing(sql(insert({ source })))).not.toBe("");
    }
    expect(await failing(sql(insert({ destination: "pledge" })))).toMatch(/check/i);
  });

  test("books a balance transaction once per move", async () => {
    const { sql, store } = database();
    const booked = posting({ balanceTransactionId: "txn_1" });
    const fee = { source: "pledge:p1", destination: "stripe-fees", balanceTransactionId: "txn_1" };
    await write(store, { postings: [booked, posting({ ...fee, amount: 1n })] });
    expect(
      await failing(sql(insert({ destination: "pledge:p2", balanceTransactionId: "txn_1" }))),
    ).not.toBe("");
    expect(await failing(sql(insert({ ...fee, amount: 1n })))).not.toBe("");
    expect(await failing(write(store, { postings: [booked] }))).not.toBe("");
    await write(store, { postings: [posting(), posting()] });
    expect(await books(database())).toEqual([
      "pledge:p1 2999 usd",
      "stripe-fees 1 usd",
      "world -3000 usd",
    ]);
  });

  test("refuses a decision's unlawful posting before the database must", async () => {
    const { store } = database();
    expect(
      await failing(write(store, { postings: [posting({ destination: "share:p1:7" })] })),
    ).toMatch("illegal move");
    expect(await failing(write(store, { postings: [posting({ amount: 0n })] }))).toMatch(
      "positive",
    );
    expect(await store.read.postings()).toEqual([]);
  });

  test("takes all postings of a decision or none", async () => {
    const { store } = database();
    const overdraft = posting({ source: "pledge:p1", destination: "operator", amount: 1001n });
    expect(await failing(write(store, { postings: [posting(), overdraft] }))).toMatch("overdraft");
    expect(await store.read.postings()).toEqual([]);
    expect(await store.read.balances()).toEqual([]);
  });

  test("keeps its sum and its floor through any sequence of legal postings", async () => {
    const { store } = database();
    for (const seed of [1, 2, 3]) {
      const before = await store.read.postings();
      const random = randomOf(seed);
      const expected = sumsOf(before);
      for (let step = 0; step < 60; step += 1) {
        const chosen = randomPosting(random);
        const balance = expected.get(key(chosen.source, chosen.currency)) ?? 0n;
        const covered = MAY_OVERDRAW.includes(kindOf(chosen.source)) || balance >= chosen.amount;
        const writing = write(store, { postings: [chosen] }, step);
        if (!covered) {
          expect(await failing(writing)).toMatch("overdraft");
          continue;
        }
        await writing;
        add(expected, chosen);
      }
      const lines = await store.read.balances();
      const found = lines.map(({ account, currency, amount }) => [key(account, currency), amount]);
      expect(new Map(found as [string, bigint][])).toEqual(withoutEmpty(expected));
      expect(lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
      const below = lines.filter(({ amount }) => amount < 0n).map(({ account }) => account);
      expect(below.every((account) => MAY_OVERDRAW.includes(kindOf(account)))).toBe(true);
    }
  });
});

function key(account: string, currency: string): string {
  return `${account} ${currency}`;
}

function add(sums: Map<string, bigint>, { source, destination, amount, currency }: Posting): void {
  const from = key(source, currency);
  const to = key(destination, currency);
  sums.set(from, (sums.get(from) ?? 0n) - amount);
  sums.set(to, (sums.get(to) ?? 0n) + amount);
}

function sumsOf(postings: readonly Posting[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const one of postings) add(sums, one);
  return sums;
}

function withoutEmpty(sums: Map<string, bigint>): Map<string, bigint> {
  return new Map([...sums].filter(([, amount]) => amount !== 0n));
}

function randomPosting(random: (below: number) => number): Posting {
  const [from, to] = MOVES[random(MOVES.length)] ?? ["world", "pledge"];
  const pledge = random(3);
  const account = (kind: AccountKind): string => accountOf(kind).replace("p1", `p${pledge}`);
  return posting({
    source: account(from),
    destination: account(to),
    amount: BigInt(1 + random(500)),
    currency: random(4) === 0 ? "eur" : "usd",
  });
}
