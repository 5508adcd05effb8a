// The way back from a page about a pledge: to its repository's board, and to its campaign.
import { type Markup, markup } from "./markup.ts";
import { boardPath, campaignPath, type Place } from "./places.ts";
import type { Site } from "./site.ts";

const NAMES = { bounty: "Bounty", goal: "Goal", tip: "Tip" } as const;

export function crumbs(site: Site, place: Place): Markup {
  const { repository, campaign } = place;
  return markup`<p class="crumbs"><a href="${boardPath(site, repository)}">${repository.owner}/${repository.name}</a><span aria-hidden="true">›</span><a href="${campaignPath(site, place)}">${NAMES[campaign.kind]} on #${campaign.issueNumber}</a></p>`;
}
