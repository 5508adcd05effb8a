// What a campaign's progress is, in words and proportions: the pictures, the badge and the pages all say
// the same. "Paid" is only said of what Stripe has captured; nothing here knows how it is drawn.
import { awardable, type Campaign, isOpen } from "../core/campaign.ts";
import { formatMoney } from "../core/money.ts";
import { promisedOf, sumWord } from "../core/raised.ts";
import { count } from "./markup.ts";

export type Tone = "open" | "done" | "over";

export interface Progress {
  tone: Tone;
  /** The figure or word that stands first, and what follows it on the same line. */
  strong: string;
  rest: string;
  aside: string;
  /** null when nothing in particular was asked for: then there is no whole to be a part of. */
  bar: Bar | null;
  backersCount: number;
  footnote: string;
  remark: string;
}

/** Parts of the bar's length, from 0 to 1. */
export interface Bar {
  filled: number;
  /** The end of what is filled that is only promised; and what Stripe is still clearing, before it. */
  promised: number;
  clearing: number;
  /** Where the amount asked for lies when more came in. */
  mark: number | null;
}

export function progressOf(campaign: Campaign): Progress {
  switch (campaign.state) {
    case "open":
    case "reached":
      return openProgress(campaign);
    case "awarded":
    case "settled":
      return awardedProgress(campaign);
    case "cancelled":
    case "expired":
      return endedProgress(campaign);
  }
}

function money({ currency }: Campaign, minor: bigint): string {
  return formatMoney({ minor, currency });
}

function backers({ totals }: Campaign): string {
  return totals.backersCount === 0 ? "no backers yet" : count(totals.backersCount, "backer");
}

function openProgress(campaign: Campaign): Progress {
  const { ask, totals, hold } = campaign;
  const { paidIn, clearing } = totals;
  const promised = promisedOf(campaign);
  const pledged = awardable(campaign);
  const word = sumWord(campaign);
  const remarks = [
    ...(promised > 0n && paidIn > 0n
      ? [`${money(campaign, paidIn)} paid in, ${money(campaign, promised)} promised`]
      : []),
    ...(clearing > 0n ? [`${money(campaign, clearing)} of it clearing`] : []),
    ...(hold === null ? [] : ["on hold"]),
  ];
  return {
    tone: "open",
    strong: money(campaign, pledged),
    rest: ask === null ? word : `of ${money(campaign, ask)} ${word}`,
    aside: backers(campaign),
    bar: ask === null ? null : barOf({ ask, pledged, promised, clearing }),
    backersCount: totals.backersCount,
    footnote: ask === null ? "" : percentText(pledged, ask),
    remark: remarks.join(" · "),
  };
}

function barOf(options: { ask: bigint; pledged: bigint; promised: bigint; clearing: bigint }): Bar {
  const { ask, pledged, promised, clearing } = options;
  const isMore = pledged > ask;
  const whole = isMore ? pledged : ask;
  return {
    filled: ratio(pledged, whole),
    clearing: ratio(clearing, whole),
    promised: ratio(promised, whole),
    mark: isMore ? ratio(ask, pledged) : null,
  };
}

function ratio(part: bigint, whole: bigint): number {
  if (whole === 0n || part === 0n) return 0;
  // Something is never drawn as nothing.
  return Math.max(1, Number((part * 10_000n) / whole)) / 10_000;
}

/** Rounded down: 100 % is said only when all of it is there. */
export function percentText(paidIn: bigint, ask: bigint): string {
  if (ask === 0n) return "";
  const percent = (paidIn * 100n) / ask;
  if (percent === 0n && paidIn > 0n) return "under 1 %";
  const text = `${percent.toLocaleString("en-US")} %`;
  return percent > 100n ? `${text} of what was asked for` : text;
}

function awardedProgress(campaign: Campaign): Progress {
  const { totals, state, hold } = campaign;
  const { released, paidIn, refunding, uncollected } = totals;
  const collecting = promisedOf(campaign);
  const settled = state === "settled";
  const nothingReleased = settled && released === 0n;
  const whole = { filled: 1, clearing: 0, promised: 0, mark: null };
  return {
    tone: nothingReleased ? "over" : "done",
    strong: nothingReleased ? "Over" : money(campaign, released),
    rest: nothingReleased ? "nothing was paid out" : settled ? "paid out" : "paid out so far",
    aside: count(totals.backersCount, "backer"),
    bar: whole,
    backersCount: totals.backersCount,
    footnote: settled ? "" : "awarded: being paid out",
    remark: [
      // No figure: a pledge that is partly paid out counts whole as paid in.
      ...(!settled && paidIn > 0n ? ["more to come"] : []),
      ...(collecting > 0n ? [`${money(campaign, collecting)} still being collected`] : []),
      ...(uncollected > 0n ? [`${money(campaign, uncollected)} could not be collected`] : []),
      ...(refunding > 0n ? [`${money(campaign, refunding)} going back`] : []),
      ...(hold !== null && !settled ? ["on hold"] : []),
    ].join(" · "),
  };
}

function endedProgress(campaign: Campaign): Progress {
  const { totals, state, paidOutside } = campaign;
  const { paidIn, refunding, refunded, disputed, lost } = totals;
  const waiting = paidIn + refunding;
  const rest =
    paidIn > 0n
      ? "the money is on its way back"
      : refunding > 0n
        ? `${money(campaign, refunding)} on its way back`
        : refunded > 0n
          ? `${money(campaign, refunded)} given back`
          : disputed > 0n
            ? `${money(campaign, disputed)} disputed by a bank`
            : lost > 0n
              ? `${money(campaign, lost)} taken back by banks`
              : paidOutside !== null
                ? "paid outside of Whipround"
                : "nothing was paid in";
  return {
    tone: "over",
    strong: state === "cancelled" ? "Cancelled" : "Over",
    rest,
    aside: count(totals.backersCount, "backer"),
    bar: { filled: ratio(refunded, refunded + waiting), clearing: 0, promised: 0, mark: null },
    backersCount: totals.backersCount,
    footnote: waiting > 0n && refunded > 0n ? `${money(campaign, refunded)} given back so far` : "",
    remark: "",
  };
}

/** One or two words for a campaign's state. */
export function stateText(campaign: Campaign): string {
  switch (campaign.state) {
    case "open":
      return campaign.hold === null ? "Open" : "On hold";
    case "reached":
      return campaign.hold === null ? "Reached" : "On hold";
    case "awarded":
      return campaign.hold === null ? "Awarded" : "Awarded, on hold";
    case "settled":
      return campaign.totals.released > 0n ? "Paid out" : "Over";
    case "cancelled":
      return "Cancelled";
    case "expired":
      return "Over";
  }
}

/** Newest campaign per issue, open ones first: what a board lists. */
export function boardOrder(campaigns: readonly Campaign[]): Campaign[] {
  const newest = new Map<number, Campaign>();
  for (const campaign of campaigns) {
    const other = newest.get(campaign.issueId);
    if (other === undefined || other.createdAt < campaign.createdAt) {
      newest.set(campaign.issueId, campaign);
    }
  }
  return [...newest.values()].sort(
    (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.createdAt - a.createdAt,
  );
}
