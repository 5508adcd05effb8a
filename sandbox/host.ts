// The town on real ports of this machine: HTTP, timers, the file it is kept in, the traffic log.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { listenAt } from "./listen.ts";
import type { Sandbox, TrafficLine } from "./ports.ts";
import { createTown, type Places, type Town, type TownState } from "./town.ts";

export interface Host {
  town: Town;
  /** Saves and closes. */
  stop(): Promise<void>;
}

const DELIVERY_MS_MAX = 10_000;
const SAVE_AFTER_MS = 200;
const LOOK_MS = 10;

export async function openHost(options: {
  places: Places;
  /** Where the town is kept from one run to the next; null: nowhere. */
  file: string | null;
  trafficLog: string | null;
}): Promise<Host> {
  const { places, file, trafficLog } = options;
  let saving: NodeJS.Timeout | null = null;
  const town = createTown(
    {
      now: () => Date.now(),
      random: () => Math.random(),
      deliver: (request) => fetch(request, { signal: AbortSignal.timeout(DELIVERY_MS_MAX) }),
      ...(trafficLog === null
        ? {}
        : {
            record: (line: TrafficLine) => appendFileSync(trafficLog, `${JSON.stringify(line)}\n`),
          }),
    },
    { places },
    file === null ? null : readState(file),
  );

  function save(): void {
    if (file === null) return;
    if (saving !== null) clearTimeout(saving);
    saving = null;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(town.snapshot()));
    renameSync(`${file}.new`, file);
  }

  function touched(): void {
    saving ??= setTimeout(save, SAVE_AFTER_MS);
  }

  // Work falls due by requests, by pages and by what a script does to the town directly: so look often.
  let running = false;
  const timer = setInterval(() => {
    const due = town.nextDue();
    if (running || due === null || due > Date.now()) return;
    running = true;
    const done = (): void => {
      running = false;
      touched();
    };
    town.runDue().then(done, done);
  }, LOOK_MS);

  const servers = [
    await listenAt(places.github, answering(town.github, touched)),
    await listenAt(places.stripe, answering(town.stripe, touched)),
  ];
  return {
    town,
    async stop() {
      clearInterval(timer);
      save();
      await Promise.all(servers.map((one) => one.close()));
    },
  };
}

function readState(file: string): TownState | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as TownState) : null;
}

function answering(sandbox: Sandbox, touched: () => void) {
  return async (request: Request): Promise<Response> => {
    const response = await sandbox.fetch(request);
    touched();
    return response;
  };
}
