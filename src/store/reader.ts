// Reads for pages, effects and reports. They never lock, and on a file or a server they go through a
// connection that cannot write.
import type { Reader } from "../ports.ts";
import { cursorAt } from "./cursors.ts";
import type { Handle } from "./engine.ts";
import { heardOf } from "./heard.ts";
import { isPending } from "./outbox.ts";
import {
  bookedTransactions,
  claimsOf,
  noticesOf,
  owedTo,
  payeesOf,
  payoutById,
  policyOf,
  pullById,
  repositoryById,
} from "./queries.ts";
import {
  campaignById,
  campaignByIssue,
  campaignsOfPull,
  campaignsOfRepository,
  knownDeliveries,
  movedFrom,
  openCampaignIds,
  pullByNumber,
  pullsOfCampaign,
  replyByKey,
  repositoryByName,
  repositoryIdsOf,
  standingAwardOf,
} from "./reads-of-github.ts";
import {
  askedHandovers,
  campaignsOfPayee,
  nextRefundAt,
  payeeByAccount,
  payoutsOfPayee,
  pledgeById,
  pledgesOfBacker,
  pledgesOnPages,
  refundsOfPledge,
  unfinishedPledgeIds,
  waitingPayees,
  waitingPayoutIds,
} from "./reads-of-money.ts";
import { balances, openCurrencies, operatorBalance, postings, troubles } from "./reports.ts";

/** Runs one read on a connection that may be read from. */
export type Read = <T>(work: (db: Handle) => Promise<T>) => Promise<T>;

export function createReader(read: Read): Reader {
  return {
    repositoryById: async (id) => await read(async (db) => await repositoryById(db, id)),
    repositoryByName: async (owner, name) =>
      await read(async (db) => await repositoryByName(db, { owner, name })),
    policyOf: async (id) => await read(async (db) => await policyOf(db, id)),
    campaignById: async (id) => await read(async (db) => await campaignById(db, id)),
    campaignByIssue: async (repositoryId, issueNumber) =>
      await read(async (db) => await campaignByIssue(db, { repositoryId, issueNumber })),
    campaignsOfRepository: async (id) =>
      await read(async (db) => await campaignsOfRepository(db, id)),
    campaignsOfPull: async (id) => await read(async (db) => await campaignsOfPull(db, id)),
    pullById: async (id) => await read(async (db) => await pullById(db, id)),
    pullsOfCampaign: async (id) => await read(async (db) => await pullsOfCampaign(db, id)),
    noticesOf: async (options) => await read(async (db) => await noticesOf(db, options)),
    pledgeById: async (id) => await read(async (db) => await pledgeById(db, id)),
    unfinishedPledgeIds: async (options) =>
      await read(async (db) => await unfinishedPledgeIds(db, options)),
    pledgesOnPages: async (options) => await read(async (db) => await pledgesOnPages(db, options)),
    pledgesOfBacker: async (id) => await read(async (db) => await pledgesOfBacker(db, id)),
    refundsOfPledge: async (id) => await read(async (db) => await refundsOfPledge(db, id)),
    nextRefundAt: async (id) => await read(async (db) => await nextRefundAt(db, id)),
    awardOf: async (id) => await read(async (db) => await standingAwardOf(db, id)),
    movedFrom: async (repositoryId, issueNumber) =>
      await read(async (db) => await movedFrom(db, { repositoryId, issueNumber })),
    repositoryIdsOf: async (id) => await read(async (db) => await repositoryIdsOf(db, id)),
    pullByNumber: async (repositoryId, number) =>
      await read(async (db) => await pullByNumber(db, { repositoryId, number })),
    claimsOf: async (pullId) => await read(async (db) => await claimsOf(db, pullId)),
    askedHandovers: async (payeeId) => await read(async (db) => await askedHandovers(db, payeeId)),
    payoutById: async (id) => await read(async (db) => await payoutById(db, id)),
    waitingPayoutIds: async (options) =>
      await read(async (db) => await waitingPayoutIds(db, options)),
    campaignsOfPayee: async (id) => await read(async (db) => await campaignsOfPayee(db, id)),
    payoutsOfPayee: async (id) => await read(async (db) => await payoutsOfPayee(db, id)),
    heard: async (whom) => await read(async (db) => await heardOf(db, whom)),
    owedTo: async (id) => await read(async (db) => await owedTo(db, id)),
    payeeById: async (id) => (await read(async (db) => await payeesOf(db, [id])))[0] ?? null,
    payeeByAccount: async (id) => await read(async (db) => await payeeByAccount(db, id)),
    payeesOf: async (ids) => await read(async (db) => await payeesOf(db, ids)),
    isPending: async (key) => await read(async (db) => await isPending(db, key)),
    replyByKey: async (key) => await read(async (db) => await replyByKey(db, key)),
    balances: async () => await read(balances),
    operatorBalance: async (currency) =>
      await read(async (db) => await operatorBalance(db, currency)),
    cursor: async (name) => await read(async (db) => await cursorAt(db, name)),
    bookedTransactions: async (ids) => await read(async (db) => await bookedTransactions(db, ids)),
    knownDeliveries: async (source, ids) =>
      await read(async (db) => await knownDeliveries(db, source, ids)),
    openCampaignIds: async (options) =>
      await read(async (db) => await openCampaignIds(db, options)),
    waitingPayees: async (options) => await read(async (db) => await waitingPayees(db, options)),
    postings: async () => await read(postings),
    openCurrencies: async () => await read(openCurrencies),
    troubles: async () => await read(troubles),
  };
}
