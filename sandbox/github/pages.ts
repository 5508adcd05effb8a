// Which page stands at which address, for a person who clicks.
import { markup } from "../pages.ts";
import { canSee } from "./access.ts";
import type { Ask } from "./act-session.ts";
import { formerRepo } from "./call.ts";
import type { Reply } from "./http.ts";
import { perform } from "./page-actions.ts";
import { avatar, editPage, filesPage } from "./page-extras.ts";
import {
  framed,
  htmlReply,
  type Markup,
  type PageRequest,
  redirectTo,
  visitor,
} from "./page-frame.ts";
import { comparePage, frontPage, issuePage, listPage, newIssuePage } from "./page-issues.ts";
import type { View } from "./page-parts.ts";
import { checkPage, pullPage } from "./page-pull.ts";
import { answerSandboxPage } from "./page-sandbox.ts";
import { repoSettingsPage } from "./page-settings.ts";
import { isPull } from "./pulls.ts";
import { issuePath } from "./shape-issues.ts";
import type { Issue } from "./state.ts";
import { account, findAccount, findRepo, fullName, repoById, type World } from "./world.ts";

export async function answerPage(world: World, ask: Ask, page: PageRequest): Promise<Reply> {
  const [, first = "", second = "", ...others] = page.url.pathname.split("/");
  const rest = others.join("/").replace(/\/$/, "");
  if (first === "sandbox") {
    return (await answerSandboxPage(world, page, second, rest)) ?? missing(world, page);
  }
  if (first === "avatars") return picture(world, Number(second));
  if (page.method === "POST") return post(world, ask, page, { name: `${first}/${second}`, rest });
  if (first === "") return show(world, page, "Repositories", frontPage(world, page));
  if (second === "") return profile(world, page, first);
  return repoPage(world, page, `${first}/${second}`, rest);
}

function show(world: World, page: PageRequest, title: string, body: Markup): Reply {
  return htmlReply(framed(world, page, title, body));
}

function missing(world: World, page: PageRequest): Reply {
  const body = markup`<h1>This is not here</h1><p>Nothing stands at this address, or you (<strong>${visitor(world, page).login}</strong>) may not see it.</p><p><a href="/">All repositories</a></p>`;
  return htmlReply(framed(world, page, "Not found", body), 404);
}

function profile(world: World, page: PageRequest, login: string): Reply {
  if (!findAccount(world, login)) return missing(world, page);
  return show(world, page, login, frontPage(world, page, login));
}

function viewOf(world: World, page: PageRequest, name: string): View | null {
  const repo = findRepo(world, name) ?? formerRepo(world, name);
  const actor = { kind: "user", userId: visitor(world, page).id, viaApp: false } as const;
  return repo && canSee(world, actor, repo) ? { world, page, repo } : null;
}

const fixed: Record<string, (view: View) => Markup> = {
  "": (view) => listPage(view, "issues"),
  issues: (view) => listPage(view, "issues"),
  pulls: (view) => listPage(view, "pulls"),
  files: filesPage,
  edit: editPage,
  compare: comparePage,
  "issues/new": newIssuePage,
  settings: repoSettingsPage,
};

function repoPage(world: World, page: PageRequest, name: string, rest: string): Reply {
  const view = viewOf(world, page, name);
  if (!view) return missing(world, page);
  const known = fixed[rest];
  if (known) return show(world, page, fullName(world, view.repo), known(view));
  const [, kind, id] = /^(issues|pull|runs)\/(\d+)$/.exec(rest) ?? [];
  if (kind === "runs") return runPage(view, Number(id));
  const issue = id ? world.state.issues[view.repo.numbers[id] ?? 0] : undefined;
  return issue && kind ? conversationPage(view, issue, kind) : missing(world, page);
}

function runPage(view: View, id: number): Reply {
  const run = view.world.state.checkRuns[id];
  if (run?.repoId !== view.repo.id) return missing(view.world, view.page);
  return show(view.world, view.page, run.name, checkPage(view, run));
}

function conversationPage(view: View, issue: Issue, kind: string): Reply {
  const { world, page } = view;
  const moved = issue.movedTo === null ? undefined : world.state.issues[issue.movedTo];
  if (moved)
    return redirectTo(`/${fullName(world, repoById(world, moved.repoId))}/${issuePath(moved)}`);
  if (issue.gone) return missing(world, page);
  // GitHub too leads from one form of the address to the other.
  if ((kind === "pull") !== isPull(issue)) {
    return redirectTo(`/${fullName(world, view.repo)}/${issuePath(issue)}`);
  }
  const body = isPull(issue) ? pullPage(view, issue) : issuePage(view, issue);
  return show(world, page, `${issue.title} #${issue.number}`, body);
}

async function post(
  world: World,
  ask: Ask,
  page: PageRequest,
  where: { name: string; rest: string },
): Promise<Reply> {
  const view = viewOf(world, page, where.name);
  if (!view) return missing(world, page);
  return (await perform(view, ask, where.rest)) ?? missing(world, page);
}

function picture(world: World, id: number): Reply {
  const login = world.state.accounts[id] ? account(world, id).login : "?";
  const headers = { "content-type": "image/svg+xml", "cache-control": "max-age=3600" };
  return { status: 200, body: avatar(id, login), headers };
}
