// The figures that Whipround promises, measured on the built app: `npm run bench`, or some of them by name
// (`npm run bench -- start throughput latency store`). docs/benchmarks.md says how and what came out.
import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { measureLatency } from "./latency.ts";
import { build, start } from "./processes.ts";
import { measureStore } from "./store.ts";
import { type Figure, median, table } from "./table.ts";
import { measureThroughput } from "./throughput.ts";
import { commandWebhook, type SignedWebhook } from "./webhook.ts";
import { openWorld, type World } from "./world.ts";

interface Bench {
  world: World;
  webhook: SignedWebhook;
  rounds: number;
  samples: number;
}

const IDLE_MS = 5_000;

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>> = {
  start: startFigures,
  throughput: throughputFigures,
  latency: latencyFigures,
  store: storeFigures,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "3" },
      samples: { type: "string", default: "24" },
    },
  });
  const names = positionals.length === 0 ? Object.keys(PARTS) : positionals;
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}`;
  console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${machine}`);
  build();
  const world = await openWorld();
  const figures: Figure[] = [];
  try {
    const webhook = await commandWebhook(world);
    const rounds = Number(values.rounds);
    const samples = Number(values.samples);
    for (const name of names) {
      const part = PARTS[name];
      if (part === undefined) throw new Error(`no part ${name}: ${Object.keys(PARTS).join(", ")}`);
      console.log(`\n${name}`);
      figures.push(...(await part({ world, webhook, rounds, samples })));
    }
  } finally {
    await world.close();
  }
  console.log(`\n${table(figures)}`);
}

async function startFigures({ world, webhook, rounds }: Bench): Promise<Figure[]> {
  const times: number[] = [];
  const sizes: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const running = await start("app", { world, webhook });
    await delay(IDLE_MS);
    times.push(running.firstAnswerMs / 1000);
    sizes.push(running.memory() / 1e6);
    await running.kill();
    running.forget();
    console.log(`  round ${round} ${times.at(-1)?.toFixed(2)} s, ${sizes.at(-1)?.toFixed(0)} MB`);
  }
  const [seconds, megabytes] = [median(times), median(sizes)];
  return [
    {
      what: "cold start to the first webhook answered",
      value: `${seconds.toFixed(2)} s`,
      target: "< 2 s",
      met: seconds < 2,
    },
    {
      what: "resident memory, idle",
      value: `${megabytes.toFixed(0)} MB`,
      target: "< 150 MB",
      met: megabytes < 150,
    },
  ];
}

async function throughputFigures(bench: Bench): Promise<Figure[]> {
  const { of, rounds } = await measureThroughput({ ...bench, say: (line) => console.log(line) });
  const { app, stock, paused } = of;
  const kept = rounds.every(({ stored, answered }) => stored === null || stored === answered);
  const compared = (
    name: string,
    { perSecond, p99Ms, rate, slower }: typeof app,
    promised: boolean,
  ): Figure[] => {
    return [
      {
        what: `webhooks per second, ${name} ÷ stock Probot`,
        value: `${rate.toFixed(2)} (medians ${perSecond.toFixed(0)}, ${stock.perSecond.toFixed(0)})`,
        target: promised ? "≥ 0.6" : "",
        met: promised ? rate >= 0.6 : null,
      },
      {
        what: `their p99, ${name} ÷ stock Probot`,
        value: `${slower.toFixed(2)} (medians ${p99Ms.toFixed(0)}, ${stock.p99Ms.toFixed(0)} ms)`,
        target: promised ? "≤ 2" : "",
        met: promised ? slower <= 2 : null,
      },
    ];
  };
  return [
    ...compared("app as deployed", app, true),
    ...compared("queues paused", paused, false),
    {
      what: "rows in the file after kill −9 = answers given",
      value: kept ? "in every round" : "no",
      target: "every round",
      met: kept,
    },
  ];
}

async function latencyFigures(bench: Bench): Promise<Figure[]> {
  const { samples, medianMs, p90Ms, maxMs } = await measureLatency(bench);
  const spread = `p90 ${p90Ms.toFixed(0)}, most ${maxMs.toFixed(0)}, ${samples} samples`;
  return [
    {
      what: "Stripe's webhook to the card's edit",
      value: `${medianMs.toFixed(0)} ms (${spread})`,
      target: "median < 250 ms",
      met: medianMs < 250,
    },
  ];
}

async function storeFigures(): Promise<Figure[]> {
  const figures = await measureStore(process.env["TEST_DATABASE_URL"]);
  return figures.map(({ engine, groupSize, perSecond }) => ({
    what: `${engine} accepts, in groups of ${groupSize}`,
    value: `${perSecond.toFixed(0)}/s`,
    target: "",
    met: null,
  }));
}

await main();
