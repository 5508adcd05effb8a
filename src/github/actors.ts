// Who did something, as GraphQL says it: of several kinds, each with its number.
import type { Person } from "../core/campaign.ts";

/** For queries that ask for actors: `{ ...who }`. */
export const WHO = `fragment who on Actor {
  __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }
}`;

export interface Actor {
  __typename: "User" | "Bot" | "Mannequin" | "Organization" | "EnterpriseUserAccount";
  login: string;
  databaseId?: number | null;
}

/** null: a deleted account, or one without a number. Bots are called here as everywhere else, which GraphQL does not do. */
export function personOf(actor: Actor | null): Person | null {
  if (actor?.databaseId == null) return null;
  const { __typename: kind, databaseId: id, login } = actor;
  return { id, login: kind === "Bot" ? `${login}[bot]` : login };
}
