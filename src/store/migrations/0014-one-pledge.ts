// Money on its way stays its pledge's: what leaves a pledge, a share or a dispute for `outgoing:<what>:<pledge>:…`
// comes back to the same one, if it comes back.
import { type Kysely, sql } from "kysely";

export async function holdOutgoingToPledge(
  db: Kysely<unknown>,
  dialect: "sqlite" | "postgres",
): Promise<void> {
  await nameHandRefunds(db);
  const statement = dialect === "sqlite" ? SQLITE : POSTGRES;
  await sql.raw(statement).execute(db);
}

interface OnItsWay {
  account: string;
  amount: bigint;
  currency: string;
  pledge: string;
  refund: string;
}

/** Refunds made by hand were named by Stripe's id alone: what is on its way there goes on under the pledge's name. */
async function nameHandRefunds(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<OnItsWay>`
    select account, balances.amount, balances.currency, pledge_id as pledge, effect_key as refund
    from balances join refunds on account = 'outgoing:' || effect_key
    where balances.amount > 0 and effect_key not like 'refund:%'`.execute(db);
  for (const { account, amount, currency, pledge, refund } of rows) {
    const own = `pledge:${pledge}`;
    for (const [from, to] of [
      [account, own],
      [own, `outgoing:hand:${pledge}:${refund}`],
    ]) {
      await sql`insert into postings (source, destination, amount, currency, decided_at)
        select ${from}, ${to}, ${amount}, ${currency}, max(decided_at) from postings`.execute(db);
    }
  }
}

/** Whose money the account holds: the second name in it, of outgoing money the third. */
function pledgeOf(account: string, nth: (account: string, place: 2 | 3) => string): string {
  return `case when ${account} like 'outgoing:%' then ${nth(account, 3)} else ${nth(account, 2)} end`;
}

function isOnes(account: string): string {
  return ["pledge", "share", "dispute", "outgoing"]
    .map((kind) => `${account} like '${kind}:%'`)
    .join(" or ");
}

/** Without what comes before the first colon. */
function sqliteRest(text: string): string {
  return `substr(${text}, instr(${text}, ':') + 1)`;
}

function sqliteNth(account: string, place: 2 | 3): string {
  const closed = `(${account} || ':')`;
  const rest = place === 2 ? sqliteRest(closed) : sqliteRest(sqliteRest(closed));
  return `substr(${rest}, 1, instr(${rest}, ':') - 1)`;
}

const SQLITE = `create trigger postings_of_one_pledge before insert on postings
  when (${isOnes("new.source")}) and (${isOnes("new.destination")})
    and ${pledgeOf("new.source", sqliteNth)} <> ${pledgeOf("new.destination", sqliteNth)}
  begin select raise(abort, 'one backer''s money would become another''s'); end`;

function postgresNth(account: string, place: 2 | 3): string {
  return `split_part(${account}, ':', ${place})`;
}

const POSTGRES = `alter table postings add constraint postings_of_one_pledge check (
  not (${isOnes("source")}) or not (${isOnes("destination")})
  or ${pledgeOf("source", postgresNth)} = ${pledgeOf("destination", postgresNth)}) not valid`;
