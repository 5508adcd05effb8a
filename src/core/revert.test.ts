// What is taken for a revert: GitHub's own words and git's, and of this repository only.
import { expect, test } from "@jest/globals";
import { looksLikeRevert, revertedNumbers, revertedShas } from "./revert.ts";

const place = { owner: "acme", name: "widgets" };
const SHA = "0123456789abcdef0123456789abcdef01234567";

test.each([
  ["GitHub's button", "Reverts acme/widgets#14", [14]],
  ["in another case", "reverts Acme/Widgets#14", [14]],
  ["a short form, among words", "It broke.\n\nReverts #14\nReverts #15", [14, 15]],
  ["of another repository", "Reverts other/widgets#14", []],
  ["in the midst of a line", "This reverts #14 in spirit", []],
  ["nothing", "", []],
])("%s", (_name, body, expected) => {
  expect(revertedNumbers(body, place)).toEqual(expected);
});

test("git names the commit it takes back", () => {
  expect(revertedShas([`Revert "x"\n\nThis reverts commit ${SHA}.`, "Fix"])).toEqual([SHA]);
  expect(revertedShas([`This reverts commit ${SHA}, reversing\nchanges made to abc.`])).toEqual([
    SHA,
  ]);
  expect(revertedShas(["This reverts commit abc123."])).toEqual([]);
});

test("only what speaks of a revert is looked into", () => {
  expect(looksLikeRevert({ title: 'Revert "Oil it"', body: "" })).toBe(true);
  expect(looksLikeRevert({ title: "Back out", body: "Reverts #14" })).toBe(true);
  expect(looksLikeRevert({ title: "Oil it", body: "" })).toBe(false);
});
