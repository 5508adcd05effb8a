// What GitHub could not hand over, and what happened to the pull requests and issues of open campaigns: of a webhook that
// never came GitHub's list says nothing after three days, the repository does.
import { isMergedFor } from "../core/award.ts";
import type { Campaign, Repository } from "../core/campaign.ts";
import type { SweepStep } from "../core/effects.ts";
import {
  type Delivery,
  type GitHub,
  type Hint,
  PermanentFailure,
  type Redelivery,
  type Store,
} from "../ports.ts";

interface Options {
  store: Store;
  github: GitHub;
  redelivery: Redelivery | null;
  accept(deliveries: readonly Delivery[]): Promise<void>;
}

/** Each campaign is one or two calls. */
const PAGE = 10;
const OVERLAP_MS = 600_000;

/** What failed since the last time and is not in the inbox all the same: GitHub does not send it again by itself. */
export async function redeliver(
  step: Extract<SweepStep, { of: "deliveries" }>,
  { store, redelivery }: Options,
): Promise<SweepStep> {
  const { begunAt, after } = step;
  const next: SweepStep = { of: "campaigns", begunAt, after: null };
  if (redelivery === null) return next;
  const since = (await store.read.cursor("github deliveries")) ?? 0;
  const page = await redelivery.failedDeliveries(after);
  const failed = page.items.filter(({ at }) => at >= since);
  const guids = [...new Set(failed.map(({ guid }) => guid))];
  const known = new Set(await store.read.knownDeliveries("github", guids));
  for (const guid of guids) {
    const one = failed.find((delivery) => delivery.guid === guid);
    if (one !== undefined && !known.has(guid)) await sendAgain(one.id, redelivery);
  }
  if (page.next !== null && failed.length === page.items.length) {
    return { ...step, after: page.next };
  }
  const at = begunAt - OVERLAP_MS;
  await store.transact((trx) => trx.saveCursor({ name: "github deliveries", at }));
  return next;
}

async function sendAgain(id: number, redelivery: Redelivery): Promise<void> {
  try {
    await redelivery.redeliver(id);
  } catch (error) {
    // GitHub forgets them after three days, between the list and this as well.
    if (!(error instanceof PermanentFailure)) throw error;
  }
}

/** Linked pull requests that were not known as merged, and what closed the issue. */
export async function lookAtCampaigns(
  step: Extract<SweepStep, { of: "campaigns" }>,
  options: Options,
): Promise<SweepStep> {
  const { store, accept } = options;
  const { begunAt, after } = step;
  const ids = await store.read.openCampaignIds({ after, limit: PAGE });
  for (const id of ids) {
    const hints = await hintsOf(id, options);
    await accept(
      hints.map((message, part) => ({
        source: "github",
        deliveryId: `${id}:${begunAt}`,
        part,
        message,
        receivedAt: begunAt,
      })),
    );
  }
  const last = ids.at(-1);
  return last === undefined || ids.length < PAGE
    ? { of: "done", begunAt, after: 0 }
    : { ...step, after: last };
}

async function hintsOf(campaignId: string, { store, github }: Options): Promise<Hint[]> {
  const { read } = store;
  const campaign = await read.campaignById(campaignId);
  const repository = campaign === null ? null : await read.repositoryById(campaign.repositoryId);
  if (campaign === null || repository?.installed !== true) return [];
  const pulls = (await read.pullsOfCampaign(campaignId)).filter(
    (pull) => !isMergedFor(pull, campaign),
  );
  const seen = pulls.map(
    ({ number }): Hint => ({ kind: "pull", repository, pullNumber: number, merged: false }),
  );
  const closed = await isClosedByPull({ campaign, repository }, github);
  // Access was taken away, and its webhook was lost: what cannot be read would only be put aside.
  if (closed === null) return [];
  return closed ? [...seen, closedIssue({ campaign, repository })] : seen;
}

interface Place {
  campaign: Campaign;
  repository: Repository;
}

/** null: there is nothing to learn there any more. */
async function isClosedByPull(
  { campaign, repository }: Place,
  github: GitHub,
): Promise<boolean | null> {
  try {
    return (await github.closingPull(repository, campaign.issueNumber)) !== null;
  } catch (error) {
    if (error instanceof PermanentFailure) return null;
    throw error;
  }
}

function closedIssue({ campaign, repository }: Place): Hint {
  const { repositoryId, issueId, issueNumber: number, issueTitle: title } = campaign;
  const thread = { repositoryId, issueId, number, title, open: false, isPull: false };
  return { kind: "issue", repository, thread, closed: true };
}
