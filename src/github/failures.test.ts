// Errors as Octokit and its plugins throw them, and what each means to the outbox.
import { expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { toFailure } from "./failures.ts";

function thrown(fields: object): Error {
  return Object.assign(new Error("said GitHub"), fields);
}

test("a limit that the throttle found in a GraphQL answer is a limit", () => {
  const data = { data: null, errors: [{ type: "RATE_LIMITED", message: "API rate limit" }] };
  const error = thrown({ data, response: { headers: { "retry-after": "90" }, data } });
  expect(toFailure(error)).toMatchObject({ name: "TransientFailure", retryAfterMs: 90_000 });
});

test.each([
  ["is not there", ["repository", "pullRequest"], "github_404"],
  ["is not there, as far as GitHub says", undefined, "github_404"],
  ["is there, and its author is not", ["repository", "pullRequest", "author"], "github_graphql"],
  [
    "is there, and something in a list of it is not",
    ["repository", "pullRequest", "reviews", "nodes", 0, "commit"],
    "github_graphql",
  ],
])("what GraphQL does not find %s", (_what, path, code) => {
  const errors = [{ type: "NOT_FOUND", message: "Could not resolve", path }];
  const error = thrown({ name: "GraphqlResponseError", errors, headers: {} });
  expect(toFailure(error)).toMatchObject({ name: "PermanentFailure", code });
});

test("errors that come in a bundle are none of GraphQL's", () => {
  const error = new AggregateError([new Error("ECONNREFUSED")], "connect failed");
  expect(toFailure(error)).toBe(error);
});

test.each(["AbortError", "TimeoutError"])("an %s is worth another try", (name) => {
  expect(toFailure(thrown({ name }))).toMatchObject({ name: "TransientFailure" });
});

test("a budget whose renewal is not told waits a minute", () => {
  const response = { headers: { "x-ratelimit-remaining": "0" } };
  expect(toFailure(thrown({ status: 403, response }))).toMatchObject({ retryAfterMs: 60_000 });
});

test("a budget that was renewed meanwhile waits a second", () => {
  const headers = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "1000",
    date: new Date(2_000_000).toUTCString(),
  };
  const error = thrown({ status: 403, response: { headers } });
  expect(toFailure(error)).toMatchObject({ retryAfterMs: 1_000 });
});

test("what is a failure already, or none of GitHub's, stays what it is", () => {
  const kept = [
    new TransientFailure("busy"),
    new PermanentFailure("no", { code: "x" }),
    new TypeError("a bug"),
    "a text",
    null,
  ];
  expect(kept.map(toFailure)).toEqual(kept);
});
