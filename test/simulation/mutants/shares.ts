// Planted where it is decided who of an award gets how much.
import { type Mutant, mutant } from "./mutant.ts";

export const SHARE_MUTANTS: readonly Mutant[] = [
  mutant(
    "the weights of a split are ignored",
    "src/core/decide-campaign.ts",
    "  const points = basisPointsOf(parts.map(({ weight }) => weight));\n",
    "  const points = basisPointsOf(parts.map(() => 1));\n",
  ),
  mutant(
    "cents that are left over go to whoever misses least",
    "src/core/split.ts",
    "    if (best === -1 || gap > bestGap) {\n",
    "    if (best === -1 || gap < bestGap) {\n",
  ),
  mutant(
    "each charge of an award is rounded by itself",
    "src/core/decide-distribution.ts",
    "            allotted: payee.allotted + (parts[index] ?? 0n),\n",
    "            allotted: payee.allotted,\n",
  ),
  mutant(
    "the author has a part of the review share",
    "src/core/payees.ts",
    "  return [...alike(workers, WHOLE_BASIS_POINTS - forReview), ...alike(reviewers, forReview)];\n",
    "  const own = Math.floor(forReview / 2);\n  return [...alike(workers, WHOLE_BASIS_POINTS - forReview + own), ...alike(reviewers, forReview - own)];\n",
  ),
  mutant(
    "a stranger's review earns a part of the review share",
    "src/core/payees.ts",
    "    .filter(({ role, at }) => hasRole(role, policy.who) && (mergedAt === null || at <= mergedAt))\n",
    "    .filter(({ at }) => mergedAt === null || at <= mergedAt)\n",
  ),
  mutant(
    "a policy that pays no co-authors pays them",
    "src/core/payees.ts",
    "  const others = policy.coAuthors ? coAuthors.filter(({ id }) => id !== author.id) : [];\n",
    "  const others = coAuthors.filter(({ id }) => id !== author.id || policy.coAuthors === null);\n",
  ),
  mutant(
    "co-authors have a half of what the author has",
    "src/core/payees.ts",
    "    basisPoints: index < left ? each + 1 : each,\n",
    "    basisPoints: index === 0 ? basisPoints - Math.floor(each / 2) * (persons.length - 1) : Math.floor(each / 2),\n",
  ),
  mutant(
    "what waits for the days of a first payout is never looked at again",
    "src/core/decide-payout.ts",
    'return [at(from, { effect: "payWaiting", of: { payeeId: id, from }, after: null })];',
    "return [];",
  ),
  mutant(
    "an account is never asked after when the webhook of it is lost",
    "src/core/decide-payout.ts",
    "  return at(time + accountWaitMs(before), {\n",
    "  return at(time + 9e12, {\n  void: accountWaitMs(before),\n",
  ),
];
