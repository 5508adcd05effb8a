// Postgres through `pg`: one pool that writes, one that can only read, so that pages never wait for a
// connection that a decision holds.
import { CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { Delivery, Log } from "../ports.ts";
import { codeOf, type Engine } from "./engine.ts";
import { toJson } from "./json.ts";
import { createPresence } from "./presence.ts";
import type { Tables } from "./schema.ts";

const CONNECTIONS_COUNT_MAX = 10;
const PATIENCE = { connectionTimeoutMillis: 10_000, lock_timeout: 10_000 };
/** A process that stopped in the middle of a transaction must not hold its locks for ever. */
const IDLE_IN_TRANSACTION_MS_MAX = 60_000;
const INSERT_TRIES_MAX = 5;

export function openPostgres(databaseUrl: string, log: Log | undefined): Engine {
  const writes = openPool({ databaseUrl, log, readOnly: false });
  const reads = openPool({ databaseUrl, log, readOnly: true });
  const presence = createPresence({ connectionString: databaseUrl, ...PATIENCE }, log);
  return {
    writes,
    reads,
    insertDeliveries: async (deliveries) => await insertDeliveries(writes, deliveries),
    whenAlone: presence.enter,
    isTransient,
    close: async () => {
      await presence.leave();
      await reads.destroy();
      await writes.destroy();
    },
  };
}

function openPool(options: {
  databaseUrl: string;
  log: Log | undefined;
  readOnly: boolean;
}): Kysely<Tables> {
  const { databaseUrl, log, readOnly } = options;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS_COUNT_MAX,
    ...PATIENCE,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    types: { getTypeParser },
  });
  // A connection that breaks fails the query that uses it, and the pool replaces it; but an error event
  // that nobody hears ends the process, whether the connection is idle or in use.
  const onError = (error: Error): void => log?.warn({ err: error }, "a database connection broke");
  pool.on("error", onError);
  pool.on("connect", (client) => client.on("error", onError));
  const dialect = new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => {
      if (!readOnly) return;
      await connection.executeQuery(CompiledQuery.raw("set default_transaction_read_only = on"));
    },
  });
  return new Kysely<Tables>({ dialect });
}

/** Postgres' 64-bit integers as bigints, for these pools only. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === pg.types.builtins.INT8 && format !== "binary"
    ? (digits: string) => BigInt(digits)
    : pg.types.getTypeParser(oid, format as "text");

// Class 08: the connection; 40: rolled back (serialization, deadlock); 53: out of resources; 55P03: a lock
// that did not come; 57P: the server is going down; 25P03: idle in a transaction for too long.
const TRANSIENT_STATE = /^(08|40|53|55P03|57P|25P03)/;
const TRANSIENT_SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
/** `pg` gives these no code. */
const TRANSIENT_TEXT =
  /connection terminated|timeout exceeded when trying to connect|not queryable/i;

function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (TRANSIENT_STATE.test(code) || TRANSIENT_SOCKET.test(code)) return true;
  return error instanceof Error && TRANSIENT_TEXT.test(error.message);
}

/**
 * One statement, so one round trip and one commit. Two processes that are told of the same deliveries in
 * different orders may lock each other out: it is simply done again, for it changes nothing twice.
 */
async function insertDeliveries(
  db: Kysely<Tables>,
  deliveries: readonly Delivery[],
): Promise<void> {
  const insert = sql`
    insert into inbox (source, delivery_id, part, received_at, message, state, due_at, tries)
    select source, delivery_id, part, received_at, message, 'waiting', received_at, 0
    from unnest(
      ${deliveries.map(({ source }) => source)}::text[],
      ${deliveries.map(({ deliveryId }) => deliveryId)}::text[],
      ${deliveries.map(({ part }) => part)}::bigint[],
      ${deliveries.map(({ receivedAt }) => receivedAt)}::bigint[],
      ${deliveries.map(({ message }) => toJson(message))}::text[]
    ) with ordinality as given (source, delivery_id, part, received_at, message, place)
    order by place
    on conflict (source, delivery_id, part) do nothing`;
  for (let tries = 1; ; tries += 1) {
    try {
      await insert.execute(db);
      return;
    } catch (error) {
      if (!codeOf(error).startsWith("40") || tries === INSERT_TRIES_MAX) throw error;
    }
  }
}
