// Writes a decision: its changes in order, its postings under the ledger's law, its effects as rows of the
// outbox. And the few facts about repositories, installations and replies that no decision carries.
import type { Repository } from "../core/campaign.ts";
import type { Decision } from "../core/decision.ts";
import { assertLawful, kindOf, MAY_OVERDRAW, type Posting } from "../core/ledger.ts";
import { put } from "./changes.ts";
import type { Handle } from "./engine.ts";
import { lockBalances } from "./locks.ts";
import { planEffect } from "./outbox.ts";
import { isNamed, repositoryRowById } from "./queries.ts";
import { flag, repositoryOf, repositoryRow } from "./rows.ts";
import { oneRow, upsert, writing } from "./statement.ts";

const putRepository = upsert("repositories", ["id"]);
const putFormerName = upsert("former_names", ["owner", "name"]);
const putReply = upsert("replies", ["key"]);

export async function apply(
  trx: Handle,
  { decision, at }: { decision: Decision; at: number },
): Promise<void> {
  for (const change of decision.changes) await put(trx, change);
  await post(trx, { postings: decision.postings, at });
  for (const planned of decision.effects) await planEffect(trx, { planned, at });
}

async function post(
  trx: Handle,
  { postings, at }: { postings: readonly Posting[]; at: number },
): Promise<void> {
  if (postings.length === 0) return;
  for (const posting of postings) assertLawful(posting);
  const accounts = postings.flatMap(({ source, destination }) => [source, destination]);
  await lockBalances(trx, [...new Set(accounts.filter(hasBalance))]);
  await insertPostings(trx, {
    at: BigInt(at),
    sources: postings.map(({ source }) => source),
    destinations: postings.map(({ destination }) => destination),
    amounts: postings.map(({ amount }) => amount),
    currencies: postings.map(({ currency }) => currency),
    transactions: postings.map(({ balanceTransactionId }) => balanceTransactionId),
  });
}

const insertPostings = writing((db, given: PostingColumns) =>
  db.insertInto("postings").values(
    given.sources.map((source, index) => ({
      source,
      destination: given.destinations[index] as string,
      amount: given.amounts[index] as bigint,
      currency: given.currencies[index] as string,
      balance_transaction_id: given.transactions[index] as string | null,
      decided_at: given.at,
    })),
  ),
);

type PostingColumns = {
  at: bigint;
  sources: readonly string[];
  destinations: readonly string[];
  amounts: readonly bigint[];
  currencies: readonly string[];
  transactions: readonly (string | null)[];
};

function hasBalance(account: string): boolean {
  return !MAY_OVERDRAW.includes(kindOf(account));
}

/**
 * By numeric id, for names change. A repository not seen under this installation is installed; one that
 * was taken out of it stays out, whatever late delivery still mentions it.
 */
export async function saveRepository(trx: Handle, told: Repository): Promise<void> {
  const known = await repositoryRowById(trx, { id: BigInt(told.id) });
  const before = known === undefined ? null : repositoryOf(known);
  const repository = before === null ? told : underLaterInstallation(told, before);
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
  await putRepository(trx, next);
}

/** Installed again by the same owner, the App has a greater id: what was sent to the smaller one is late. */
function underLaterInstallation(told: Repository, before: Repository): Repository {
  const isLate = told.ownerId === before.ownerId && told.installationId < before.installationId;
  if (!isLate) return told;
  return { ...told, installationId: before.installationId, installed: before.installed };
}

/** Old addresses lead to the new ones. */
async function rememberName(trx: Handle, before: Repository, after: Repository): Promise<void> {
  const [owner, name] = [before.owner.toLowerCase(), before.name.toLowerCase()];
  if (owner === after.owner.toLowerCase() && name === after.name.toLowerCase()) return;
  await putFormerName(trx, { owner, name, repository_id: BigInt(before.id) });
}

function isSame(a: Repository, b: Repository): boolean {
  return (Object.keys(a) as (keyof Repository)[]).every((key) => a[key] === b[key]);
}

const selectLaterOfName = oneRow((db, given: { owner: string; name: string; seen: bigint }) =>
  db.selectFrom("repositories").select("id").where(isNamed(given)).where("seen", ">", given.seen),
);

async function isNewestOfItsName(
  trx: Handle,
  { owner, name, seen }: { owner: string; name: string; seen: bigint },
): Promise<boolean> {
  return (await selectLaterOfName(trx, { owner, name, seen })) === undefined;
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
  await putReply(trx, { key, comment_id: BigInt(commentId), node_id: nodeId });
}
