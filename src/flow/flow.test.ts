// The drain of both queues: over only when nothing that was begun is still at work.
import { expect, test } from "@jest/globals";
import type { InboxRow } from "../ports.ts";
import { createFlow, type FlowPorts } from "./flow.ts";

/** A promise and the way to fulfil it. */
function gate<T>(): { promise: Promise<T>; open(value: T): void } {
  let open: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open: (value) => open(value) };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const ROW: InboxRow = {
  id: 1n,
  source: "github",
  deliveryId: "d1",
  part: 0,
  message: { kind: "installation", installationId: 5, repositoryIds: null, installed: false },
  receivedAt: 0,
  tries: 0,
};

test("a wake-up that comes while it looks makes it look again", async () => {
  const looks = [gate<boolean>(), gate<boolean>()];
  let asked = 0;
  const store = {
    read: {},
    due: async () => ({ deliveries: await looks[asked++]?.promise, effects: false }),
    leaseDeliveries: async () => [],
  };
  const ports = { store, signal: { wake() {} }, clock: { now: () => 0 }, operator: {} };
  const flow = createFlow(ports as unknown as FlowPorts);
  const drained = flow.drain();
  await turns();
  void flow.drain();
  looks[0]?.open(false);
  await turns();
  expect(asked).toBe(2);
  looks[1]?.open(false);
  await drained;
});

test("it waits for what a wake-up began beside it, though nothing more is due", async () => {
  const effects = gate<never[]>();
  const decided = gate<void>();
  const deliveries: InboxRow[] = [];
  let due = true;
  const store = {
    read: {},
    due: async () => ({ deliveries: due, effects: due }),
    leaseDeliveries: async () => deliveries.splice(0),
    leaseEffects: () => effects.promise,
    transact: () => decided.promise,
  };
  const ports = { store, signal: { wake() {} }, clock: { now: () => 0 }, operator: {} };
  const flow = createFlow(ports as unknown as FlowPorts);
  let over = false;
  const drained = flow.drain().then(() => {
    over = true;
  });
  await turns();
  deliveries.push(ROW);
  void flow.drain();
  await turns();
  // The delivery is leased and at work; the effects come to their end.
  due = false;
  effects.open([]);
  await turns();
  expect(over).toBe(false);
  decided.open();
  await drained;
});
