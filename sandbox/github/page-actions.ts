// What the pages' forms do. Each is an API request with the visitor's own token, so that a page can do
// nothing that the API would refuse; a refusal comes back as a message.
import { act, type Fetch, type Person } from "./act.ts";
import type { Reply } from "./http.ts";
import { type PageRequest, redirectTo, visitor } from "./page-frame.ts";
import { issuePath } from "./shape-issues.ts";
import type { Repo } from "./state.ts";
import { fullName, type World } from "./world.ts";

export interface Action {
  world: World;
  fetch: Fetch;
  page: PageRequest;
  repo: Repo;
  number: number;
}

type Do = (person: Person, action: Action) => Promise<string | undefined>;

/** What is posted where, below `/{owner}/{repo}`; each may answer where to go next. */
const actions: [RegExp, Do][] = [
  [/^issues$/, openIssue],
  [/^issues\/(\d+)\/comments$/, comment],
  [/^issues\/(\d+)\/state$/, changeState],
  [/^issues\/(\d+)\/labels$/, (person, { number, page }) => label(person, number, page)],
  [/^issues\/(\d+)\/labels\/remove$/, unlabel],
  [/^pulls$/, openPull],
  [/^pull\/(\d+)\/reviews$/, review],
  [/^pull\/(\d+)\/commits$/, pushCommit],
  [/^pull\/(\d+)\/merge$/, merge],
  [/^files$/, putFile],
];

export async function perform(action: Action, rest: string): Promise<Reply | null> {
  for (const [pattern, run] of actions) {
    const match = pattern.exec(rest);
    if (!match) continue;
    const { world, fetch, page, repo } = action;
    const person = act(world, fetch, visitor(world, page).login, fullName(world, repo));
    const number = Number(match[1] ?? 0);
    try {
      const next = await run(person, { ...action, number });
      return redirectTo(next ?? home(world, repo, number));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const message = new URLSearchParams({ message: readable(error.message) });
      return redirectTo(`${home(world, repo, number)}?${message}`);
    }
  }
  return null;
}

function home(world: World, repo: Repo, number: number): string {
  const issue = world.state.issues[repo.numbers[number] ?? 0];
  return issue ? `/${fullName(world, repo)}/${issuePath(issue)}` : `/${fullName(world, repo)}`;
}

/** Out of `who: POST /path: 422 {"message":…,"errors":[…]}` the words that help a person. */
function readable(text: string): string {
  const json = /\{.*\}$/s.exec(text)?.[0];
  try {
    const body = JSON.parse(json ?? "") as {
      message?: string;
      errors?: { message?: string; field?: string; code?: string }[];
    };
    const details = (body.errors ?? []).map((one) => one.message ?? `${one.field}: ${one.code}`);
    return [body.message, ...details].filter(Boolean).join(". ");
  } catch {
    return text;
  }
}

function field(page: PageRequest, name: string): string {
  // A browser sends line ends as CRLF; GitHub stores what it gets, commands are easier to read without.
  return (page.form.get(name) ?? "").replaceAll("\r\n", "\n");
}

async function openIssue(person: Person, { page, world, repo }: Action): Promise<string> {
  const issue = await person.openIssue({ title: field(page, "title"), body: field(page, "body") });
  return `/${fullName(world, repo)}/issues/${issue.number}`;
}

async function comment(person: Person, { number, page }: Action): Promise<undefined> {
  await person.comment(number, field(page, "body"));
}

async function changeState(person: Person, { number, page }: Action): Promise<undefined> {
  const text = field(page, "body");
  if (text.trim()) await person.comment(number, text);
  const then = field(page, "then");
  if (then === "reopen") await person.reopen(number);
  else await person.close(number, then === "not_planned" ? "not_planned" : "completed");
}

async function label(person: Person, number: number, page: PageRequest): Promise<undefined> {
  await person.label(number, field(page, "name"));
}

async function unlabel(person: Person, { number, page }: Action): Promise<undefined> {
  await person.unlabel(number, field(page, "name"));
}

async function openPull(person: Person, { page, world, repo }: Action): Promise<string> {
  const fork = page.form.get("same") === null;
  const pull = await person.openPull({
    title: field(page, "title"),
    body: field(page, "body"),
    base: field(page, "base"),
    // An account's own repository has no fork of its own.
    fork: fork && fullName(world, repo).split("/")[0] !== person.login,
  });
  return `/${fullName(world, repo)}/pull/${pull.number}`;
}

async function review(person: Person, { number, page }: Action): Promise<undefined> {
  const event = page.form.get("event") === "APPROVE" ? "APPROVE" : "REQUEST_CHANGES";
  await person.review(number, event, field(page, "body"));
}

async function pushCommit(person: Person, { number, page }: Action): Promise<undefined> {
  await person.pushCommit(number, { message: field(page, "message") });
}

async function merge(person: Person, { number, page }: Action): Promise<undefined> {
  const wanted = page.form.get("method");
  const method = wanted === "squash" || wanted === "rebase" ? wanted : "merge";
  await person.merge(number, { method });
}

async function putFile(person: Person, { page, world, repo }: Action): Promise<string> {
  await person.putFile(field(page, "path"), field(page, "content"), {
    message: field(page, "message"),
  });
  return `/${fullName(world, repo)}/files`;
}
