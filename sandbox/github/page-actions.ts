// What the pages' forms do. Each is an API request with the visitor's own token, so that a page can do
// nothing that the API would refuse; a refusal comes back as a message.

import { atLeast, notAllowed, roleOf } from "./access.ts";
import { act, type Person } from "./act.ts";
import type { Ask } from "./act-session.ts";
import type { Reply } from "./http.ts";
import { type PageRequest, redirectTo, visitor } from "./page-frame.ts";
import type { View } from "./page-parts.ts";
import { changeRepo } from "./settings-actions.ts";
import { issuePath } from "./shape-issues.ts";
import type { Repo } from "./state.ts";
import { fullName, type World } from "./world.ts";

interface Action extends View {
  ask: Ask;
  number: number;
  /** The second number in the address. */
  id: number;
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
  [/^issues\/(\d+)\/transfer$/, transferIssue],
  [/^issues\/(\d+)\/delete$/, deleteIssue],
  [/^pull\/(\d+)\/merge$/, merge],
  [/^pull\/(\d+)\/revert$/, revert],
  [/^pull\/(\d+)\/links$/, link],
  [/^pull\/(\d+)\/reviews\/(\d+)\/dismiss$/, dismiss],
  [/^files$/, putFile],
];

export async function perform(view: View, ask: Ask, rest: string): Promise<Reply | null> {
  const { world, page, repo } = view;
  const person = act(world, ask, visitor(world, page).login, fullName(world, repo));
  const [, settings] = /^settings\/([a-z]+)$/.exec(rest) ?? [];
  if (settings) {
    const path = `/${fullName(world, repo)}/settings`;
    return answering(path, () => changeRepo(view, settings, person));
  }
  for (const [pattern, run] of actions) {
    const match = pattern.exec(rest);
    if (!match) continue;
    const number = Number(match[1] ?? 0);
    const action = { ...view, ask, number, id: Number(match[2] ?? 0) };
    const path = home(world, repo, number);
    return answering(path, async () => (await run(person, action)) ?? home(world, repo, number));
  }
  return null;
}

/** Leads on to where the work says, or back with the message of its refusal; null when there is no such work. */
export async function answering(
  back: string,
  work: () => Promise<string | null> | string,
): Promise<Reply | null> {
  try {
    const next = await work();
    return next === null ? null : redirectTo(next);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = new URLSearchParams({ message: readable(error.message) });
    return redirectTo(`${back}?${message}`);
  }
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
  const coAuthor = field(page, "coAuthor");
  const coAuthors = coAuthor ? [coAuthor] : [];
  await person.pushCommit(number, { message: field(page, "message"), coAuthors });
}

async function transferIssue(person: Person, { number, page }: Action): Promise<string> {
  const to = field(page, "to");
  return `/${to}/issues/${await person.transferIssue(number, to)}`;
}

async function deleteIssue(person: Person, { number, repo, world }: Action): Promise<string> {
  await person.deleteIssue(number);
  return `/${fullName(world, repo)}/issues`;
}

async function revert(person: Person, { number, repo, world }: Action): Promise<string> {
  return `/${fullName(world, repo)}/pull/${(await person.revert(number)).number}`;
}

/** In the sidebar alone: GitHub's API has nothing for it. */
async function link(_: Person, { number, page, repo, world }: Action): Promise<undefined> {
  if (!atLeast(roleOf(world, repo, visitor(world, page).id), "triage")) throw notAllowed("triage");
  const issue = world.state.issues[repo.numbers[field(page, "issue")] ?? 0];
  const pull = world.state.issues[repo.numbers[number] ?? 0]?.pull;
  if (!issue || issue.pull || issue.gone) throw new Error("There is no such issue.");
  if (!pull?.linkedIssueIds.includes(issue.id)) pull?.linkedIssueIds.push(issue.id);
}

async function dismiss(person: Person, { number, id, page }: Action): Promise<undefined> {
  await person.dismissReview(number, id, field(page, "message") || undefined);
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
