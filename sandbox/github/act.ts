// Somebody at work: each helper is one or a few ordinary API requests of that person's.
import { type IssueActs, issueActs } from "./act-issues.ts";
import { type PullActs, pullActs } from "./act-pulls.ts";
import { type RepoActs, repoActs } from "./act-repos.ts";
import { type Answer, type Ask, request, type Session } from "./act-session.ts";
import { accountNamed, personalToken } from "./seed.ts";
import type { World } from "./world.ts";

export interface Person extends IssueActs, PullActs, RepoActs {
  login: string;
  token: string;
  /** Any request at all, without `/api/v3`; does not throw on a refusal. */
  request(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same person in another repository; helpers work in `acme/widgets` otherwise. */
  in(repo: string): Person;
}

export function act(world: World, ask: Ask, login: string, repo = "acme/widgets"): Person {
  const { id } = accountNamed(world, login);
  const known = Object.entries(world.state.tokens).find(
    ([, one]) => one.kind === "personal" && one.userId === id,
  );
  const token = known?.[0] ?? personalToken(login);
  const session: Session = { world, ask, login, token, repo };
  return {
    login,
    token,
    request: async (method, path, body) => request(session, method, path, body),
    in: (other) => act(world, ask, login, other),
    ...issueActs(session),
    ...pullActs(session),
    ...repoActs(session),
  };
}
