// A process that dies between a commit and its effect, or while the effect is under way: the next one
// finishes the work, once. Real processes, real time.
import { afterAll, expect, test } from "@jest/globals";
import { auditBooks } from "./books.ts";
import {
  buildApp,
  createMortal,
  type Mortal,
  moved,
  paidBounties,
  rest,
  until,
} from "./process.ts";
import { AT_ONCE_CARD, balanceOf, connect, pledge, promise, sessionOf } from "./world.ts";

type Tell = (app: Mortal) => Promise<void>;

const built = buildApp();
const stories: Tell[] = [];
let told: Promise<void>[] | null = null;

afterAll(async () => {
  await Promise.allSettled(told ?? []);
  built.remove();
});

/** They mostly wait, for a start and for the second between two writes at GitHub: the first test begins them all. */
function story(name: string, tell: Tell): void {
  const index = stories.push(tell) - 1;
  test(name, async () => {
    told ??= stories.map(tellOne);
    // Each failure is its own test's, which may come later.
    for (const one of told) one.catch(() => {});
    await told[index];
  });
}

async function tellOne(tell: Tell): Promise<void> {
  const app = await createMortal(built);
  try {
    await tell(app);
  } finally {
    await app.close();
  }
}

story(
  "killed before and after a transfer was made: the payee is paid once for each",
  async (app) => {
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
  },
);

story(
  "killed after a refund was made: the backer gets it once, and the card says so",
  async (app) => {
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
  },
);

story(
  "killed after the intent of a promise was made, and after it was confirmed: charged once",
  async (app) => {
    const maintainer = app.town.github.act("maintainer");
    let number = 0;
    await app.before(async () => {
      ({ number } = await maintainer.openIssue({ labels: ["bounty"] }));
      await until(() => app.cards(number).length === 1);
      await promise(app, number, "20");
      await until(() => app.cards(number).some((card) => card.includes("promised")));
    });
    await app.start();
    const made = app.killAt("POST /v1/payment_intents", "after");
    await maintainer.comment(number, "/split @contributor 100");
    await maintainer.comment(number, "/release");
    await made;
    const confirmed = app.killAt("POST /v1/payment_intents/", "after");
    await app.start();
    await confirmed;
    await app.start();
    await until(async () => (await moved(app, "world", "pledge")) === 1);
    expect(app.town.stripe.charges().map(({ amount }) => amount)).toEqual([2000]);
    await auditBooks(app);
  },
);

story("killed before and after a card was written: one card on each issue", async (app) => {
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

story(
  "killed after webhooks were accepted, before they were decided: nothing is lost",
  async (app) => {
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
  },
);

story(
  "asked to stop at work, it ends what is at hand and loses nothing; a taken port is one line",
  async (app) => {
    const maintainer = app.town.github.act("maintainer");
    await app.start();
    const { code, said } = await app.run("start");
    expect(code).toBe(1);
    expect(said).toContain(`PORT: ${new URL(app.places.app).port} is already in use`);
    expect(said).not.toContain("    at ");

    const issues: number[] = [];
    for (const title of ["First", "Second", "Third"]) {
      issues.push((await maintainer.openIssue({ title, labels: ["bounty"] })).number);
    }
    await until(() => issues.some((number) => app.cards(number).length === 1));
    expect(await app.terminate()).toBe(0);
    await app.start();
    await until(() => issues.every((number) => app.cards(number).length === 1));
    await rest(app);
    await auditBooks(app);
  },
);

story(
  "the command line says whether the books are equal, by its exit code as well",
  async (app) => {
    app.town.stripe.topUp(1000, "usd");
    const { code, said } = await app.run("reconcile");
    expect(said).toContain("✓ usd: the ledger and Stripe both hold 10.00");
    expect(said).toContain("✓ equal to the cent");
    expect(code).toBe(0);

    const [source, destination] = ["operator", "world"];
    const stray = { source, destination, amount: 5n, currency: "usd", balanceTransactionId: null };
    const given = { ...stray, destination: "pledge:p1", amount: 300n };
    const decision = { changes: [], postings: [stray, given], effects: [] };
    await app.writing((store) => store.transact((trx) => trx.apply(decision, Date.now())));
    const again = await app.run("reconcile");
    expect(again.said).toContain("✗ usd: the ledger holds 9.95, Stripe 10.00");
    expect(again.said).toContain("operator -> world 5 usd names no balance transaction");
    expect(again.said).toContain("cost you 3.00 so far");
    expect(again.said).toContain("pledge p1: 3.00");
    expect(again.code).toBe(1);
  },
);
