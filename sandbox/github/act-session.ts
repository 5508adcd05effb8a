// One person's requests, made with that person's token through the sandbox's own front door, so that
// permissions hold and the traffic is recorded.
import { isBody } from "./fields.ts";
import { apiUrl, type World } from "./world.ts";

/** A request as the sandbox's front door takes it; header names in lower case. */
export interface Asked {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface Answered {
  status: number;
  headers: Record<string, string>;
  body: string | null;
}

export type Ask = (asked: Asked) => Answered;

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface Session {
  world: World;
  ask: Ask;
  login: string;
  token: string;
  repo: string;
}

export function request(session: Session, method: string, path: string, body?: unknown): Answer {
  const answered = session.ask({
    method,
    url: apiUrl(session.world, path),
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${session.token}`,
      "user-agent": `sandbox-${session.login}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { ...answered, body: answered.body ? JSON.parse(answered.body) : null };
}

/** In the session's repository; throws with GitHub's message when refused. */
export async function must<T>(
  session: Session,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = request(session, method, `/repos/${session.repo}${path}`, body);
  if (answer.status < 300) return answer.body as T;
  throw new Error(
    `${session.login}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
  );
}

/** The name of the mutation, with its input's fields as variables of these types. */
export async function mutate<T>(
  session: Session,
  mutation: { name: string; variables: Record<string, string>; select: string },
): Promise<T> {
  const { name, variables, select } = mutation;
  const names = Object.keys(variables);
  const declared = names.map((one) => `$${one}: ID!`).join(", ");
  const input = names.map((one) => `${one}: $${one}`).join(", ");
  const query = `mutation(${declared}) { ${name}(input: {${input}}) { ${select} } }`;
  const { body } = request(session, "POST", "/graphql", { query, variables });
  const { data, errors } = isBody(body) ? body : {};
  if (errors) throw new Error(`${session.login}: ${JSON.stringify({ errors })}`);
  return (isBody(data) ? data[name] : null) as T;
}
