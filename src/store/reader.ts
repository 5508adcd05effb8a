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
  wholeCampaign,
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
    repositoryById: (id) => read((db) => repositoryById(db, id)),
    repositoryByName: (owner, name) => read((db) => repositoryByName(db, { owner, name })),
    policyOf: (id) => read((db) => policyOf(db, id)),
    campaignById: (id) => read((db) => campaignById(db, id)),
    wholeCampaign: (id) => read((db) => wholeCampaign(db, id)),
    campaignByIssue: (repositoryId, issueNumber) =>
      read((db) => campaignByIssue(db, { repositoryId, issueNumber })),
    campaignsOfRepository: (id) => read((db) => campaignsOfRepository(db, id)),
    campaignsOfPull: (id) => read((db) => campaignsOfPull(db, id)),
    pullById: (id) => read((db) => pullById(db, id)),
    pullsOfCampaign: (id) => read((db) => pullsOfCampaign(db, id)),
    noticesOf: (options) => read((db) => noticesOf(db, options)),
    pledgeById: (id) => read((db) => pledgeById(db, id)),
    unfinishedPledgeIds: (options) => read((db) => unfinishedPledgeIds(db, options)),
    pledgesOnPages: (options) => read((db) => pledgesOnPages(db, options)),
    pledgesOfBacker: (id) => read((db) => pledgesOfBacker(db, id)),
    refundsOfPledge: (id) => read((db) => refundsOfPledge(db, id)),
    nextRefundAt: (id) => read((db) => nextRefundAt(db, id)),
    awardOf: (id) => read((db) => standingAwardOf(db, id)),
    movedFrom: (repositoryId, issueNumber) =>
      read((db) => movedFrom(db, { repositoryId, issueNumber })),
    repositoryIdsOf: (id) => read((db) => repositoryIdsOf(db, id)),
    pullByNumber: (repositoryId, number) =>
      read((db) => pullByNumber(db, { repositoryId, number })),
    claimsOf: (pullId) => read((db) => claimsOf(db, pullId)),
    askedHandovers: (payeeId) => read((db) => askedHandovers(db, payeeId)),
    payoutById: (id) => read((db) => payoutById(db, id)),
    waitingPayoutIds: (options) => read((db) => waitingPayoutIds(db, options)),
    campaignsOfPayee: (id) => read((db) => campaignsOfPayee(db, id)),
    payoutsOfPayee: (id) => read((db) => payoutsOfPayee(db, id)),
    heard: (whom) => read((db) => heardOf(db, whom)),
    owedTo: (id) => read((db) => owedTo(db, id)),
    payeeById: async (id) => (await read((db) => payeesOf(db, [id])))[0] ?? null,
    payeeByAccount: (id) => read((db) => payeeByAccount(db, id)),
    payeesOf: (ids) => read((db) => payeesOf(db, ids)),
    isPending: (key) => read((db) => isPending(db, key)),
    replyByKey: (key) => read((db) => replyByKey(db, key)),
    balances: () => read(balances),
    operatorBalance: (currency) => read((db) => operatorBalance(db, currency)),
    cursor: (name) => read((db) => cursorAt(db, name)),
    bookedTransactions: (ids) => read((db) => bookedTransactions(db, ids)),
    knownDeliveries: (source, ids) => read((db) => knownDeliveries(db, source, ids)),
    openCampaignIds: (options) => read((db) => openCampaignIds(db, options)),
    waitingPayees: (options) => read((db) => waitingPayees(db, options)),
    postings: () => read(postings),
    openCurrencies: () => read(openCurrencies),
    troubles: () => read(troubles),
  };
}
