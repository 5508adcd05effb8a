// The pieces that the pages of issues and of pull requests are made of.
import { markup } from "../pages.ts";
import { renderMarkdown } from "./markdown.ts";
import { type Markup, type PageRequest, themeOf } from "./page-frame.ts";
import { commentsOf } from "./routes-comments.ts";
import { labelsOf } from "./shape-issues.ts";
import type { Comment, Issue, Reaction, Repo } from "./state.ts";
import { account, fullName, repoById, type World } from "./world.ts";

export interface View {
  world: World;
  page: PageRequest;
  repo: Repo;
}

export function base(view: View): string {
  return `/${fullName(view.world, view.repo)}`;
}

export function when(timeMs: number): Markup {
  const text = new Date(timeMs).toISOString().replace("T", " ").slice(0, 16);
  return markup`<span class="muted" title="UTC">${text}</span>`;
}

export function who(world: World, id: number): Markup {
  const one = account(world, id);
  const bot = one.type === "Bot" ? markup` <span class="tag">bot</span>` : "";
  return markup`<img src="/avatars/${id}" width="20" height="20" alt="" style="border-radius:50%;vertical-align:-4px"> <a href="/${one.login.replace("[bot]", "")}"><strong>${one.login.replace("[bot]", "")}</strong></a>${bot}`;
}

export function crumbs(view: View): Markup {
  const [owner, name] = fullName(view.world, view.repo).split("/");
  const hidden = view.repo.private ? markup` <span class="tag">Private</span>` : "";
  const archived = view.repo.archived ? markup` <span class="tag">Archived</span>` : "";
  return markup`<p class="row"><a href="/">Repositories</a> / <a href="/${owner}">${owner}</a> / <a href="${base(view)}"><strong>${name}</strong></a>${hidden}${archived}</p>`;
}

const tabNames = {
  issues: "Issues",
  pulls: "Pull requests",
  files: "Files",
  settings: "Settings",
};

export function tabs(view: View, current: keyof typeof tabNames): Markup {
  const links = Object.entries(tabNames).map(
    ([key, words]) =>
      markup`<a href="${base(view)}/${key}" class="${key === current ? "on" : ""}">${words}</a>`,
  );
  return markup`${crumbs(view)}<nav class="tabs">${links}</nav>`;
}

export function stateTag(issue: Issue): Markup {
  if (issue.pull && issue.pull.mergedAtMs !== null)
    return markup`<span class="state closed">Merged</span>`;
  if (issue.state === "open") {
    return issue.pull?.draft
      ? markup`<span class="state draft">Draft</span>`
      : markup`<span class="state">Open</span>`;
  }
  const refused = issue.pull || issue.stateReason === "not_planned";
  return markup`<span class="state ${refused ? "refused" : "closed"}">Closed${issue.stateReason === "not_planned" ? " as not planned" : ""}</span>`;
}

function labelTags(world: World, issue: Issue): Markup[] {
  return labelsOf(world, issue).map(
    (one) => markup`<span class="tag" style="border-color:#${one.color}">${one.name}</span> `,
  );
}

export function issueRow(view: View, issue: Issue): Markup {
  const path = issue.pull ? "pull" : "issues";
  const { length } = issue.commentIds;
  const said = length > 0 ? markup`<span class="muted">💬 ${length}</span>` : "";
  return markup`<div class="item"><div class="row">${stateTag(issue)} <a href="${base(view)}/${path}/${issue.number}"><strong>${issue.title}</strong></a> ${labelTags(view.world, issue)} ${said}</div>
<div class="small muted">#${issue.number} by ${account(view.world, issue.authorId).login}, ${when(issue.createdAtMs)}</div></div>`;
}

const emoji: Record<string, string> = {
  "+1": "👍",
  "-1": "👎",
  laugh: "😄",
  confused: "😕",
  heart: "❤️",
  hooray: "🎉",
  rocket: "🚀",
  eyes: "👀",
};

function reactionTags(world: World, reactions: Reaction[]): Markup {
  if (reactions.length === 0) return markup``;
  const tags = [...new Set(reactions.map((one) => one.content))].map((content) => {
    const by = reactions.filter((one) => one.content === content);
    const names = by.map((one) => account(world, one.userId).login).join(", ");
    return markup`<span class="tag" title="${names}">${emoji[content] ?? content} ${by.length}</span> `;
  });
  return markup`<div style="margin-top:12px">${tags}</div>`;
}

export function markdown(view: View, text: string): Markup {
  const place = { repo: fullName(view.world, view.repo), theme: themeOf(view.page) };
  return markup`<div class="markdown">${renderMarkdown(text, place)}</div>`;
}

export function opening(view: View, issue: Issue): Markup {
  const text = issue.body?.trim()
    ? markdown(view, issue.body)
    : markup`<em class="muted">No description.</em>`;
  return markup`<div class="box"><div class="head">${who(view.world, issue.authorId)} <span class="muted">opened this</span> ${when(issue.createdAtMs)}</div><div class="body">${text}${reactionTags(view.world, issue.reactions)}</div></div>`;
}

function commentBox(view: View, comment: Comment): Markup {
  const edited =
    comment.updatedAtMs > comment.createdAtMs ? markup`<span class="muted">· edited</span>` : "";
  const box = markup`<div class="box" id="issuecomment-${comment.id}"><div class="head">${who(view.world, comment.authorId)} ${when(comment.createdAtMs)} ${edited}</div><div class="body">${markdown(view, comment.body)}${reactionTags(view.world, comment.reactions)}</div></div>`;
  if (comment.minimizedReason === null) return box;
  const reason = comment.minimizedReason.toLowerCase().replace("_", " ");
  return markup`<details style="margin-bottom:16px"><summary class="muted">A comment was marked as ${reason}. Show it</summary>${box}</details>`;
}

export function conversation(view: View, issue: Issue): Markup {
  return markup`${commentsOf(view.world, issue).map((one) => commentBox(view, one))}`;
}

export function commentForm(view: View, issue: Issue): Markup {
  const path = `${base(view)}/issues/${issue.number}`;
  const merged = issue.pull !== null && issue.pull.mergedAtMs !== null;
  const open = issue.state === "open";
  const shift = merged
    ? ""
    : markup`<button name="then" value="${open ? "close" : "reopen"}" formaction="${path}/state">${open ? "Close" : "Reopen"}</button>`;
  const unplanned =
    open && !issue.pull
      ? markup`<button name="then" value="not_planned" formaction="${path}/state">Close as not planned</button>`
      : "";
  return markup`<form method="post" action="${path}/comments"><label for="body">Add a comment</label><textarea id="body" name="body" placeholder="Markdown, or a command such as /help"></textarea><div class="row end">${unplanned}${shift}<button class="primary">Comment</button></div></form>`;
}

export function labelPanel(view: View, issue: Issue): Markup {
  const path = `${base(view)}/issues/${issue.number}/labels`;
  const repo = repoById(view.world, issue.repoId);
  const now = labelsOf(view.world, issue).map(
    (one) =>
      markup`<form class="inline" method="post" action="${path}/remove"><input type="hidden" name="name" value="${one.name}"><span class="tag" style="border-color:#${one.color}">${one.name} <button class="link" title="Remove the label ${one.name}">×</button></span></form> `,
  );
  const known = repo.labels.map((one) => markup`<option value="${one.name}"></option>`);
  return markup`<section><h3>Labels</h3><p>${now.length > 0 ? now : markup`<span class="muted">None yet</span>`}</p><form method="post" action="${path}" class="row"><input name="name" list="labels" required maxlength="50" placeholder="bounty: $200" aria-label="Label" style="width:150px"><datalist id="labels">${known}</datalist><button>Add</button></form></section>`;
}
