import { describe, expect, test } from "@jest/globals";
import { NO_TOTALS } from "../core/campaign.ts";
import { COMMANDS } from "../core/commands.ts";
import { wording } from "../core/wording.ts";
import { TransientFailure } from "../ports.ts";
import {
  campaign,
  get,
  NOON,
  newWorld,
  OFFER,
  open,
  PUBLIC_URL,
  pledge,
  post,
  repository,
} from "./fixture.ts";

const ISSUE = "/gh/octo-org/engine/issues/12";

async function page(path: string, world = newWorld()): Promise<{ status: number; text: string }> {
  const response = await open(world).fetch(get(path));
  return { status: response.status, text: await response.text() };
}

describe("every page", () => {
  const world = newWorld({ pledges: [pledge()] });
  test.each([
    "/",
    "/help",
    "/gh/octo-org/engine",
    ISSUE,
    `${ISSUE}/thanks?pledge=pledge1`,
    "/payee",
    "/payee/return",
    "/payee/refresh",
    "/nowhere",
    "/oauth/callback",
  ])("carries a strict policy and has one title and headings in order: %s", async (path) => {
    const response = await open(world).fetch(get(path));
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    // Chromium would hold the redirect to Stripe to it.
    expect(policy).not.toContain("form-action");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("X-Frame-Options")).toBe("DENY");
    expect(response.headers.get("Referrer-Policy")).toBe("same-origin");
    const text = await response.text();
    expect(text).not.toMatch(/<script|<style| style=| on[a-z]+=/i);
    expect(text.match(/<h1/g)).toHaveLength(1);
    const levels = [...text.matchAll(/<h([1-6])/g)].map((found) => Number(found[1]));
    for (const [index, level] of levels.entries()) {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  test("names every field that a person fills in", async () => {
    const { text } = await page(ISSUE);
    for (const [, id] of text.matchAll(/<input id="([^"]+)"/g)) {
      expect(text).toContain(`<label for="${id}"`);
    }
  });
});

describe("health", () => {
  test("the process lives", async () => {
    expect(await page("/healthz")).toEqual({ status: 200, text: "ok" });
  });
  test("it is ready, or says why it is not", async () => {
    expect(await page("/readyz")).toEqual({ status: 200, text: '{"ok":true,"problems":[]}' });
    const { status, text } = await page("/readyz", newWorld({ problems: ["the database sleeps"] }));
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({ ok: false, problems: ["the database sleeps"] });
  });
});

describe("webhooks", () => {
  test.each(["github", "stripe"])(
    "%s's request arrives untouched, whatever its size",
    async (who) => {
      const world = newWorld();
      const body = "x".repeat(100_000);
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body };
      const request = new Request(`${PUBLIC_URL}/api/${who}/webhooks`, init);
      const response = await open(world).fetch(request);
      expect(response.status).toBe(202);
      expect(world.received).toEqual([{ source: who, body }]);
    },
  );
  test.each(["GET", "PUT", "DELETE"])("%s is not allowed", async (method) => {
    const web = open(newWorld());
    const request = new Request(`${PUBLIC_URL}/api/github/webhooks`, { method });
    const response = await web.fetch(request);
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe("POST");
  });
});

describe("addresses", () => {
  test("what is private, unknown or mistyped is answered alike", async () => {
    const hidden = newWorld({ repositories: [repository({ private: true })] });
    const answers = await Promise.all([
      page(ISSUE, hidden),
      page("/gh/octo-org/engine", hidden),
      page("/gh/octo-org/nothing/issues/12"),
      page("/gh/octo-org/engine/issues/99"),
      page("/gh/octo-org/engine/issues/0"),
      page("/campaigns/c1/progress-light.svg", hidden),
      page("/campaigns/none/progress-light.svg"),
      page(`${ISSUE}/badge.svg`, hidden),
    ]);
    for (const { status, text } of answers) {
      expect(status).toBe(404);
      expect(text).toBe(answers[0]?.text);
    }
    expect((await page(`${ISSUE}.json`, hidden)).status).toBe(404);
  });
  test("another method is refused in the same layout", async () => {
    const web = open(newWorld());
    const response = await web.fetch(new Request(`${PUBLIC_URL}${ISSUE}`, { method: "DELETE" }));
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe("GET, HEAD, POST");
    expect(await response.text()).toContain("Whipround");
  });
  test("HEAD is answered without a body", async () => {
    const web = open(newWorld());
    const response = await web.fetch(new Request(`${PUBLIC_URL}${ISSUE}`, { method: "HEAD" }));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
  test("a mistake of ours shows nothing of our insides, and is logged", async () => {
    const world = newWorld();
    const web = open(world, {
      ready: async () => {
        throw new Error("password=hunter2 at /srv/secret.ts");
      },
    });
    const response = await web.fetch(get("/readyz"));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/hunter2|secret/);
    expect(world.logged).toHaveLength(1);
  });
  test("what does not answer for the moment is a 503 that says to try again", async () => {
    const web = open(newWorld(), {
      ready: async () => {
        throw new TransientFailure("the database sleeps", { retryAfterMs: 4_200 });
      },
    });
    const response = await web.fetch(get("/readyz"));
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
  });
  test("under a path of its own every link begins with it", async () => {
    const web = open(newWorld(), { publicUrl: "https://host.test/bounties" });
    const text = await (await web.fetch(get(ISSUE))).text();
    const own = [...text.matchAll(/(?:href|action|src)="(\/[^"]*)"/g)].map((found) => found[1]);
    expect(own.length).toBeGreaterThan(5);
    for (const link of own) expect(link).toMatch(/^\/bounties(\/|$)/);
    expect(text).toContain("https://host.test/bounties/gh/octo-org/engine/issues/12/badge.svg");
  });
});

describe("the stylesheet", () => {
  test("is tagged and answered with 304", async () => {
    const web = open(newWorld());
    const first = await web.fetch(get("/style.css"));
    expect(first.headers.get("Content-Type")).toContain("text/css");
    const etag = first.headers.get("ETag") ?? "";
    const again = await web.fetch(get("/style.css", { "If-None-Match": `W/${etag}` }));
    expect(again.status).toBe(304);
  });
});

describe("help", () => {
  test("lists every command of the code's own table, and the terms", async () => {
    const { text } = await page("/help");
    for (const { usage } of COMMANDS) {
      expect(text).toContain(
        `<code>${usage.replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</code>`,
      );
    }
    for (const line of wording("pay-now", OFFER))
      expect(text).toContain(line.replace(/'/g, "&#39;"));
  });
});

describe("the landing page", () => {
  test("leads to the App when its address is known", async () => {
    const web = open(newWorld(), { appUrl: "https://github.test/apps/whipround" });
    expect(await (await web.fetch(get("/"))).text()).toContain(
      "https://github.test/apps/whipround",
    );
    expect((await page("/")).text).not.toContain("The GitHub App");
  });
});

describe("the board", () => {
  test("shows open bounties first, one per issue", async () => {
    const world = newWorld({
      campaigns: [
        campaign({
          id: "old",
          issueId: 1,
          issueNumber: 1,
          issueTitle: "Ended once",
          state: "cancelled",
          createdAt: 1,
        }),
        campaign({
          id: "done",
          issueId: 2,
          issueNumber: 2,
          issueTitle: "Paid long ago",
          state: "settled",
        }),
        campaign({
          id: "new",
          issueId: 1,
          issueNumber: 1,
          issueTitle: "Begun again",
          createdAt: 2,
        }),
      ],
    });
    const { text } = await page("/gh/octo-org/engine", world);
    expect(text).not.toContain("Ended once");
    expect(text.indexOf("Begun again")).toBeGreaterThan(0);
    expect(text.indexOf("Begun again")).toBeLessThan(text.indexOf("Paid long ago"));
  });
  test("says so when there is none", async () => {
    const { text } = await page("/gh/octo-org/engine", newWorld({ campaigns: [] }));
    expect(text).toContain("no open bounty");
  });
});

describe("data", () => {
  test("gives amounts as decimal text", async () => {
    const world = newWorld({
      campaigns: [campaign({ totals: { ...NO_TOTALS, paidIn: 12_345n, backersCount: 2 } })],
    });
    const response = await open(world).fetch(get(`${ISSUE}.json`));
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await response.json()).toMatchObject({
      repository: "octo-org/engine",
      issue: 12,
      url: `${PUBLIC_URL}${ISSUE}`,
      currency: "usd",
      ask: "200.00",
      paidIn: "123.45",
      backers: 2,
      createdAt: new Date(NOON - 86_400_000).toISOString(),
    });
  });
});

describe("what people wrote", () => {
  const evil = `<script>alert("x")</script><img src=x onerror=alert(1)>`;
  test("is shown and never obeyed", async () => {
    const world = newWorld({
      repositories: [repository({ owner: "octo-org" })],
      campaigns: [
        campaign({
          issueTitle: evil,
          createdBy: { id: 1, login: evil },
          hold: { why: evil, by: { id: 1, login: evil }, at: NOON },
          split: [{ id: 1, login: evil, basisPoints: 10_000 }],
        }),
      ],
      pulls: [
        {
          id: 1,
          repositoryId: 10,
          number: 3,
          title: evil,
          author: { id: 1, login: evil },
          authorIsBot: false,
          coAuthors: [],
          reviewers: [],
          updatedAt: 0,
          baseRef: "main",
          headSha: "00",
          open: true,
          mergedAt: null,
          mergedBy: null,
        },
      ],
      pledges: [pledge({ backerName: evil })],
    });
    for (const path of ["/gh/octo-org/engine", ISSUE, `${ISSUE}/thanks?pledge=pledge1`]) {
      const { text } = await page(path, world);
      expect(text).toContain("&lt;script&gt;");
      expect(text).not.toMatch(/<script|<img src=x/);
    }
    for (const path of ["/campaigns/c1/progress-dark.svg", `${ISSUE}/badge.svg`]) {
      expect((await page(path, world)).text).not.toContain("script");
    }
    const ended = newWorld({ campaigns: [campaign({ state: "cancelled", endReason: evil })] });
    expect((await page(ISSUE, ended)).text).not.toContain("<script");
  });
  test("cannot break out of a field or an address", async () => {
    const query = new URLSearchParams({ amount: `"><script>1</script>`, via: `"><script>` });
    const { text } = await page(`${ISSUE}?${query}`);
    expect(text).not.toContain("<script");
    expect(text).toContain('name="via" value=""');
  });
  test("cannot turn the direction of a line", async () => {
    const world = newWorld({ campaigns: [campaign({ issueTitle: "pay \u202e00.005$ now" })] });
    expect((await page(ISSUE, world)).text).not.toContain("\u202e");
  });
});

describe("forms from elsewhere", () => {
  const forms = [ISSUE, "/sign-in", "/payee/connect", "/sign-out"];
  test.each(forms)("are refused: %s", async (path) => {
    const world = newWorld();
    const web = open(world);
    const evil = { Origin: "https://evil.test" };
    const answers = await Promise.all([
      web.fetch(post(path, {}, { ...evil, "Sec-Fetch-Site": "cross-site" })),
      web.fetch(post(path, {}, { "Sec-Fetch-Site": "same-site" })),
      web.fetch(post(path, {}, { "Sec-Fetch-Site": "none" })),
      web.fetch(withoutFetchSite(path, "https://evil.test")),
      web.fetch(withoutFetchSite(path, "null")),
      web.fetch(withoutFetchSite(path, null)),
    ]);
    for (const { status } of answers) expect(status).toBe(403);
    expect([world.forms, world.authorized, world.connected]).toEqual([[], [], []]);
  });
  test("from our own pages are taken by Origin alone, for older browsers", async () => {
    const response = await open(newWorld()).fetch(withoutFetchSite("/sign-in", PUBLIC_URL));
    expect(response.status).toBe(303);
  });
  test.each(forms)("of another type or too large are refused: %s", async (path) => {
    const web = open(newWorld());
    const json = await web.fetch(post(path, {}, { "Content-Type": "application/json" }));
    expect(json.status).toBe(415);
    const long = { name: "x".repeat(20_000) };
    expect((await web.fetch(post(path, long))).status).toBe(413);
    const claimed = await web.fetch(post(path, long, { "Content-Length": "20000" }));
    expect(claimed.status).toBe(413);
  });
});

function withoutFetchSite(path: string, origin: string | null): Request {
  const request = post(path);
  request.headers.delete("Sec-Fetch-Site");
  if (origin === null) request.headers.delete("Origin");
  else request.headers.set("Origin", origin);
  return request;
}
