// A repository's board: its bounties, open ones first.
import { type Campaign, isOpen, type Repository } from "../core/campaign.ts";
import { layout } from "./layout.ts";
import { type Markup, markup, NOTHING, plain } from "./markup.ts";
import { campaignPath, repositoryUrl } from "./places.ts";
import { boardOrder } from "./progress.ts";
import { progressBar, stateChip } from "./progress-tags.ts";
import type { Site } from "./site.ts";

export function boardPage(
  site: Site,
  { repository, campaigns }: { repository: Repository; campaigns: readonly Campaign[] },
): Markup {
  const { owner, name } = repository;
  const ordered = boardOrder(campaigns);
  const open = ordered.filter(isOpen);
  const over = ordered.filter((campaign) => !isOpen(campaign));
  const none = markup`<p class="empty">There is no open bounty here at the moment. A maintainer attaches one with the label <code>bounty</code> or the command <code>/bounty</code>.</p>`;
  const list = (some: Campaign[]): Markup =>
    markup`<ul class="board">${some.map((campaign) => item(site, { repository, campaign }))}</ul>`;
  return layout(site, {
    title: `Bounties in ${owner}/${name}`,
    description: `Bounties on issues of ${owner}/${name}, paid when the work is merged.`,
    body: markup`
<p class="crumbs"><a href="${repositoryUrl(site, repository)}">${owner}/${name} on GitHub</a></p>
<h1>Bounties in ${owner}/${name}</h1>
${repository.installed ? NOTHING : markup`<p class="notice warn">The bot is no longer installed on this repository, so nothing new can start. Money that was paid in still goes out or back on its dates.</p>`}
<section><h2>Open</h2>${open.length === 0 ? none : list(open)}</section>
${over.length === 0 ? NOTHING : markup`<section><h2>Over</h2>${list(over)}</section>`}`,
  });
}

function item(
  site: Site,
  { repository, campaign }: { repository: Repository; campaign: Campaign },
): Markup {
  return markup`<li><p class="name">${stateChip(campaign)}<a href="${campaignPath(site, { repository, campaign })}">${plain(campaign.issueTitle)}</a> <span class="number">#${campaign.issueNumber}</span></p>
${progressBar(campaign)}</li>`;
}
