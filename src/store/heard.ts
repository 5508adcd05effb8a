// How many commands of a person were heard in an installation: one row for each of the two.
import type { Heard } from "../core/attention.ts";
import type { Handle } from "./engine.ts";
import { lockName } from "./locks.ts";
import { oneRow, upsert } from "./statement.ts";

type Whom = Pick<Heard, "personId" | "installationId">;

const selectHeard = oneRow((db, given: { personId: bigint; installationId: bigint }) =>
  db
    .selectFrom("heard")
    .select(["since", "count"])
    .where("person_id", "=", given.personId)
    .where("installation_id", "=", given.installationId),
);

const putRow = upsert("heard", ["person_id", "installation_id"]);

export async function heardOf(
  db: Handle,
  { personId, installationId }: Whom,
): Promise<Heard | null> {
  const row = await selectHeard(db, {
    personId: BigInt(personId),
    installationId: BigInt(installationId),
  });
  if (row === undefined) return null;
  return { personId, installationId, since: Number(row.since), count: Number(row.count) };
}

/** Two commands of one person must not both believe to be the last that is answered. */
export async function heardForUpdate(trx: Handle, whom: Whom): Promise<Heard | null> {
  await lockName(trx, `heard:${whom.installationId}:${whom.personId}`);
  return await heardOf(trx, whom);
}

export async function putHeard(trx: Handle, heard: Heard): Promise<void> {
  await putRow(trx, {
    person_id: BigInt(heard.personId),
    installation_id: BigInt(heard.installationId),
    since: BigInt(heard.since),
    count: BigInt(heard.count),
  });
}
