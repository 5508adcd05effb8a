// Brings a database to this version's tables, forward only, and refuses one from a newer version.
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { type DialectName, dialectOf } from "./engine.ts";
import { createTables } from "./migrations/0001-first.ts";
import { createLedger } from "./migrations/0002-ledger-law.ts";
import { findByBacker } from "./migrations/0003-backers.ts";
import { addPayeeAccounts } from "./migrations/0004-payees.ts";
import { createDisputes } from "./migrations/0005-disputes.ts";
import { rememberRefusals } from "./migrations/0006-standing-refusals.ts";
import { findByAwardPayee } from "./migrations/0007-award-payees.ts";
import { addTipDays } from "./migrations/0008-tips.ts";
import { addAwardRules } from "./migrations/0009-awards.ts";
import { createCursors } from "./migrations/0010-cursors.ts";
import { createHandovers } from "./migrations/0011-handovers.ts";
import { countCommands } from "./migrations/0012-heard.ts";
import { findDoneEffects } from "./migrations/0013-done-effects.ts";
import { holdOutgoingToPledge } from "./migrations/0014-one-pledge.ts";

const MIGRATION_TABLE = "schema_version";
const LOCK_TABLE = "schema_version_lock";

function migrations(dialect: DialectName): Record<string, Migration> {
  return {
    "0001-first": { up: (db) => createTables(db, dialect) },
    "0002-ledger-law": { up: (db) => createLedger(db, dialect) },
    "0003-backers": { up: (db) => findByBacker(db, dialect) },
    "0004-payees": { up: (db) => addPayeeAccounts(db, dialect) },
    "0005-disputes": { up: (db) => createDisputes(db, dialect) },
    "0006-standing-refusals": { up: (db) => rememberRefusals(db, dialect) },
    "0007-award-payees": { up: (db) => findByAwardPayee(db, dialect) },
    "0008-tips": { up: (db) => addTipDays(db, dialect) },
    "0009-awards": { up: (db) => addAwardRules(db, dialect) },
    "0010-cursors": { up: (db) => createCursors(db, dialect) },
    "0011-handovers": { up: (db) => createHandovers(db, dialect) },
    "0012-heard": { up: (db) => countCommands(db, dialect) },
    "0013-done-effects": { up: (db) => findDoneEffects(db) },
    "0014-one-pledge": { up: (db) => holdOutgoingToPledge(db, dialect) },
  };
}

/** Throws one clear line when the database is newer than this program, or a migration fails. */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const dialect = dialectOf(db);
  const known = migrations(dialect);
  const schema = dialect === "postgres" ? await currentSchema(db) : null;
  await refuseNewer(db, { known: Object.keys(known), schema });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => known },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: LOCK_TABLE,
    ...(schema === null ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new Error("The database could not be brought to this version.", { cause: error });
  }
}

async function refuseNewer<T>(
  db: Kysely<T>,
  { known, schema }: { known: readonly string[]; schema: string | null },
): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const versioned = tables.some(
    (table) => table.name === MIGRATION_TABLE && (schema === null || table.schema === schema),
  );
  if (!versioned) return;
  const { rows } = await sql<{
    name: string;
  }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(db);
  const unknown = rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `This database is from a newer version of Whipround (it has ${unknown.sort().join(", ")}): start that version, or restore a backup made before it.`,
  );
}

async function currentSchema<T>(db: Kysely<T>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(
    db,
  );
  const schema = rows[0]?.schema;
  if (schema == null) throw new Error("The database has no schema to create tables in.");
  return schema;
}
