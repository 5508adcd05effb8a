// Statements that are built and compiled once, and run with other values each time: to build one anew
// takes Kysely longer than SQLite takes to run it.
import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from "kysely";
import { type DialectName, dialectOf, type Handle } from "./engine.ts";
import { ImmediateAdapter } from "./immediate.ts";
import type { Tables } from "./schema.ts";

type Value = bigint | number | string | null;
/** What is bound, by name; a list is bound one by one, and each length is a statement of its own. */
type Given = Record<string, Value | readonly Value[]>;

/**
 * Makes the statement, with placeholders in place of what is given: it must not look at them. What decides
 * how the statement reads (a literal, a condition that is left out) makes it another statement.
 */
type Build<G extends Given, R> = (
  db: Handle,
  given: G,
  dialect: DialectName,
) => { compile(db: Handle): CompiledQuery<R> };

/** Stands for a value while the statement is built. */
class Placeholder {
  readonly name: string;
  readonly index: number | null;

  constructor(name: string, index: number | null) {
    this.name = name;
    this.index = index;
  }

  valueIn(given: Given): Value {
    const listed = given[this.name];
    const value = isList(listed) && this.index !== null ? listed[this.index] : listed;
    // A driver would bind it as null, and find nothing, or forget something.
    if (value === undefined) throw new Error(`A statement was given nothing as ${this.name}.`);
    return value as Value;
  }
}

/** All rows. */
export function manyRows<G extends Given, R>(
  build: Build<G, R>,
): (db: Handle, given: G) => Promise<R[]> {
  const run = statement(build);
  return async (db, given) => (await run(db, given)).rows;
}

/** The first row, or undefined. */
export function oneRow<G extends Given, R>(
  build: Build<G, R>,
): (db: Handle, given: G) => Promise<R | undefined> {
  const run = statement(build);
  return async (db, given) => (await run(db, given)).rows[0];
}

/** How many rows it wrote. */
export function writing<G extends Given, R>(
  build: Build<G, R>,
): (db: Handle, given: G) => Promise<bigint> {
  const run = statement(build);
  return async (db, given) => (await run(db, given)).numAffectedRows ?? 0n;
}

/** Writes a row whole, whether one with its `key` is there or not. */
export function upsert<T extends keyof Tables, Row extends Given>(
  table: T,
  key: readonly (keyof Tables[T] & string)[],
): (db: Handle, row: Row) => Promise<bigint> {
  return writing<Row, unknown>((_db, row) => {
    const columns = Object.keys(row).map((name) => sql.ref(name));
    const set = columns.map((column) => sql`${column} = excluded.${column}`);
    return sql`insert into ${sql.table(table)} (${sql.join(columns)})
      values (${sql.join(Object.values(row))})
      on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(set)}`;
  });
}

/**
 * For `limit`. What is bound there itself makes SQLite compile the statement anew at every run (it looks at
 * the value for its plan, sqlite.org/c3ref/prepare.html); an expression it takes as it is.
 */
export function atMost(count: bigint | number): RawBuilder<bigint> {
  return sql<bigint>`cast(${count} as bigint)`;
}

function statement<G extends Given, R>(
  build: Build<G, R>,
): (db: Handle, given: G) => QueryResult<R> | Promise<QueryResult<R>> {
  const compiled = new Map<string, CompiledQuery<R>>();

  function compile(db: Handle, given: G, shape: string): CompiledQuery<R> {
    const query = build(db, placeholdersFor(given), dialectOf(db)).compile(db);
    if (/\blimit (\?|\$)/.test(query.sql))
      throw new Error(`A LIMIT is bound by itself: ${query.sql}`);
    compiled.set(shape, query);
    return query;
  }

  return (db, given) => {
    const shape = shapeOf(db, given);
    const query = compiled.get(shape) ?? compile(db, given, shape);
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Placeholder ? parameter.valueIn(given) : parameter,
    );
    return run(db, { ...query, parameters });
  };
}

function run<R>(db: Handle, query: CompiledQuery<R>): QueryResult<R> | Promise<QueryResult<R>> {
  const { adapter } = db.getExecutor();
  return adapter instanceof ImmediateAdapter && adapter.isFree(db)
    ? adapter.run(query)
    : db.executeQuery(query);
}

function placeholdersFor<G extends Given>(given: G): G {
  const entries = Object.entries(given).map(([name, value]) => [
    name,
    isList(value)
      ? value.map((_, index) => new Placeholder(name, index))
      : new Placeholder(name, null),
  ]);
  return Object.fromEntries(entries);
}

/** What is given under other names, or in lists of another length, needs a statement of its own. */
function shapeOf(db: Handle, given: Given): string {
  let shape: string = dialectOf(db);
  for (const name in given) {
    const value = given[name];
    shape += isList(value) ? ` ${name}[${value.length}]` : ` ${name}`;
  }
  return shape;
}

function isList(value: Value | readonly Value[] | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
