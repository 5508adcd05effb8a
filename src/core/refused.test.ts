// When the reply to a refused command is handled, and what a refusal is about.
import { describe, expect, test } from "@jest/globals";
import { effectsInWords } from "../../test/core-given.ts";
import { asked, BOB, NOW, THREAD } from "../../test/core-spec.ts";
import type { Asked, Request } from "./commands.ts";
import { handled, topicOf, turnDown } from "./refused.ts";
import { refusalReply } from "./replies.ts";

const pledge: Request = { command: "offerPledge", amount: "a lot" };
const misread: Request = { command: "misread", name: "pledge" };
const putOn: Request = { command: "attachBounty", amount: "lots", label: "bounty: lots" };
const takenOff: Request = { command: "detachLabel", label: "Bounty: lots" };
const standing = "d0:0";

function topic(request: Request, parts: Partial<Asked> = {}): string {
  return topicOf({ asked: asked(parts), request });
}

describe("a refusal and what handles it are about the same", () => {
  const rows: [string, string, string][] = [
    ["a command and the same one, not readable", topic(misread), topic(pledge)],
    [
      "a command and the same one with other words",
      topic(pledge),
      topic({ command: "offerPledge", amount: "$20" }),
    ],
    [
      "a label and the same, taken off by somebody else",
      topic(putOn),
      topic(takenOff, { by: BOB }),
    ],
    [
      "a goal's label and the same, taken off",
      topic({ command: "attachGoal", amount: "x", by: null, label: "goal: x" }),
      topic({ command: "detachLabel", label: "goal: x" }),
    ],
  ];
  test.each(rows)("%s", (_, refused, done) => expect(done).toBe(refused));
});

describe("a refusal is not about", () => {
  const rows: [string, string][] = [
    ["another command", topic({ command: "releaseAward" })],
    ["another person's", topic(pledge, { by: BOB })],
    ["another thread", topic(pledge, { thread: { ...THREAD, number: THREAD.number + 1 } })],
    ["another repository", topic(pledge, { thread: { ...THREAD, repositoryId: 7 } })],
    ["a label", topic(takenOff)],
  ];
  test.each(rows)("%s", (_, other) => expect(other).not.toBe(topic(pledge)));
  test("another label", () => {
    expect(topic({ command: "detachLabel", label: "bounty: $5" })).not.toBe(topic(takenOff));
  });
});

test("every command has a topic of its own", () => {
  const requests: Request[] = [
    { command: "attachBounty", amount: null, label: null },
    { command: "attachGoal", amount: "$5", by: null, label: null },
    { command: "extendGoal", days: 3 },
    pledge,
    { command: "claimIssue", issueNumber: 12 },
    { command: "splitAward", parts: [] },
    { command: "releaseAward" },
    { command: "holdAward", why: "no" },
    { command: "cancelCampaign", why: "no" },
    { command: "recordPaidOutside", amount: "$5" },
    { command: "showHelp" },
    takenOff,
  ];
  expect(new Set(requests.map((request) => topic(request))).size).toBe(requests.length);
});

describe("a refusal", () => {
  const given = { asked: asked({ key: "d1:0", commentId: 55 }), request: pledge };
  const refusal = { refusal: "noCampaign" } as const;
  const stands = { put: "standingRefusal", topic: topic(pledge), replyKey: "d1:0" };

  test("is 😕 and one reply, which stands from then on", () => {
    const decided = turnDown({ ...given, standing: null }, refusal, 0);
    expect(decided.changes).toEqual([stands]);
    expect(effectsInWords(decided, NOW)).toEqual(["react:55:confused", "reply:d1:0"]);
  });

  test("says what became of the commands after it", () => {
    const { effects } = turnDown({ ...given, standing: null }, refusal, 2);
    const bodies = effects.flatMap(({ effect }) =>
      effect.effect === "reply" ? [effect.body] : [],
    );
    expect(bodies).toEqual([refusalReply(refusal, 2)]);
  });

  test("of a label has no comment to react to", () => {
    const label = { asked: asked({ key: "d1:0", commentId: null }), request: putOn };
    const decided = turnDown({ ...label, standing: null }, refusal, 0);
    expect(effectsInWords(decided, NOW)).toEqual(["reply:d1:0"]);
  });

  test("that is the same person's second takes the place of the first", () => {
    const decided = turnDown({ ...given, standing }, refusal, 0);
    expect(decided.changes).toEqual([stands]);
    expect(effectsInWords(decided, NOW)).toContain("minimize:d0:0");
  });

  test("is handled when the command is done", () => {
    const decided = handled({ ...given, standing });
    expect(decided.changes).toEqual([{ ...stands, replyKey: null }]);
    expect(effectsInWords(decided, NOW)).toEqual(["minimize:d0:0"]);
  });

  test("that never was leaves nothing to handle", () => {
    expect(handled({ ...given, standing: null })).toEqual({
      changes: [],
      postings: [],
      effects: [],
    });
  });
});
