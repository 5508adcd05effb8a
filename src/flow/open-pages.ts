// What is still on Stripe's page when a campaign may be awarded: who paid, or saved a card, before that is counted,
// though no webhook told of it yet.
import { type Campaign, isOpen } from "../core/campaign.ts";
import { TransientFailure } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import { checkoutEvents, type Resolving } from "./facts.ts";

/** Of one campaign there are few, for a page is closed after hours. What is beyond is told of by its webhook. */
const PAGES_ASKED_MAX = 50;
/** So many tries take some two hours, as long as a page is open. What is told of later is divided all the same. */
const PAGE_TRIES_MAX = 14;

/** To be asked before the question whether it is awarded: what Stripe says now of each page that it holds open. */
export async function pageAsks(campaign: Campaign, sources: Resolving): Promise<Ask[]> {
  if (!isOpen(campaign)) return [];
  const pledges = await sources.read.pledgesOnPages({
    campaignId: campaign.id,
    limit: PAGES_ASKED_MAX,
  });
  const asks: Ask[] = [];
  for (const { sessionId } of pledges) {
    if (sessionId !== null) asks.push(...(await asksOf(sessionId, sources)));
  }
  return asks;
}

async function asksOf(sessionId: string, { stripe, log, tries }: Resolving): Promise<Ask[]> {
  try {
    const events = await checkoutEvents(sessionId, { stripe });
    return (events ?? []).map((event) => about(event));
  } catch (error) {
    if (error instanceof TransientFailure && tries < PAGE_TRIES_MAX) throw error;
    // Of this page nothing will be learnt here; what is awarded does not depend on it.
    log.warn({ sessionId, err: error }, "a payment page cannot be read before an award");
    return [];
  }
}
