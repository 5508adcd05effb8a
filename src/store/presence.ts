// Who works the queues of a Postgres database: each process holds a shared lock for as long as its
// connection lives, however it ends. A process that begins can tell by it that no other one is alive.
import pg from "pg";
import type { Log } from "../ports.ts";

export interface Presence {
  /**
   * Counts this process in, until it leaves or dies. `ifAlone` runs before when no other one is counted, and
   * none is meanwhile.
   */
  enter(ifAlone: () => Promise<void>): Promise<void>;
  leave(): Promise<void>;
}

const AGAIN_MS = 1_000;
/** Of this schema: tests keep several in one database. */
const KEY = "hashtextextended('workers:' || current_schema(), 0)";

export function createPresence(
  options: Pick<pg.ClientConfig, "connectionString" | "connectionTimeoutMillis" | "lock_timeout">,
  log: Log | undefined,
): Presence {
  let client: pg.Client | null = null;
  let again: NodeJS.Timeout | null = null;
  let isOver = false;

  async function enter(ifAlone: () => Promise<void>): Promise<void> {
    if (client !== null) return await hold(client, ifAlone);
    const entering = new pg.Client({ ...options, keepAlive: true });
    entering.on("error", (error) => log?.warn({ err: error }, "a database connection broke"));
    await entering.connect();
    try {
      await hold(entering, ifAlone);
    } catch (error) {
      await entering.end();
      throw error;
    }
    client = entering;
    entering.once("end", comeBack);
    if (isOver) await leave();
  }

  /** Whoever is not counted while at work could be taken for dead. */
  function comeBack(): void {
    client = null;
    if (isOver) return;
    again = setTimeout(() => {
      enter(async () => {}).catch(comeBack);
    }, AGAIN_MS);
  }

  async function leave(): Promise<void> {
    isOver = true;
    if (again !== null) clearTimeout(again);
    await client?.end();
  }

  return { enter, leave };
}

/** In one transaction, so that the lock on being alone ends with it, through whatever pool it passes. */
async function hold(client: pg.Client, ifAlone: () => Promise<void>): Promise<void> {
  await client.query("begin");
  const { rows } = await client.query<{ alone: boolean }>(
    `select pg_try_advisory_xact_lock(${KEY}) as alone`,
  );
  if (rows[0]?.alone === true) await ifAlone();
  await client.query(`select pg_advisory_lock_shared(${KEY})`);
  await client.query("commit");
}
