// Whose address counts: the peer's, or what a proxy of ours says of it.
import { expect, test } from "@jest/globals";
import { clientAddressOf } from "./address.ts";

test.each([
  ["somebody who came directly", "203.0.113.9", undefined, "203.0.113.9"],
  ["somebody who claims to be another", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["somebody behind our proxy", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
  [
    "somebody who put a claim before our proxy's word",
    "10.0.0.2",
    "1.2.3.4, 198.51.100.1",
    "198.51.100.1",
  ],
  ["our proxy itself", "127.0.0.1", undefined, "127.0.0.1"],
  ["a proxy over a mapped address", "::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1"],
  ["nobody known", undefined, "198.51.100.1", "unknown"],
])("%s", (_who, remoteAddress, forwarded, expected) => {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  expect(clientAddressOf({ socket: { remoteAddress }, headers })).toBe(expected);
});
