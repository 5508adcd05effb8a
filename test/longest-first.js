// The order of the test files: what takes longest begins first, so that nothing long is left for the end.
// Jest knows how long a file took only where it ran before; a fresh clone knows no such thing.
import { statSync } from "node:fs";

const LONGEST = ["/test/e2e/kill.test.ts", "/test/simulation/", "/test/e2e/"];

export default class LongestFirst {
  sort(tests) {
    return tests
      .map((test) => ({ test, rank: rankOf(test.path), bytes: statSync(test.path).size }))
      .sort((a, b) => a.rank - b.rank || b.bytes - a.bytes)
      .map(({ test }) => test);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

function rankOf(path) {
  const rank = LONGEST.findIndex((part) => path.replaceAll("\\", "/").includes(part));
  return rank === -1 ? LONGEST.length : rank;
}
