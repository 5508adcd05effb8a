// The page of a pull request: its checks, its reviews, what a merge closes, and the merge button; and
// the page of one check run.
import { markup } from "../pages.ts";
import { runsOn } from "./check-runs.ts";
import { closingReferences } from "./closing.ts";
import { commitBySha, hasConflicts } from "./git.ts";
import { type Markup, peopleOf, visitor } from "./page-frame.ts";
import { title } from "./page-issues.ts";
import {
  base,
  commentForm,
  conversation,
  crumbs,
  labelPanel,
  markdown,
  opening,
  type View,
  when,
  who,
} from "./page-parts.ts";
import type { PullIssue } from "./pulls.ts";
import { authorsOf } from "./signatures.ts";
import type { CheckRun, Review } from "./state.ts";
import { account, fullName, repoById } from "./world.ts";

const marks: Record<string, string> = {
  success: "✓",
  neutral: "□",
  skipped: "□",
  failure: "✗",
  action_required: "!",
  cancelled: "⊘",
  timed_out: "✗",
};

function checks(view: View, issue: PullIssue): Markup {
  const all = runsOn(view.world, view.repo, issue.pull.headSha);
  const newest = new Map(all.map((run) => [run.name, run]));
  if (newest.size === 0)
    return markup`<div class="item muted">No check runs on this head yet.</div>`;
  return markup`${[...newest.values()].map((run) => checkRow(view, run))}`;
}

function checkRow(view: View, run: CheckRun): Markup {
  return markup`<div class="item">${marks[run.conclusion ?? ""] ?? "●"} <a href="${base(view)}/runs/${run.id}"><strong>${run.name}</strong></a> ${run.output.title ?? run.status}</div>`;
}

export function checkPage(view: View, run: CheckRun): Markup {
  const { output } = run;
  const started = run.startedAtMs === null ? "" : when(run.startedAtMs);
  return markup`${crumbs(view)}<h1>${marks[run.conclusion ?? ""] ?? "●"} ${run.name}</h1><p class="muted">${run.status} ${run.conclusion ?? ""} on <code>${run.headSha.slice(0, 7)}</code> ${started}</p><h2>${output.title ?? ""}</h2>${markdown(view, output.summary ?? "")}<hr>${markdown(view, output.text ?? "")}`;
}

function commits(view: View, issue: PullIssue): Markup {
  const rows = issue.pull.commitShas.map((sha) => {
    const one = commitBySha(view.world, sha);
    const by = authorsOf(view.world, one).map(({ id, name }) =>
      id === null ? name : account(view.world, id).login,
    );
    return markup`<div class="item"><code>${sha.slice(0, 7)}</code> ${one.message.split("\n")[0]} <span class="muted">by ${by.join(", ")}</span></div>`;
  });
  return markup`<div class="box"><div class="head"><strong>Commits</strong></div>${rows}</div>`;
}

function reviews(view: View, issue: PullIssue): Markup {
  const words = {
    APPROVED: "approved",
    CHANGES_REQUESTED: "asked for changes",
    COMMENTED: "reviewed",
    DISMISSED: "reviewed (dismissed)",
  };
  const path = `${base(view)}/pull/${issue.number}/reviews`;
  const dismiss = ({ id, state }: Review) =>
    state === "APPROVED" || state === "CHANGES_REQUESTED"
      ? markup`<form class="inline" method="post" action="${path}/${id}/dismiss"><button class="link">Dismiss</button></form>`
      : "";
  const rows = issue.pull.reviews.map(
    (one) =>
      markup`<div class="item">${who(view.world, one.authorId)} ${words[one.state]} <code>${one.commitSha.slice(0, 7)}</code> ${when(one.submittedAtMs)} ${dismiss(one)} ${one.body ? markdown(view, one.body) : ""}</div>`,
  );
  return rows.length > 0
    ? markup`<div class="box"><div class="head"><strong>Reviews</strong></div>${rows}</div>`
    : markup``;
}

function closes(view: View, issue: PullIssue): Markup {
  const all = closingReferences(view.world, issue).map((one) => {
    const repo = repoById(view.world, one.repoId);
    return markup`<p><a href="/${fullName(view.world, repo)}/issues/${one.number}">#${one.number} ${one.title}</a></p>`;
  });
  const path = `${base(view)}/pull/${issue.number}/links`;
  const link = markup`<form method="post" action="${path}" class="row"><input name="issue" required pattern="[0-9]+" placeholder="12" aria-label="Issue's number" style="width:70px"><button>Link</button></form>`;
  return markup`${all.length > 0 ? all : markup`<p class="muted">No issue</p>`}${link}`;
}

function mergeBox(view: View, issue: PullIssue): Markup {
  const { pull } = issue;
  if (pull.mergedAtMs !== null) {
    const by = pull.mergedById === null ? "" : account(view.world, pull.mergedById).login;
    return markup`<p class="flash good">Merged by ${by} ${when(pull.mergedAtMs)} as <code>${pull.mergeCommitSha?.slice(0, 7)}</code>.</p><form method="post" action="${base(view)}/pull/${issue.number}/revert"><button>Revert</button></form>`;
  }
  const path = `${base(view)}/pull/${issue.number}`;
  const blocked = issue.state !== "open" || pull.draft || hasConflicts(view.world, issue);
  const why =
    issue.state !== "open"
      ? "It is closed."
      : pull.draft
        ? "It is a draft."
        : blocked
          ? "It has conflicts."
          : "";
  return markup`<div class="box"><div class="head"><strong>Checks</strong></div>${checks(view, issue)}<div class="item"><form method="post" action="${path}/merge" class="row"><button class="primary" ${blocked ? "disabled" : ""}>Merge pull request</button><select name="method" aria-label="How to merge"><option value="merge">with a merge commit</option><option value="squash">squashed into one</option><option value="rebase">rebased</option></select><span class="muted">${why}</span></form></div></div>`;
}

function reviewForm(view: View, issue: PullIssue): Markup {
  const path = `${base(view)}/pull/${issue.number}`;
  const { id } = visitor(view.world, view.page);
  const together = peopleOf(view.world)
    .filter((one) => one.id !== id)
    .map(({ login }) => markup`<option value="${login}">with ${login}</option>`);
  return markup`<section><h3>Review</h3><form method="post" action="${path}/reviews"><textarea name="body" aria-label="Review" style="min-height:60px"></textarea><div class="row" style="margin-top:8px"><button name="event" value="APPROVE">Approve</button><button name="event" value="REQUEST_CHANGES">Ask for changes</button></div></form></section><section><h3>Push another commit</h3><form method="post" action="${path}/commits" class="row"><input name="message" required value="Change something" aria-label="Message" style="width:150px"><select name="coAuthor" aria-label="Together with"><option value="">alone</option>${together}</select><button>Push</button></form></section>`;
}

export function pullPage(view: View, issue: PullIssue): Markup {
  const { pull } = issue;
  const head = view.world.state.repos[pull.headRepoId];
  const from = `${head ? fullName(view.world, head) : "a deleted fork"}:${pull.headRef}`;
  return markup`${title(view, issue)}<p class="muted"><code>${from}</code> → <code>${pull.baseRef}</code></p><div class="columns"><div>${opening(view, issue)}${commits(view, issue)}${conversation(view, issue)}${reviews(view, issue)}${mergeBox(view, issue)}${commentForm(view, issue)}</div><aside class="side"><section><h3>Closes when merged</h3>${closes(view, issue)}</section>${labelPanel(view, issue)}${reviewForm(view, issue)}</aside></div>`;
}
