// Whether a merged pull request takes back what an award was made for.

import type { Repository } from "../core/campaign.ts";
import { isAwarded } from "../core/campaign.ts";
import { looksLikeRevert, revertedNumbers, revertedShas } from "../core/revert.ts";
import type { PullFacts } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import type { Sources } from "./facts.ts";

interface Reverting {
  repository: Repository;
  /** Of the pull request that may be a revert. */
  facts: PullFacts;
  mergeOf(pullNumber: number): Promise<Ask[]>;
}

/** A merge that is not decided yet comes first, as `mergeOf` asks for it: what it awards is held from the start. */
export async function revertAsks(
  { repository, facts, mergeOf }: Reverting,
  { github, read }: Sources,
): Promise<Ask[]> {
  const { pull, body, commits } = facts;
  const { mergedAt, mergedBy, title, number: revert, author } = pull;
  if (mergedAt === null || pull.baseRef !== repository.defaultBranch) return [];
  if (!looksLikeRevert({ title, body })) return [];
  const numbers = new Set(revertedNumbers(body, repository));
  for (const sha of revertedShas(commits.map(({ message }) => message))) {
    const number = await github.pullOfCommit(repository, sha);
    if (number !== null) numbers.add(number);
  }
  const asks: Ask[] = [];
  for (const number of numbers) {
    const reverted = await read.pullByNumber(repository.id, number);
    if (reverted === null) continue;
    const isUndecided = reverted.mergedAt === null;
    if (isUndecided) asks.push(...(await mergeOf(number)));
    for (const campaign of await read.campaignsOfPull(reverted.id)) {
      if (!isUndecided && !isAwarded(campaign)) continue;
      const { id: campaignId } = campaign;
      const by = mergedBy ?? author;
      asks.push(about({ event: "pullReverted", campaignId, pullId: reverted.id, revert, by }));
    }
  }
  return asks;
}
