// What GitHub could not hand over, and what happened to the pull requests and issues of open campaigns: of a webhook that
// never came GitHub's list says nothing after three days, the repository does.
import { isMergedFor } from "../core/award.ts";
import type { Campaign, Repository } from "../core/campaign.ts";
import type { Thread } from "../core/commands.ts";
import type { SweepStep } from "../core/effects.ts";
import {
  type Delivery,
  type GitHub,
  type Hint,
  type Log,
  PermanentFailure,
  type Redelivery,
  RenamedFailure,
  type Store,
} from "../ports.ts";
import { TRIES_MAX } from "./retry.ts";

interface Options {
  store: Store;
  github: GitHub;
  redelivery: Redelivery | null;
  accept(deliveries: readonly Delivery[]): Promise<void>;
}

/** Each campaign is two or three calls. */
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

/** Linked pull requests that were not known as merged, what closed the issue, and where it went. */
export async function lookAtCampaigns(
  step: Extract<SweepStep, { of: "campaigns" }>,
  options: Options & { log: Log; tries: number },
): Promise<SweepStep> {
  const { store, accept } = options;
  const { begunAt, after } = step;
  const ids = await store.read.openCampaignIds({ after, limit: PAGE });
  for (const id of ids) {
    const hints = await hintsIfShown(id, options);
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

/** One campaign of which GitHub says nothing does not keep the sweep from all others for ever. */
async function hintsIfShown(
  campaignId: string,
  options: Options & { log: Log; tries: number },
): Promise<Hint[]> {
  try {
    return await hintsOf(campaignId, options);
  } catch (error) {
    if (options.tries < TRIES_MAX) throw error;
    options.log.warn({ campaignId, err: error }, "the sweep goes on without a campaign");
    return [];
  }
}

async function hintsOf(campaignId: string, options: Options): Promise<Hint[]> {
  const { store, github } = options;
  const { read } = store;
  const whole = await read.wholeCampaign(campaignId);
  if (whole === null || !whole.repository.installed) return [];
  const { campaign, repository } = whole;
  const moved = await movedTo({ campaign, repository }, options);
  if (moved !== null) return [moved];
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

/** What the webhooks of a transfer would have said, of its arrival where the App is, else of its departure. */
async function movedTo(
  { campaign, repository }: Place,
  { github, redelivery }: Options,
): Promise<Hint | null> {
  const { issueId, issueNumber } = campaign;
  if (redelivery === null) return null;
  const place = await unlessRefused(github.movedIssue(repository, { issueId, issueNumber }));
  if (place === null) return null;
  const installationId = await redelivery.installationOn(place.repository);
  if (installationId === null) {
    return { kind: "issueGone", repository, thread: threadOf(campaign), transferred: true };
  }
  const from = { repositoryId: repository.id, issueId, number: issueNumber };
  const there = { ...place.repository, installationId, installed: true };
  return { kind: "issueArrived", repository: there, thread: place.thread, from };
}

/**
 * Access was taken away, or the name is somebody else's by now, and the webhook was lost: there is nothing to learn there.
 * Waiting for it would keep the sweep from everything else.
 */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof PermanentFailure || error instanceof RenamedFailure) return null;
    throw error;
  }
}

function threadOf({ repositoryId, issueId, issueNumber, issueTitle, issueOpen }: Campaign): Thread {
  return {
    repositoryId,
    issueId,
    number: issueNumber,
    title: issueTitle,
    open: issueOpen,
    isPull: false,
  };
}

/** null: there is nothing to learn there any more. */
async function isClosedByPull(
  { campaign, repository }: Place,
  github: GitHub,
): Promise<boolean | null> {
  const asked = github.closingPull(repository, campaign.issueNumber);
  return await unlessRefused(asked.then((number) => number !== null));
}

function closedIssue({ campaign, repository }: Place): Hint {
  const thread = { ...threadOf(campaign), open: false };
  return { kind: "issue", repository, thread, closed: true };
}
