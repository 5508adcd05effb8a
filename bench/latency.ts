// From Stripe's webhook to the card: how long after `charge.succeeded` left Stripe the edit of the card
// reaches GitHub, on an idle app, with Probot's write throttle as in production.
import { setTimeout as delay } from "node:timers/promises";
import { createVisitor, hiddenFields } from "../sandbox/visitor.ts";
import { start } from "./processes.ts";
import { median, quantile } from "./table.ts";
import { REPOSITORY, type SignedWebhook } from "./webhook.ts";
import type { Passed, World } from "./world.ts";

const CAMPAIGNS = 3;
const WARM_UP_SAMPLES = 3;
/**
 * A card is edited again 3 s after its last edit at the earliest (the fee, known half a second after the
 * charge, is shown then), and Probot lets a second pass between writes: neither may meet the next sample.
 */
const SAMPLE_EVERY_MS = 4_500;
const WAIT_MS_MAX = 30_000;

export interface Latency {
  samples: number;
  medianMs: number;
  p90Ms: number;
  maxMs: number;
}

export async function measureLatency(options: {
  world: World;
  webhook: SignedWebhook;
  samples: number;
}): Promise<Latency> {
  const { world, samples } = options;
  const running = await start("app", options);
  try {
    const cards: { issue: number; card: number }[] = [];
    for (let count = 0; count < CAMPAIGNS; count += 1) cards.push(await campaign(world));
    const times: number[] = [];
    for (let sample = 0; sample < WARM_UP_SAMPLES + samples; sample += 1) {
      const { issue, card } = cards[sample % CAMPAIGNS] ?? { issue: 0, card: 0 };
      const ended = delay(SAMPLE_EVERY_MS);
      const took = await pledge(world, { issue, card, sample });
      if (sample >= WARM_UP_SAMPLES) times.push(took);
      await ended;
    }
    return {
      samples: times.length,
      medianMs: median(times),
      p90Ms: quantile(times, 0.9),
      maxMs: Math.max(...times),
    };
  } finally {
    await running.kill();
    running.forget();
  }
}

async function campaign({ town }: World): Promise<{ issue: number; card: number }> {
  const maintainer = town.github.act("maintainer");
  const { number } = await maintainer.openIssue({ title: "Dark mode" });
  await maintainer.label(number, "bounty: $2000");
  const card = await until("a card", () =>
    town.github.comments(REPOSITORY, number).find(({ body }) => body?.includes("whipround:card")),
  );
  return { issue: number, card: card.id };
}

/** Pledges and pays; answers how long the card's edit took. */
async function pledge(
  world: World,
  { issue, card, sample }: { issue: number; card: number; sample: number },
): Promise<number> {
  const { town, places } = world;
  // Everybody comes from elsewhere, as behind a proxy: one address may not pledge that often.
  const visitor = createVisitor((request) => {
    request.headers.set("X-Forwarded-For", `192.0.2.${sample + 1}`);
    return fetch(request);
  });
  const url = `${places.app}/gh/${REPOSITORY}/issues/${issue}`;
  const page = await visitor.get(url);
  const fields = { ...hiddenFields(page), mode: "pay-now", amount: "25", anonymous: "1" };
  const answer = await visitor.post(url, fields);
  const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(answer.location ?? "")?.[1];
  if (session === undefined) throw new Error(`no way to Stripe's page: ${answer.status}`);
  const seen: Passed[] = [];
  world.passed();
  town.stripe.pay(session, { card: "4242424242424242" });
  return await until("the card's edit", () => {
    seen.push(...world.passed());
    const sent = seen.find(({ what }) => what === "charge.succeeded");
    const edited = seen.find(
      ({ what }) => what.startsWith("PATCH ") && what.endsWith(`/issues/comments/${card}`),
    );
    return sent !== undefined && edited !== undefined ? edited.at - sent.at : undefined;
  });
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  const end = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited for ${what}`);
    await delay(10);
  }
}
