// The pages beside the conversation: files and avatars.
import { markup } from "../pages.ts";
import { commitBySha } from "./git.ts";
import type { Markup } from "./page-frame.ts";
import { base, tabs, type View } from "./page-parts.ts";

function treeOf(view: View): Record<string, string> {
  const sha = view.repo.branches[view.repo.defaultBranch];
  return sha ? commitBySha(view.world, sha).tree : {};
}

export function filesPage(view: View): Markup {
  const rows = Object.keys(treeOf(view))
    .sort()
    .map(
      (path) =>
        markup`<div class="item"><a href="${base(view)}/edit?path=${encodeURIComponent(path)}">${path}</a></div>`,
    );
  return markup`${tabs(view, "files")}<div class="row" style="justify-content:end;margin-bottom:12px"><a class="button primary" href="${base(view)}/edit?path=.github/whipround.yml">Edit .github/whipround.yml</a></div><div class="box">${rows}</div>`;
}

export function editPage(view: View): Markup {
  const path = view.page.url.searchParams.get("path") ?? "";
  const blob = treeOf(view)[path];
  const text = blob ? Buffer.from(view.world.state.blobs[blob] ?? "", "base64").toString() : "";
  return markup`${tabs(view, "files")}<h1>${path || "New file"}</h1><form method="post" action="${base(view)}/files"><label for="path">Path</label><input class="wide" id="path" name="path" required value="${path}"><label for="content">Content</label><textarea id="content" name="content" style="min-height:300px;font-family:monospace">${text}</textarea><label for="message">Message</label><input class="wide" id="message" name="message" value="Update ${path}"><div class="row end"><button class="primary">Commit to ${view.repo.defaultBranch}</button></div></form>`;
}

/** A quiet coloured disc with an initial, so that nobody's real face is fetched. */
export function avatar(id: number, login: string): string {
  const hue = (id * 67) % 360;
  const initial = /[a-z\d]/i.exec(login)?.[0]?.toUpperCase() ?? "?";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 45% 45%)"/><text x="20" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">${initial}</text></svg>`;
}
