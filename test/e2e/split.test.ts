// One award, several people, odd cents: what was paid in goes out to the cent, and the fee is taken once.
import { afterEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { bounty, paidBounty, say, solve } from "./money.ts";
import { balanceOf, connect, createWorld, pledgeAndPay, type World } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function sharesOf(): Promise<string[]> {
  return (await world.postings()).filter((one) => one.startsWith("pledge -> share")).sort();
}

test("two backers and three payees: the odd cent goes to whoever is furthest below their share", async () => {
  world = await createWorld();
  const number = await paidBounty(world, ["10.01", "10.01"]);
  await say(world, number, "/split @contributor 50 @backer 30 @stranger 20");
  await solve(world, number);
  const accounts: number[] = [];
  for (const login of ["contributor", "backer", "stranger"]) {
    const account = await connect(world, login);
    await world.settle();
    accounts.push(balanceOf(world, account));
  }
  // 9.42 is left of each pledge. Exact shares of both: 9.42, 5.652 and 3.768.
  expect(accounts).toEqual([942, 565, 377]);
  expect(world.cards(number)[0]).toContain("Bounty paid out: $18.84");
  expect((await world.postings()).sort()).toEqual([
    "outgoing -> world 188 usd",
    "outgoing -> world 189 usd",
    "outgoing -> world 282 usd",
    "outgoing -> world 283 usd",
    "outgoing -> world 471 usd",
    "outgoing -> world 471 usd",
    "pledge -> share 188 usd",
    "pledge -> share 189 usd",
    "pledge -> share 282 usd",
    "pledge -> share 283 usd",
    "pledge -> share 471 usd",
    "pledge -> share 471 usd",
    "pledge -> stripe-fees 59 usd",
    "pledge -> stripe-fees 59 usd",
    "share -> outgoing 188 usd",
    "share -> outgoing 189 usd",
    "share -> outgoing 282 usd",
    "share -> outgoing 283 usd",
    "share -> outgoing 471 usd",
    "share -> outgoing 471 usd",
    "world -> pledge 1001 usd",
    "world -> pledge 1001 usd",
  ]);
  await auditBooks(world);
});

test("the operator's fee is taken once for each pledge, however many people are paid", async () => {
  world = await createWorld({ environment: { OPERATOR_FEE_BPS: "250" } });
  const number = await paidBounty(world, ["10.01"]);
  await say(world, number, "/split @contributor 1 @backer 1 @stranger 1");
  await solve(world, number);
  for (const login of ["contributor", "backer", "stranger"]) await connect(world, login);
  await world.settle();
  const fees = (await world.postings()).filter((one) => one.includes("operator"));
  expect(fees).toEqual(["pledge -> operator 23 usd"]);
  expect(await sharesOf()).toEqual([
    "pledge -> share 306 usd",
    "pledge -> share 306 usd",
    "pledge -> share 307 usd",
  ]);
  expect(world.cards(number)[0]).toContain("Bounty paid out: $9.19");
  await auditBooks(world);
});

test("a pledge that clears after the award is shared out against the running total", async () => {
  world = await createWorld();
  const number = await bounty(world);
  await pledgeAndPay(world, number, "10.01");
  await say(world, number, "/split @contributor 50 @backer 30 @stranger 20");
  await pledgeAndPay(world, number, "10.01");
  await world.pass(0);
  expect(world.cards(number)[0]).not.toContain("Awarded");
  await world.town.github.act("maintainer").comment(number, "/release");
  await world.pass(0);
  expect(await sharesOf()).toEqual([
    "pledge -> share 188 usd",
    "pledge -> share 283 usd",
    "pledge -> share 471 usd",
  ]);
  await world.settle();
  expect(await sharesOf()).toEqual([
    "pledge -> share 188 usd",
    "pledge -> share 189 usd",
    "pledge -> share 282 usd",
    "pledge -> share 283 usd",
    "pledge -> share 471 usd",
    "pledge -> share 471 usd",
  ]);
  expect(world.cards(number)[0]).toContain("| Awarded, not yet paid out | $18.84 |");
  await auditBooks(world);
});
