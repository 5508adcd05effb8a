// A network that exists only as far as a test says, for a file of tests: nock.
import { afterAll, afterEach, beforeEach, expect } from "@jest/globals";
import nock from "nock";

nock.restore();

/**
 * For one file of tests, before it makes the clients that it tests: they keep the `fetch` that they find. The next
 * file in this process finds everything as it was.
 */
export function useNock(): void {
  nock.activate();
  beforeEach(() => nock.disableNetConnect());
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    nock.enableNetConnect();
    expect(pending).toEqual([]);
  });
  afterAll(() => nock.restore());
}
