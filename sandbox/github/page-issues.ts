// The pages that show: the front page, a repository's lists, an issue, the forms to open things.
import { markup } from "../pages.ts";
import { atLeast, canSee, roleOf } from "./access.ts";
import { closingReferences } from "./closing.ts";
import { type Markup, type PageRequest, visitor } from "./page-frame.ts";
import {
  base,
  commentForm,
  conversation,
  crumbs,
  issueRow,
  labelPanel,
  opening,
  stateTag,
  tabs,
  type View,
} from "./page-parts.ts";
import { isPull } from "./pulls.ts";
import { issuesOf } from "./routes-issues.ts";
import { personalToken } from "./seed.ts";
import type { Issue } from "./state.ts";
import { account, fullName, type World } from "./world.ts";

export function frontPage(world: World, page: PageRequest, owner?: string): Markup {
  const actor = { kind: "user", userId: visitor(world, page).id, viaApp: false } as const;
  const repos = Object.values(world.state.repos).filter((repo) => {
    const login = account(world, repo.ownerId).login.toLowerCase();
    return canSee(world, actor, repo) && (!owner || login === owner.toLowerCase());
  });
  const rows = repos.map(
    (repo) =>
      markup`<div class="item"><a href="/${fullName(world, repo)}"><strong>${fullName(world, repo)}</strong></a> ${repo.private ? markup`<span class="tag">Private</span>` : ""}<div class="muted">${repo.description ?? ""}</div></div>`,
  );
  const none = markup`<div class="item muted">No repositories that you may see.</div>`;
  return markup`<h1>${owner ?? "Repositories"}</h1><p class="muted">This is a GitHub on your own machine. Choose at the top right who you are: <strong>maintainer</strong> owns everything, the others are strangers to it. The API (<code>/api/v3</code>) takes <code>${personalToken(visitor(world, page).login)}</code> as your token.</p><div class="box">${rows.length > 0 ? rows : none}</div>`;
}

export function listPage(view: View, kind: "issues" | "pulls"): Markup {
  const state = view.page.url.searchParams.get("state") === "closed" ? "closed" : "open";
  const all = issuesOf(view.world, view.repo).filter((one) => isPull(one) === (kind === "pulls"));
  const shown = all.filter((one) => one.state === state).reverse();
  const path = `${base(view)}/${kind}`;
  const count = (wanted: string) => all.filter((one) => one.state === wanted).length;
  const create =
    kind === "issues"
      ? markup`<a class="button primary" href="${base(view)}/issues/new">New issue</a>`
      : markup`<a class="button primary" href="${base(view)}/compare">New pull request</a>`;
  const rows = shown.map((one) => issueRow(view, one));
  const none = markup`<div class="item muted">Nothing here.</div>`;
  return markup`${tabs(view, kind)}<div class="row" style="justify-content:space-between;margin-bottom:12px"><span class="row"><a href="${path}">${count("open")} open</a><a href="${path}?state=closed">${count("closed")} closed</a></span>${create}</div><div class="box">${rows.length > 0 ? rows : none}</div>`;
}

export function newIssuePage(view: View): Markup {
  return markup`${tabs(view, "issues")}<h1>New issue</h1><form method="post" action="${base(view)}/issues"><label for="title">Title</label><input class="wide" id="title" name="title" required maxlength="256" autofocus><label for="body">Description</label><textarea id="body" name="body"></textarea><div class="row end"><button class="primary">Create</button></div></form>`;
}

export function title(view: View, issue: Issue): Markup {
  return markup`${crumbs(view)}<h1>${issue.title} <span class="muted">#${issue.number}</span></h1><p class="row">${stateTag(issue)} <span class="muted">${account(view.world, issue.authorId).login} opened this</span></p><hr>`;
}

/** The pull requests that would close the issue, or did. */
function solvers(view: View, issue: Issue): Markup {
  const all = issuesOf(view.world, view.repo).filter(isPull);
  const linked = all.filter((one) => closingReferences(view.world, one).includes(issue));
  if (linked.length === 0) return markup`<p class="muted">None yet</p>`;
  return markup`${linked.map((one) => markup`<p><a href="${base(view)}/pull/${one.number}">#${one.number} ${one.title}</a></p>`)}`;
}

/** Shown to those who may; the API refuses the others. */
function leaving(view: View, issue: Issue): Markup {
  const { world, repo, page } = view;
  const role = roleOf(world, repo, visitor(world, page).id);
  const path = `${base(view)}/issues/${issue.number}`;
  const targets = Object.values(world.state.repos)
    .filter((one) => one.ownerId === repo.ownerId && one.id !== repo.id)
    .map((one) => markup`<option>${fullName(world, one)}</option>`);
  const transfer =
    atLeast(role, "write") && targets.length > 0
      ? markup`<form method="post" action="${path}/transfer" class="row"><select name="to" aria-label="Repository">${targets}</select><button>Transfer</button></form>`
      : "";
  const remove = atLeast(role, "admin")
    ? markup`<form method="post" action="${path}/delete" style="margin-top:8px"><button class="danger">Delete issue</button></form>`
    : "";
  return transfer || remove
    ? markup`<section><h3>Move</h3>${transfer}${remove}</section>`
    : markup``;
}

export function issuePage(view: View, issue: Issue): Markup {
  const locked = issue.locked ? markup`<p class="flash">This conversation is locked.</p>` : "";
  return markup`${title(view, issue)}<div class="columns"><div>${opening(view, issue)}${conversation(view, issue)}${locked}${commentForm(view, issue)}</div><aside class="side">${labelPanel(view, issue)}<section><h3>Pull requests</h3>${solvers(view, issue)}<a class="button" href="${base(view)}/compare?issue=${issue.number}">Open a pull request for this</a></section>${leaving(view, issue)}</aside></div>`;
}

export function comparePage(view: View): Markup {
  const number = view.page.url.searchParams.get("issue");
  const issue = number ? view.world.state.issues[view.repo.numbers[number] ?? 0] : undefined;
  const text = issue ? `Fixes #${issue.number}` : "";
  const branches = Object.keys(view.repo.branches).map(
    (one) =>
      markup`<option value="${one}" ${one === view.repo.defaultBranch ? "selected" : ""}>${one}</option>`,
  );
  const heading = issue ? `Open a pull request for “${issue.title}”` : "Open a pull request";
  return markup`${tabs(view, "pulls")}<h1>${heading}</h1><p class="muted">A fork, a branch and a commit are made for you; what matters is the text.</p><form method="post" action="${base(view)}/pulls"><label for="title">Title</label><input class="wide" id="title" name="title" required value="${issue ? `Solve: ${issue.title}` : ""}"><label for="body">Description</label><textarea id="body" name="body">${text}</textarea><p class="small muted">A keyword before the number (“Fixes #12”) closes the issue when this is merged into ${view.repo.defaultBranch}.</p><div class="row"><label class="plain" for="base">into</label><select id="base" name="base">${branches}</select><label class="plain"><input type="checkbox" name="same" value="1"> from a branch of this repository (takes write access)</label></div><div class="row end"><button class="primary">Open pull request</button></div></form>`;
}
