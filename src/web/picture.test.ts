import { describe, expect, test } from "@jest/globals";
import { type Campaign, NO_TOTALS } from "../core/campaign.ts";
import { campaign, get, NOON, newWorld, open } from "./fixture.ts";
import { badge, progressPicture } from "./picture.ts";
import { percentText } from "./progress.ts";

function picture(parts: Partial<Campaign>, theme: "light" | "dark" = "light"): string {
  return progressPicture(campaign(parts), { theme }).toString();
}

/** What a reader sees: the text, without the drawing. */
function words(svg: string): string {
  return svg
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

describe("the progress picture", () => {
  const held = { why: "x", by: { id: 1, login: "m" }, at: NOON };
  test.each<[string, Partial<Campaign>]>([
    ["$0.00 of $200.00 paid in no backers yet 0 %", { totals: NO_TOTALS }],
    [
      "$120.00 of $200.00 paid in 3 backers 60 % $20.00 of it clearing",
      { totals: { ...NO_TOTALS, paidIn: 12_000n, clearing: 2_000n, backersCount: 3 } },
    ],
    [
      "$250.00 of $200.00 paid in 1 backer 125 % of what was asked for on hold",
      { hold: held, totals: { ...NO_TOTALS, paidIn: 25_000n, backersCount: 1 } },
    ],
    [
      "$75.00 paid in 5 backers",
      { ask: null, totals: { ...NO_TOTALS, paidIn: 7_500n, backersCount: 5 } },
    ],
    [
      "$80.00 paid out so far 4 backers awarded: being paid out more to come",
      {
        state: "awarded",
        totals: { ...NO_TOTALS, paidIn: 4_000n, released: 8_000n, backersCount: 4 },
      },
    ],
    [
      "$115.92 paid out 4 backers",
      { state: "settled", totals: { ...NO_TOTALS, released: 11_592n, backersCount: 4 } },
    ],
    [
      "$70.00 of $200.00 promised 2 backers 35 %",
      { totals: { ...NO_TOTALS, promised: 7_000n, backersCount: 2 } },
    ],
    [
      "$120.00 of $200.00 pledged 3 backers 60 % $50.00 paid in, $70.00 promised",
      { totals: { ...NO_TOTALS, paidIn: 5_000n, promised: 7_000n, backersCount: 3 } },
    ],
    [
      "$0.00 paid out so far 3 backers awarded: being paid out $70.00 still being collected · $10.00 could not be collected",
      {
        state: "awarded",
        totals: { ...NO_TOTALS, collecting: 7_000n, uncollected: 1_000n, backersCount: 3 },
      },
    ],
    ["Over nothing was paid out 0 backers", { state: "settled", totals: NO_TOTALS }],
    ["Cancelled nothing was paid in 0 backers", { state: "cancelled", totals: NO_TOTALS }],
    [
      "Cancelled $20.00 disputed by a bank 0 backers",
      { state: "cancelled", totals: { ...NO_TOTALS, disputed: 2_000n } },
    ],
    [
      "Over $20.00 taken back by banks 0 backers",
      { state: "expired", totals: { ...NO_TOTALS, lost: 2_000n } },
    ],
    [
      "Over paid outside of Whipround 0 backers",
      {
        state: "expired",
        totals: NO_TOTALS,
        paidOutside: { amount: 20_000n, by: { id: 1, login: "mona" }, at: 0 },
      },
    ],
    [
      "Cancelled $30.00 on its way back 2 backers $50.00 given back so far",
      {
        state: "cancelled",
        totals: { ...NO_TOTALS, refunding: 3_000n, refunded: 5_000n, backersCount: 2 },
      },
    ],
    [
      "Cancelled the money is on its way back 2 backers",
      { state: "cancelled", totals: { ...NO_TOTALS, paidIn: 3_000n, backersCount: 2 } },
    ],
    [
      "Over $50.00 given back 2 backers",
      { state: "expired", totals: { ...NO_TOTALS, refunded: 5_000n, backersCount: 2 } },
    ],
  ])("says: %s", (text, parts) => {
    expect(words(picture(parts))).toBe(text);
  });
  test("is 600 by 60, labelled, and holds nothing that could act", () => {
    const svg = picture({});
    expect(svg).toContain('width="600" height="60"');
    expect(svg).toContain('role="img" aria-label="$120.00 of $200.00 paid in, 3 backers, 60 %"');
    expect(svg).not.toMatch(/<script|<style|<foreignObject|href|style=/);
  });
  test("fills no more than the bar, and shows the smallest amount", () => {
    const width = (paidIn: bigint): number => {
      const svg = picture({ totals: { ...NO_TOTALS, paidIn, backersCount: 1 } });
      return Number(/width="([0-9.]+)" fill="url\(#fill\)"/.exec(svg)?.[1]);
    };
    expect([0n, 1n, 10_000n, 20_000n, 99_999_999n].map(width)).toEqual([0, 4, 300, 600, 600]);
  });
  test("draws at most a row of coins", () => {
    const svg = picture({ ask: null, totals: { ...NO_TOTALS, paidIn: 1n, backersCount: 400 } });
    expect(svg.match(/<circle/g)).toHaveLength(48);
    expect(words(svg)).toContain("+376");
  });
  test("the themes differ in colour only", () => {
    const light = picture({}, "light");
    const dark = picture({}, "dark");
    expect(dark).not.toBe(light);
    expect(words(dark)).toBe(words(light));
    expect(dark).toContain("#e6edf3");
    expect(light).toContain("#1f2328");
  });
  test.each<[bigint, bigint, string]>([
    [0n, 100n, "0 %"],
    [1n, 1_000n, "under 1 %"],
    [999n, 1_000n, "99 %"],
    [1_000n, 1_000n, "100 %"],
    [500_000n, 1_000n, "50,000 % of what was asked for"],
  ])("%d of %d is %s", (paidIn, ask, text) => {
    expect(percentText(paidIn, ask)).toBe(text);
  });
});

describe("serving it", () => {
  test.each([
    "/campaigns/c1/progress-light.svg",
    "/campaigns/c1/progress-dark.svg",
    "/gh/octo-org/engine/issues/12/badge.svg",
  ])("%s is always asked for again, and answered with 304 until it changes", async (path) => {
    const world = newWorld();
    const web = open(world);
    const first = await web.fetch(get(path));
    expect(first.status).toBe(200);
    expect(first.headers.get("Content-Type")).toContain("image/svg+xml");
    expect(first.headers.get("Cache-Control")).toBe("no-cache");
    expect(first.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    const etag = first.headers.get("ETag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const same = await web.fetch(get(path, { "If-None-Match": `"other", ${etag}` }));
    expect(same.status).toBe(304);
    expect(same.headers.get("ETag")).toBe(etag);
    expect(await same.text()).toBe("");
    world.campaigns = [campaign({ totals: { ...NO_TOTALS, paidIn: 13_000n, backersCount: 4 } })];
    const changed = await web.fetch(get(path, { "If-None-Match": etag }));
    expect(changed.status).toBe(200);
    expect(changed.headers.get("ETag")).not.toBe(etag);
  });
});

describe("the badge", () => {
  test.each<[string, Partial<Campaign>]>([
    ["bounty $120.00 of $200.00", {}],
    ["bounty $120.00 paid in", { ask: null }],
    ["bounty cancelled", { state: "cancelled" }],
    ["bounty $50.00 paid out", { state: "settled", totals: { ...NO_TOTALS, released: 5_000n } }],
  ])("says: %s", (text, parts) => {
    expect(words(badge(campaign(parts)).toString())).toBe(text);
  });
});
