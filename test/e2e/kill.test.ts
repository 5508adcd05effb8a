// A process that dies between a commit and its effect, or while the effect is under way: the next one
// finishes the work, once. Real processes, real time.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import { createMortal, type Mortal, moved, paidBounties, rest, until } from "./process.ts";
import { AT_ONCE_CARD, balanceOf, connect, pledge, sessionOf } from "./world.ts";

let app: Mortal;
beforeEach(async () => {
  app = await createMortal();
});
afterEach(() => app.close());

test("killed before and after a transfer was made: the payee is paid once for each", async () => {
  const maintainer = app.town.github.act("maintainer");
  let issues: number[] = [];
  await app.before(async () => {
    issues = await paidBounties(app, "50", "50");
    for (const number of issues) await maintainer.comment(number, "/split @contributor 100");
    await maintainer.comment(issues[0] ?? 0, "/release");
    await until(() => app.replies(issues[0] ?? 0).length === 1);
  });

  await app.start();
  const before = app.killAt("POST /v1/transfers", "before");
  const account = await connect(app, "contributor");
  await before;
  expect(app.town.stripe.transfers()).toEqual([]);
  await app.start();
  await until(async () => (await moved(app, "outgoing", "world")) === 1);

  const after = app.killAt("POST /v1/transfers", "after");
  await maintainer.comment(issues[1] ?? 0, "/release");
  await after;
  expect(app.town.stripe.transfers()).toHaveLength(2);
  await app.start();
  await until(async () => (await moved(app, "outgoing", "world")) === 2);
  expect(app.town.stripe.transfers().map(({ amount }) => amount)).toEqual([4825, 4825]);
  expect(balanceOf(app, account)).toBe(9650);
  await auditBooks(app);
});

test("killed after a refund was made: the backer gets it once, and the card says so", async () => {
  let issues: number[] = [];
  await app.before(async () => {
    issues = await paidBounties(app, "50");
  });
  const [number = 0] = issues;
  await app.start();
  const killed = app.killAt("POST /v1/refunds", "after");
  await app.town.github.act("maintainer").comment(number, "/cancel we chose another way");
  await killed;
  await app.start();
  await until(() => app.cards(number).some((card) => card.includes("Every refund is through")));
  expect(app.town.stripe.refunds().map(({ amount }) => amount)).toEqual([4825]);
  await auditBooks(app);
});

test("killed before and after a card was written: one card on each issue", async () => {
  const maintainer = app.town.github.act("maintainer");
  await app.start();
  for (const when of ["before", "after"] as const) {
    const killed = app.killAt("POST /api/v3/repos/acme/widgets/issues/", when);
    const { number } = await maintainer.openIssue({ labels: ["bounty: $20"] });
    await killed;
    expect(app.cards(number)).toHaveLength(when === "before" ? 0 : 1);
    await app.start();
    await until(() => app.cards(number).length > 0);
  }
  await rest(app);
  await auditBooks(app);
});

test("killed after webhooks were accepted, before they were decided: nothing is lost", async () => {
  const maintainer = app.town.github.act("maintainer");
  await app.start();
  const reading = app.killAt("GET /api/v3/repos/acme/widgets/contents/", "before");
  const { number } = await maintainer.openIssue({ labels: ["bounty: $20"] });
  await reading;
  await app.start();
  await until(() => app.cards(number).length === 1);

  const session = sessionOf(await pledge(app, number, { amount: "20" }));
  const looking = app.killAt("GET /v1/payment_intents/", "before");
  app.town.stripe.pay(session, { card: AT_ONCE_CARD });
  await looking;
  await app.start();
  await until(() => app.cards(number).some((card) => card.includes("$20.00 of $20.00 paid in")));
  await auditBooks(app);
});

test("asked to stop at work, it ends what is at hand and loses nothing; a taken port is one line", async () => {
  const maintainer = app.town.github.act("maintainer");
  await app.start();
  const { code, said } = await app.startInVain();
  expect(code).toBe(1);
  expect(said).toContain(`PORT: ${new URL(app.places.app).port} is already in use`);
  expect(said).not.toContain("    at ");

  const issues: number[] = [];
  for (const title of ["First", "Second", "Third"]) {
    issues.push((await maintainer.openIssue({ title, labels: ["bounty"] })).number);
  }
  await until(() => issues.some((number) => app.cards(number).length === 1));
  const asked = Date.now();
  expect(await app.terminate()).toBe(0);
  expect(Date.now() - asked).toBeLessThan(8_000);
  await app.start();
  await until(() => issues.every((number) => app.cards(number).length === 1));
  await rest(app);
  await auditBooks(app);
});
