// Who would be paid for a pull request: the split that a maintainer set, else its author and co-authors,
// with a part for its reviewers where the policy says so. Bots are never among them.
import type { Pull } from "./award.ts";
import type { PayeeShare, Person } from "./campaign.ts";
import { hasRole, type Policy, type Role } from "./policy.ts";
import { WHOLE_BASIS_POINTS } from "./split.ts";

/** A person who approved a pull request or asked for changes, by their last such review. */
export interface Reviewer extends Person {
  role: Role;
  /** GitHub's time of the review. */
  at: number;
}

/** More people than this are a mistake or mischief: the first of them are paid. */
const PAID_ALIKE_MAX = 10;

/** `shown` are those a notice named: a reviewer who was not among them is not paid. */
export function payeesFor(options: {
  pull: Pull | null;
  split: readonly PayeeShare[] | null;
  policy: Policy;
  shown?: readonly Person[];
}): PayeeShare[] {
  const { pull, split, policy, shown } = options;
  if (split !== null) return [...split];
  if (pull === null || pull.authorIsBot) return [];
  const workers = workersOf(pull, policy);
  const reviewers = reviewersOf(pull, { policy, workers }).filter(
    ({ id }) => shown === undefined || shown.some((one) => one.id === id),
  );
  const forReview = reviewers.length === 0 ? 0 : policy.reviewShareBasisPoints;
  return [...alike(workers, WHOLE_BASIS_POINTS - forReview), ...alike(reviewers, forReview)];
}

function workersOf({ author, coAuthors }: Pull, policy: Policy): Person[] {
  const others = policy.coAuthors ? coAuthors.filter(({ id }) => id !== author.id) : [];
  return [author, ...others].slice(0, PAID_ALIKE_MAX);
}

/** Whoever could merge could also review: a stranger's approval earns nothing. */
function reviewersOf(
  { reviewers, mergedAt }: Pull,
  { policy, workers }: { policy: Policy; workers: readonly Person[] },
): Person[] {
  if (policy.reviewShareBasisPoints === 0) return [];
  return reviewers
    .filter(({ role, at }) => hasRole(role, policy.who) && (mergedAt === null || at <= mergedAt))
    .filter(({ id }) => !workers.some((one) => one.id === id))
    .sort((a, b) => a.at - b.at || a.id - b.id)
    .slice(0, PAID_ALIKE_MAX);
}

/** Equal parts; what cannot be divided is a basis point more for the first. */
function alike(persons: readonly Person[], basisPoints: number): PayeeShare[] {
  const each = Math.floor(basisPoints / Math.max(1, persons.length));
  const left = basisPoints - each * persons.length;
  return persons.map(({ id, login }, index) => ({
    id,
    login,
    basisPoints: index < left ? each + 1 : each,
  }));
}

/** Same people with the same weights; logins may have been renamed. */
export function samePayees(a: readonly PayeeShare[], b: readonly PayeeShare[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((one) =>
    b.some((other) => other.id === one.id && other.basisPoints === one.basisPoints),
  );
}

/** Same people without the reviewers, whatever their weights: a review itself changes those. */
export function sameWorkers(
  a: readonly Person[],
  b: readonly Person[],
  reviewers: readonly Person[],
): boolean {
  const workers = (persons: readonly Person[]): string =>
    persons
      .filter(({ id }) => !reviewers.some((one) => one.id === id))
      .map(({ id }) => id)
      .sort((one, other) => one - other)
      .join();
  return workers(a) === workers(b);
}
