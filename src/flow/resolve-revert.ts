// Whether a merged pull request takes back what an award was made for.

import type { Repository } from "../core/campaign.ts";
import { isAwarded } from "../core/campaign.ts";
import { looksLikeRevert, revertedNumbers, revertedShas } from "../core/revert.ts";
import type { PullFacts } from "../ports.ts";
import { type Ask, about } from "./ask.ts";
import type { Sources } from "./facts.ts";

export async function revertAsks(
  repository: Repository,
  { pull, body }: PullFacts,
  { github, read }: Sources,
): Promise<Ask[]> {
  const { mergedAt, mergedBy, title, number: revert, author } = pull;
  if (mergedAt === null || pull.baseRef !== repository.defaultBranch) return [];
  if (!looksLikeRevert({ title, body })) return [];
  const numbers = new Set(revertedNumbers(body, repository));
  const commits = await github.commits(repository, revert);
  for (const sha of revertedShas(commits.map(({ message }) => message))) {
    const number = await github.pullOfCommit(repository, sha);
    if (number !== null) numbers.add(number);
  }
  const asks: Ask[] = [];
  for (const number of numbers) {
    const reverted = await read.pullByNumber(repository.id, number);
    if (reverted === null) continue;
    for (const campaign of await read.campaignsOfPull(reverted.id)) {
      if (!isAwarded(campaign)) continue;
      const { id: campaignId } = campaign;
      const by = mergedBy ?? author;
      asks.push(about({ event: "pullReverted", campaignId, pullId: reverted.id, revert, by }));
    }
  }
  return asks;
}
