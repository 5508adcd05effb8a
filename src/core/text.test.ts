import { describe, expect, test } from "@jest/globals";
import { dateText, neutralize, quote } from "./text.ts";

const Z = "\u200b";

describe("words from people take no effect", () => {
  test.each([
    ["a mention", "@alice", `@${Z}alice`],
    ["a team's mention", "@acme/devs", `@${Z}acme/${Z}devs`],
    ["an address", "a@b.com", `a@${Z}b.com`],
    ["a reference", "#12", `#${Z}12`],
    ["a reference elsewhere", "acme/rocket#12", `acme/${Z}rocket#${Z}12`],
    ["a reference of the old kind", "GH-12", `GH-${Z}12`],
    ["a command", "/cancel", `/${Z}cancel`],
    ["a link", "[x](https://evil.test)", `\\[x\\]\\(https:${Z}//${Z}evil.test\\)`],
    ["an address of the web", "www.evil.test", `www${Z}.evil.test`],
    ["a tag", "<img src=x>", "&lt;img src=x&gt;"],
    ["a comment", "<!-- x -->", "&lt;\\!-- x --&gt;"],
    ["an entity", "&#64;alice", `&amp;#${Z}64;alice`],
    ["code and emphasis", "`a` *b* _c_ ~d~ |e", "\\`a\\` \\*b\\* \\_c\\_ \\~d\\~ \\|e"],
    ["an escape", "\\*b", "\\\\\\*b"],
    ["lines", "one\r\n\r\n# two\n/cancel", `one # two /${Z}cancel`],
    ["right to left", "abc\u202edef\u2066ghi", "abc def ghi"],
    ["zero width", "@\u200balice /\u200bcancel \ufeffx", "@ alice / cancel x"],
    ["control characters", "a\u0000b\u001bc", "a b c"],
    ["other scripts", "@élan /ünder #١٢", `@${Z}élan /${Z}ünder #${Z}١٢`],
  ])("%s", (_name, text, expected) => {
    expect(neutralize(text)).toBe(expected);
  });

  test("the same words, neutralised twice, still take no effect", () => {
    expect(neutralize(neutralize("@alice"))).not.toContain("@alice");
  });
});

test("a quotation is cut to fit a sentence, never inside a character", () => {
  expect(quote("short")).toBe("“short”");
  expect(quote("🚀🚀🚀", 2)).toBe("“🚀🚀…”");
  expect(quote("")).toBe("“”");
});

test("dates are UTC", () => {
  expect(dateText(Date.UTC(2027, 0, 31, 23, 59))).toBe("2027-01-31");
  expect(dateText(Date.UTC(2027, 10, 1))).toBe("2027-11-01");
});
