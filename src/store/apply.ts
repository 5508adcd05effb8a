// Writes a decision: its changes in order, its postings under the ledger's law, its effects as rows of the
// outbox. And the few facts about repositories, installations and replies that no decision carries.
import type { Repository } from "../core/campaign.ts";
import type { Decision } from "../core/decision.ts";
import { assertLawful, kindOf, MAY_OVERDRAW, type Posting } from "../core/ledger.ts";
import { put } from "./changes.ts";
import type { DialectName, Handle } from "./engine.ts";
import { lockBalances } from "./locks.ts";
import { planEffect } from "./outbox.ts";
import { isNamed } from "./queries.ts";
import { flag, repositoryOf, repositoryRow } from "./rows.ts";

export async function apply(
  trx: Handle,
  dialect: DialectName,
  { decision, at }: { decision: Decision; at: number },
): Promise<void> {
  for (const change of decision.changes) await put(trx, change);
  await post(trx, dialect, { postings: decision.postings, at });
  for (const planned of decision.effects) await planEffect(trx, dialect, { planned, at });
}

async function post(
  trx: Handle,
  dialect: DialectName,
  { postings, at }: { postings: readonly Posting[]; at: number },
): Promise<void> {
  if (postings.length === 0) return;
  for (const posting of postings) assertLawful(posting);
  const accounts = postings.flatMap(({ source, destination }) => [source, destination]);
  await lockBalances(trx, dialect, [...new Set(accounts.filter(hasBalance))]);
  await trx
    .insertInto("postings")
    .values(
      postings.map((posting) => ({
        source: posting.source,
        destination: posting.destination,
        amount: posting.amount,
        currency: posting.currency,
        balance_transaction_id: posting.balanceTransactionId,
        decided_at: BigInt(at),
      })),
    )
    .execute();
}

function hasBalance(account: string): boolean {
  return !MAY_OVERDRAW.includes(kindOf(account));
}

/**
 * By numeric id, for names change. A repository not seen under this installation is installed; one that
 * was taken out of it stays out, whatever late delivery still mentions it.
 */
export async function saveRepository(trx: Handle, repository: Repository): Promise<void> {
  const known = await trx
    .selectFrom("repositories")
    .selectAll()
    .where("id", "=", BigInt(repository.id))
    .executeTakeFirst();
  const before = known === undefined ? null : repositoryOf(known);
  const installed =
    repository.installed &&
    (before === null || before.installationId !== repository.installationId || before.installed);
  const row = repositoryRow({ ...repository, installed });
  // Most deliveries change nothing here; a write would make them wait for each other on Postgres.
  if (known !== undefined && isSame(repositoryOf(known), { ...repository, installed })) {
    if (await isNewestOfItsName(trx, known)) return;
  }
  if (before !== null) await rememberName(trx, before, repository);
  const { seen } = await trx
    .selectFrom("repositories")
    .select((eb) => eb.fn.coalesce(eb.fn.max("seen"), eb.lit(0)).as("seen"))
    .executeTakeFirstOrThrow();
  const next = { ...row, seen: BigInt(seen) + 1n };
  await trx
    .insertInto("repositories")
    .values(next)
    .onConflict((on) => on.column("id").doUpdateSet(next))
    .execute();
}

/** Old addresses lead to the new ones. */
async function rememberName(trx: Handle, before: Repository, after: Repository): Promise<void> {
  const [owner, name] = [before.owner.toLowerCase(), before.name.toLowerCase()];
  if (owner === after.owner.toLowerCase() && name === after.name.toLowerCase()) return;
  const row = { owner, name, repository_id: BigInt(before.id) };
  await trx
    .insertInto("former_names")
    .values(row)
    .onConflict((on) => on.columns(["owner", "name"]).doUpdateSet(row))
    .execute();
}

function isSame(a: Repository, b: Repository): boolean {
  return (Object.keys(a) as (keyof Repository)[]).every((key) => a[key] === b[key]);
}

async function isNewestOfItsName(
  trx: Handle,
  { owner, name, seen }: { owner: string; name: string; seen: bigint },
): Promise<boolean> {
  const later = await trx
    .selectFrom("repositories")
    .select("id")
    .where(isNamed({ owner, name }))
    .where("seen", ">", seen)
    .executeTakeFirst();
  return later === undefined;
}

export async function saveInstallation(
  trx: Handle,
  options: { installationId: number; repositoryIds: number[] | null; installed: boolean },
): Promise<void> {
  const { installationId, repositoryIds, installed } = options;
  if (repositoryIds?.length === 0) return;
  // Installed again, the App is another installation: what it is given is its own from now on.
  const given = installed && repositoryIds !== null;
  await trx
    .updateTable("repositories")
    .set({
      installed: flag(installed),
      ...(given ? { installation_id: BigInt(installationId) } : {}),
    })
    .$if(!given, (query) => query.where("installation_id", "=", BigInt(installationId)))
    .$if(repositoryIds !== null, (query) =>
      query.where("id", "in", (repositoryIds ?? []).map(BigInt)),
    )
    .execute();
}

export async function saveReply(
  trx: Handle,
  { key, commentId, nodeId }: { key: string; commentId: number; nodeId: string },
): Promise<void> {
  const row = { key, comment_id: BigInt(commentId), node_id: nodeId };
  await trx
    .insertInto("replies")
    .values(row)
    .onConflict((on) => on.column("key").doUpdateSet(row))
    .execute();
}
