// A campaign's progress on a page: the same words and proportions as the picture, drawn with the
// stylesheet's colours.
import type { Campaign } from "../core/campaign.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { type Bar, progressOf, stateText } from "./progress.ts";

export function stateChip(campaign: Campaign): Markup {
  const tone = campaign.hold === null ? progressOf(campaign).tone : "hold";
  return markup`<span class="chip ${tone}">${stateText(campaign)}</span>`;
}

export function progressBar(campaign: Campaign): Markup {
  const { strong, rest, aside, footnote, remark, bar, tone } = progressOf(campaign);
  const notes =
    footnote === "" && remark === ""
      ? NOTHING
      : markup`<p class="notes"><span>${footnote}</span><span>${remark}</span></p>`;
  return markup`<div class="progress ${tone}">
<p class="figures"><span><strong>${strong}</strong> ${rest}</span><span>${aside}</span></p>
${bar === null ? NOTHING : barTag(bar, `clearing-${campaign.id}`)}${notes}</div>`;
}

function percent(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`;
}

// Widths are attributes, for the pages' policy allows no inline styles.
function barTag({ filled, clearing, promised, mark }: Bar, patternId: string): Markup {
  const striped =
    clearing === 0
      ? NOTHING
      : markup`<defs><pattern id="${patternId}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="stripe" width="3" height="8"/></pattern></defs><rect x="${percent(filled - promised - clearing)}" width="${percent(clearing)}" height="10" fill="url(#${patternId})"/>`;
  const light =
    promised === 0
      ? NOTHING
      : markup`<rect class="track" x="${percent(filled - promised)}" width="${percent(promised)}" height="10" fill-opacity="0.6"/>`;
  const marked =
    mark === null
      ? NOTHING
      : markup`<rect class="mark" x="${percent(mark)}" width="2" height="10"/>`;
  return markup`<svg class="bar" width="100%" height="10" aria-hidden="true"><rect class="track" width="100%" height="10"/><rect class="filled" width="${percent(filled)}" height="10"/>${striped}${light}${marked}</svg>`;
}
