// Whatever happens between asking and running (leases that run out, late answers, retries, pages), nobody
// who asked for something to be renewed is forgotten: when nothing is due, a run began after they asked.
import { expect, test } from "@jest/globals";
import { at, type Effect, now } from "../core/effects.ts";
import type { EffectRow, Store } from "../ports.ts";
import { onEachEngine, randomOf, write } from "./engines-spec.ts";

const KEY = "pay-waiting:campaign:c1";
const LEASE_MS = 50;
const PAGES_COUNT_MAX = 3;

function waiting(after: string | null): Effect {
  return { effect: "payWaiting", of: { campaignId: "c1" }, after };
}

interface Run {
  row: EffectRow;
  page: number;
  /** When the first of its pages was leased; a page's `after` carries it on. */
  began: number;
}

interface World {
  store: Store;
  random: (below: number) => number;
  time: number;
  running: Run[];
  asked: number;
  servedUpTo: number;
}

function runOf(row: EffectRow, time: number): Run {
  const after = row.effect.effect === "payWaiting" ? row.effect.after : null;
  const [page = 0, began = time] = after?.split("@").map(Number) ?? [];
  return { row, page, began };
}

async function lease({ store, time, running }: World): Promise<void> {
  const rows = await store.leaseEffects({ now: time, leaseMs: LEASE_MS, limit: 1 });
  for (const row of rows) running.push(runOf(row, time));
}

async function finish(world: World, run: Run): Promise<void> {
  const { store, time, random } = world;
  world.running = world.running.filter((one) => one !== run);
  const page = run.page + 1;
  if (page < PAGES_COUNT_MAX && random(2) === 0) {
    const again = { effect: waiting(`${page}@${run.began}`), dueAt: time + random(20) };
    await store.transact(async (trx) => await trx.finishEffect(run.row, { at: time, again }));
    return;
  }
  await store.transact(async (trx) => await trx.finishEffect(run.row, { at: time }));
  world.servedUpTo = Math.max(world.servedUpTo, run.began);
}

async function step(world: World): Promise<void> {
  const { store, random, running } = world;
  world.time += random(30);
  const { time } = world;
  const chosen = running[random(Math.max(1, running.length))];
  const choice = random(10);
  if (choice < 3) {
    world.asked = time;
    const effect = waiting(null);
    const planned = random(3) === 0 ? at(time + random(100), effect) : now(effect);
    await write(store, { effects: [planned] }, time);
  } else if (choice < 6) {
    await lease(world);
  } else if (choice < 9 && chosen !== undefined) {
    await finish(world, chosen);
  } else if (chosen !== undefined) {
    world.running = running.filter((one) => one !== chosen);
    const later = { dueAt: time + random(60), error: "503", attempt: 1, attemptFailedAt: null };
    await store.retryEffect(KEY, later);
  }
}

async function drain(world: World): Promise<void> {
  for (let rounds = 0; rounds < 50; rounds += 1) {
    const due = await world.store.nextDue();
    if (due === null) return;
    world.time = Math.max(world.time, due);
    await lease(world);
    const last = world.running.at(-1);
    if (last !== undefined) await finish(world, last);
  }
  throw new Error("the queue never empties");
}

onEachEngine("whoever asks for a renewal", (database) => {
  test.each([1, 2, 3, 4, 5, 6])("is served by a run that began after (seed %i)", async (seed) => {
    const { store } = database();
    const world: World = {
      store,
      random: randomOf(seed),
      time: 1,
      running: [],
      asked: 0,
      servedUpTo: 0,
    };
    for (let round = 0; round < 12; round += 1) {
      for (let count = 0; count < 20; count += 1) await step(world);
      await drain(world);
      expect(world.servedUpTo).toBeGreaterThanOrEqual(world.asked);
    }
  });
});
