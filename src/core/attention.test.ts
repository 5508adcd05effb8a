// How often somebody who is no maintainer is answered within an hour.
import { describe, expect, test } from "@jest/globals";
import { effectsInWords, lastOf } from "../../test/core-given.ts";
import { asked, NOW, WRITE } from "../../test/core-spec.ts";
import {
  ANSWERED_MAX,
  type Attention,
  answered,
  attentionTo,
  type Heard,
  hearOneMore,
  isCounted,
  isDoneAnyway,
} from "./attention.ts";
import { COMMANDS, type Request } from "./commands.ts";
import type { Answer } from "./decision.ts";
import { DEFAULT_POLICY, NO_ROLE } from "./policy.ts";
import { refusalReply } from "./replies.ts";

const HOUR = 3_600_000;
const WHOM = { personId: 7, installationId: 5 };
const help: Request = { command: "showHelp" };
const OK: Answer = { ok: true, decision: { changes: [], postings: [], effects: [] } };
const REFUSED: Answer = { ok: false, refusal: { refusal: "noCampaign" } };

function heard(count: number, since = NOW): Heard {
  return { ...WHOM, since, count };
}

describe("what a command gets", () => {
  test.each<[string, Heard | null, Attention]>([
    ["the first ever", null, "answer"],
    ["the tenth of an hour", heard(9), "answer"],
    ["the eleventh", heard(10), "last word"],
    ["the twelfth", heard(11), "reaction"],
    ["the twentieth", heard(19), "reaction"],
    ["the twenty-first", heard(20), "none"],
    ["one in the last moment of the hour", heard(20, NOW - HOUR + 1), "none"],
    ["one an hour after the first", heard(20, NOW - HOUR), "answer"],
    ["one under a clock that was put back", heard(20, NOW + 1), "answer"],
  ])("%s: %s", (_name, before, attention) => {
    expect(attentionTo(before, NOW)).toBe(attention);
  });

  test("in a row: so many answers, one word more, as many reactions, then nothing till the hour is over", () => {
    const got: Attention[] = [];
    let count: Heard | null = null;
    for (let minute = 0; minute < 61; minute += 1) {
      const at = NOW + minute * 60_000;
      const attention = attentionTo(count, at);
      got.push(attention);
      if (attention !== "none") count = hearOneMore(count, { ...WHOM, at });
    }
    const times = (attention: Attention): number => got.filter((one) => one === attention).length;
    expect(got.slice(0, ANSWERED_MAX + 1)).toEqual([
      ...Array.from({ length: ANSWERED_MAX }, () => "answer"),
      "last word",
    ]);
    expect([times("reaction"), times("none"), times("last word")]).toEqual([9, 40, 1]);
    expect(got.at(-1)).toBe("answer");
  });

  test("is counted from the first of the hour", () => {
    expect(hearOneMore(null, { ...WHOM, at: NOW })).toEqual(heard(1));
    expect(hearOneMore(heard(3), { ...WHOM, at: NOW + 5 })).toEqual(heard(4));
    expect(hearOneMore(heard(3), { ...WHOM, at: NOW + HOUR })).toEqual(heard(1, NOW + HOUR));
  });
});

test("a maintainer is never counted, by the policy's role", () => {
  expect(isCounted({ role: WRITE }, DEFAULT_POLICY)).toBe(false);
  expect(isCounted({ role: WRITE }, { ...DEFAULT_POLICY, who: "admin" })).toBe(true);
  expect(isCounted({ role: NO_ROLE }, DEFAULT_POLICY)).toBe(true);
});

test("what an author may be paid by is done all the same, and nothing else is", () => {
  const done = COMMANDS.flatMap(({ name, example, read }) => {
    const request: Request | null = read(example.replace(/^\S+\s*/, ""));
    return request !== null && isDoneAnyway(request) ? [name] : [];
  });
  expect(done).toEqual(["claim"]);
});

describe("the answer", () => {
  const given = { asked: asked({ key: "d1:0", commentId: 55 }), request: help, standing: "d0:0" };
  const got = (answer: Answer, attention: Attention) =>
    answered(given, { answer, hearing: { attention, heard: heard(11) }, undoneCount: 0 });

  test.each<[Attention, string[]]>([
    ["answer", ["minimize:d0:0", "react:55:confused", "reply:d1:0"]],
    ["last word", ["minimize:d0:0", "react:55:confused", "reply:d1:0"]],
    ["reaction", ["react:55:confused"]],
    ["none", []],
  ])("to what is refused, with %s left", (attention, effects) => {
    expect(effectsInWords(got(REFUSED, attention), NOW)).toEqual(effects);
  });

  test("is counted as long as there is one", () => {
    expect(lastOf(got(OK, "answer"), "heard")).toEqual(heard(11));
    expect(lastOf(got(REFUSED, "answer"), "heard")).toEqual(heard(11));
    expect(lastOf(got(REFUSED, "last word"), "heard")).toEqual(heard(11));
    expect(lastOf(got(REFUSED, "reaction"), "heard")).toEqual(heard(11));
    expect(lastOf(got(REFUSED, "none"), "heard")).toBeUndefined();
    // Done without a word.
    expect(lastOf(got(OK, "none"), "heard")).toBeUndefined();
    const maintainers = answered(given, { answer: REFUSED, hearing: null, undoneCount: 0 });
    expect(lastOf(maintainers, "heard")).toBeUndefined();
    expect(effectsInWords(maintainers, NOW)).toContain("reply:d1:0");
  });

  test("is for once another than what was asked: how many there were, and until when", () => {
    const { effects } = got(REFUSED, "last word");
    const bodies = effects.flatMap(({ effect }) =>
      effect.effect === "reply" ? [effect.body] : [],
    );
    expect(bodies).toEqual([refusalReply({ refusal: "commandsUsedUp", until: NOW + HOUR })]);
    expect(bodies[0]).toMatchInlineSnapshot(
      `"I did not do that. You have given me as many commands as I answer within an hour to somebody who does not maintain the repository. I answer yours again after 13:00 UTC. The links on the card and the pages work without me."`,
    );
  });
});
