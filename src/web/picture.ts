// The progress picture that the card shows on GitHub, and the badge: SVG, 600×60 and 20 high, without
// scripts or styles. Only our own words and numbers are drawn, nothing that people wrote.
import { type Campaign, isOpen } from "../core/campaign.ts";
import { formatMoney } from "../core/money.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { type Bar, type Progress, progressOf, type Tone } from "./progress.ts";

export type Theme = "light" | "dark";

interface Colours {
  text: string;
  muted: string;
  track: string;
  /** From the bar's start to its end. */
  fill: Record<Tone, readonly [string, string]>;
  stripe: string;
  coin: string;
  coinEdge: string;
}

const COLOURS: Record<Theme, Colours> = {
  light: {
    text: "#1f2328",
    muted: "#59636e",
    track: "#e4e8ec",
    fill: {
      open: ["#12725b", "#23a07c"],
      done: ["#6a3fc0", "#9468e0"],
      over: ["#818b98", "#9aa4b0"],
    },
    stripe: "#ffffff",
    coin: "#e2a52f",
    coinEdge: "#9a6700",
  },
  dark: {
    text: "#e6edf3",
    muted: "#9198a1",
    track: "#2a313b",
    fill: {
      open: ["#1f9a78", "#4fd0a5"],
      done: ["#8a63d8", "#b795f5"],
      over: ["#6e7681", "#59616b"],
    },
    stripe: "#0d1117",
    coin: "#e3b341",
    coinEdge: "#7d5a10",
  },
};

const FONT =
  "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,'Liberation Sans',sans-serif";
const WIDTH = 600;
const BAR_Y = 28;
const BAR_HEIGHT = 10;

export function progressPicture(campaign: Campaign, { theme }: { theme: Theme }): Markup {
  const progress = progressOf(campaign);
  const colours = COLOURS[theme];
  const { strong, rest, aside, footnote, remark, bar } = progress;
  const label = [`${strong} ${rest}`, aside, footnote, remark].filter((part) => part !== "");
  const drawn =
    bar === null ? coins(progress, colours) : barPicture({ bar, tone: progress.tone }, colours);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="60" viewBox="0 0 ${WIDTH} 60" role="img" aria-label="${label.join(", ")}" font-family="${FONT}">
<text x="0" y="17" font-size="14" fill="${colours.muted}"><tspan font-size="17" font-weight="600" fill="${colours.text}">${strong}</tspan> ${rest}</text>
<text x="${WIDTH}" y="17" font-size="14" fill="${colours.muted}" text-anchor="end">${aside}</text>
${drawn}
${footer({ left: footnote, right: remark, colour: colours.muted })}
</svg>`;
}

function footer(options: { left: string; right: string; colour: string }): Markup {
  const { left, right, colour } = options;
  return markup`<text x="0" y="55" font-size="12" fill="${colour}">${left}</text><text x="${WIDTH}" y="55" font-size="12" fill="${colour}" text-anchor="end">${right}</text>`;
}

function barPicture(
  { bar, tone }: { bar: Bar; tone: Tone },
  { fill, track, stripe, text }: Colours,
): Markup {
  const [from, to] = fill[tone];
  // A sliver is drawn for the smallest amount: something came in, and that must be seen.
  const filled = bar.filled === 0 ? 0 : Math.max(4, round(bar.filled * WIDTH));
  const promised = Math.min(filled, round(bar.promised * WIDTH));
  const clearing = Math.min(filled - promised, round(bar.clearing * WIDTH));
  const radius = BAR_HEIGHT / 2;
  const place = markup`y="${BAR_Y}" height="${BAR_HEIGHT}"`;
  // A promise is drawn in a lighter shade: it is not there yet.
  const light =
    promised === 0
      ? NOTHING
      : markup`<rect x="${filled - promised}" ${place} width="${promised}" fill="${track}" fill-opacity="0.6"/>`;
  const mark =
    bar.mark === null
      ? NOTHING
      : markup`<rect x="${round(bar.mark * WIDTH) - 1}" y="${BAR_Y - 3}" width="2" height="${BAR_HEIGHT + 6}" rx="1" fill="${text}"/>`;
  return markup`<defs>
<linearGradient id="fill"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>
<pattern id="clearing" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="8" fill="${stripe}" fill-opacity="0.45"/></pattern>
<clipPath id="clip"><rect x="0" ${place} width="${WIDTH}" rx="${radius}"/></clipPath>
</defs>
<g clip-path="url(#clip)"><rect x="0" ${place} width="${WIDTH}" fill="${track}"/><rect x="0" ${place} width="${filled}" fill="url(#fill)"/><rect x="${filled - promised - clearing}" ${place} width="${clearing}" fill="url(#clearing)"/>${light}</g>
${mark}`;
}

const COINS_MAX = 24;

/** Without an amount asked for there is nothing to be a part of: each backer is a coin in the row. */
function coins({ backersCount }: Progress, { coin, coinEdge, muted, track }: Colours): Markup {
  const shown = Math.min(backersCount, COINS_MAX);
  const circles = Array.from({ length: shown }, (_, index) => {
    const x = 8 + index * 14;
    return markup`<circle cx="${x}" cy="37" r="7" fill="${coin}" stroke="${coinEdge}"/><circle cx="${x}" cy="37" r="3.5" fill="none" stroke="${coinEdge}" stroke-opacity="0.55"/>`;
  });
  const start = shown === 0 ? 0 : 8 + shown * 14 + 4;
  const more =
    backersCount > COINS_MAX
      ? markup`<text x="${start - 2}" y="41" font-size="12" fill="${muted}">+${backersCount - COINS_MAX}</text>`
      : markup`<line x1="${start}" y1="37" x2="${WIDTH}" y2="37" stroke="${track}" stroke-width="2" stroke-linecap="round" stroke-dasharray="0.1 6"/>`;
  return markup`${circles}${more}`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

/** `bounty | $120.00 of $200.00`, for a README. */
export function badge(campaign: Campaign): Markup {
  const { strong, rest, tone } = progressOf(campaign);
  const { ask, currency } = campaign;
  const words =
    isOpen(campaign) && ask !== null
      ? `${strong} of ${formatMoney({ minor: ask, currency })}`
      : tone === "over"
        ? strong.toLowerCase()
        : `${strong} ${rest}`;
  const colour = { open: "#12725b", done: "#6a3fc0", over: "#59636e" }[tone];
  const nameWidth = 52;
  const wordsWidth = textWidth(words) + 16;
  const width = nameWidth + wordsWidth;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img" aria-label="bounty: ${words}" font-family="Verdana,Geneva,'DejaVu Sans',sans-serif" font-size="11">
<clipPath id="b"><rect width="${width}" height="20" rx="4"/></clipPath>
<g clip-path="url(#b)"><rect width="${nameWidth}" height="20" fill="#32383f"/><rect x="${nameWidth}" width="${wordsWidth}" height="20" fill="${colour}"/></g>
<g fill="#fff" text-anchor="middle"><text x="${nameWidth / 2}" y="14" textLength="${nameWidth - 14}">bounty</text><text x="${nameWidth + wordsWidth / 2}" y="14" textLength="${wordsWidth - 16}">${words}</text></g>
</svg>`;
}

/** About how wide Verdana draws it at 11 pixels; `textLength` then makes it exactly so. */
function textWidth(text: string): number {
  let width = 0;
  for (const letter of text)
    width += /[ .,ijl]/.test(letter) ? 3.8 : /[mw%]/.test(letter) ? 10 : 6.9;
  return Math.round(width);
}

/** The mark in the header and the browser's tab: a coin over a hat held open. */
export const MARK = markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32"><circle cx="16" cy="7.5" r="5.5" fill="#e2a52f"/><circle cx="16" cy="7.5" r="2.6" fill="none" stroke="#9a6700" stroke-opacity=".6" stroke-width="1.2"/><path d="M5 17h22a11 12 0 0 1-22 0z" fill="#15795f"/><rect x="1.5" y="15" width="29" height="4" rx="2" fill="#1f9a78"/></svg>`;
