// Who somebody is on GitHub, and what they may do in a repository. In doubt: nothing.
import type { Person, Repository } from "../core/campaign.ts";
import type { NamedPerson } from "../core/decision.ts";
import { NO_ROLE, type Role } from "../core/policy.ts";
import { type Connection, readable } from "./connection.ts";
import { isGone } from "./failures.ts";

/**
 * The person's role by the flags of the permission answer: `permission` folds triage and maintain into
 * others, and `role_name` may be a custom role
 * (docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user).
 */
export async function roleOf(
  connection: Connection,
  repository: Repository,
  person: Person,
): Promise<Role> {
  const { owner, name: repo } = repository;
  try {
    return await connection.as(repository, async ({ octokit, request }) => {
      const { user } = readable(
        await octokit.rest.repos.getCollaboratorPermissionLevel({
          owner,
          repo,
          username: person.login,
          request,
        }),
      );
      const flags = user?.permissions;
      // A bot may be allowed to write; it never commands, and its merge releases nothing.
      if (flags === undefined || user?.type !== "User") return NO_ROLE;
      // The login was given up, and somebody else took it: their role is not this person's.
      if (user.id !== person.id) return NO_ROLE;
      return {
        triage: flags.triage === true,
        push: flags.push === true,
        maintain: flags.maintain === true,
        admin: flags.admin === true,
      };
    });
  } catch (error) {
    if (isGone(error)) return NO_ROLE;
    throw error;
  }
}

/** Organisations are nobody: they cannot sign in. */
export async function personByLogin(
  connection: Connection,
  repository: Repository,
  login: string,
): Promise<NamedPerson> {
  try {
    return await connection.as(repository, async ({ octokit, request }) => {
      const user = readable(await octokit.rest.users.getByUsername({ username: login, request }));
      const isBot = user.type === "Bot";
      const isPerson = isBot || user.type === "User";
      const person = isPerson ? { id: user.id, login: user.login } : null;
      return { login: user.login, person, isBot };
    });
  } catch (error) {
    if (isGone(error)) return { login, person: null, isBot: false };
    throw error;
  }
}

/** By the number that GitHub never gives to another: logins can be renamed and reused. */
export async function loginOf(
  connection: Connection,
  repository: Repository,
  personId: number,
): Promise<string | null> {
  try {
    return await connection.as(repository, async ({ octokit, request }) => {
      const user = readable(
        await octokit.request("GET /user/{account_id}", { account_id: personId, request }),
      );
      return user.login;
    });
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
