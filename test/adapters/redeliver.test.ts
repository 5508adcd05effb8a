// Reconcile's use of GitHub's list of failed deliveries: over its pages, as far back as the last time, and only what is not kept.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { redeliver } from "../../src/flow/reconcile-github.ts";
import { type GitHub, PermanentFailure, type Redelivery, type Store } from "../../src/ports.ts";
import { openStore } from "../../src/store/open-store.ts";

const NOW = Date.UTC(2026, 10, 2);
const DAY = 86_400_000;

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "whipround-redeliver-"));
  store = await openStore({ databaseUrl: null, file: join(folder, "whipround.db") });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

type Page = Awaited<ReturnType<Redelivery["failedDeliveries"]>>;

/** GitHub's pages by their cursors; what it was asked for, and what it was asked to send again. */
function listOf(pages: Record<string, Page>) {
  const asked: string[] = [];
  const sent: number[] = [];
  const redelivery: Redelivery = {
    async failedDeliveries(after) {
      asked.push(after ?? "first");
      return pages[after ?? "first"] ?? { items: [], next: null };
    },
    async redeliver(id) {
      sent.push(id);
      if (id === 5) throw new PermanentFailure("forgotten", { code: "github_404" });
    },
    async installationOn() {
      return null;
    },
  };
  return { redelivery, asked, sent };
}

async function sweep(redelivery: Redelivery): Promise<void> {
  // Nothing here asks GitHub for anything else.
  const options = { store, github: {} as GitHub, redelivery, accept: async () => {} };
  let step = await redeliver({ of: "deliveries", begunAt: NOW, after: null }, options);
  while (step.of === "deliveries") step = await redeliver(step, options);
  expect(step).toEqual({ of: "campaigns", begunAt: NOW, after: null });
}

test("every page is read; each delivery that is not kept is sent again once, one that is forgotten is let go", async () => {
  const message = { kind: "account" as const, accountId: "acct_1" };
  await store.accept([{ source: "github", deliveryId: "g2", part: 0, message, receivedAt: NOW }]);
  const { redelivery, asked, sent } = listOf({
    first: {
      items: [
        { id: 1, guid: "g1", at: NOW - 1 },
        { id: 2, guid: "g2", at: NOW - 2 },
        // An earlier try of the first.
        { id: 3, guid: "g1", at: NOW - 3 },
      ],
      next: "second",
    },
    second: {
      items: [
        { id: 5, guid: "g5", at: NOW - DAY },
        { id: 6, guid: "g6", at: NOW - DAY },
      ],
      next: null,
    },
  });
  await sweep(redelivery);
  expect(asked).toEqual(["first", "second"]);
  expect(sent).toEqual([1, 5, 6]);
});

test("it goes no further back than the last time", async () => {
  const at = NOW - DAY;
  await store.transact((trx) => trx.saveCursor({ name: "github deliveries", at }));
  const { redelivery, asked, sent } = listOf({
    first: {
      items: [
        { id: 1, guid: "g1", at },
        { id: 2, guid: "g2", at: at - 1 },
      ],
      next: "second",
    },
  });
  await sweep(redelivery);
  expect([asked, sent]).toEqual([["first"], [1]]);
  expect(await store.read.cursor("github deliveries")).toBeGreaterThan(at);
});
