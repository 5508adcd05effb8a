import { expect, test } from "@jest/globals";
import { createSigner, sameText } from "./signing.ts";

const clock = { time: 1_000, now: () => clock.time };

function signer(secret = "one secret") {
  clock.time = 1_000;
  return createSigner({ secret, clock });
}

test("what was sealed comes back until it expires", () => {
  const ours = signer();
  const token = ours.seal("session", { id: 7 }, 500);
  expect(ours.unseal("session", token)).toEqual({ id: 7 });
  clock.time = 1_499;
  expect(ours.unseal("session", token)).toEqual({ id: 7 });
  clock.time = 1_500;
  expect(ours.unseal("session", token)).toBeNull();
});

test("a token for one purpose is worth nothing for another", () => {
  const ours = signer();
  expect(ours.unseal("sign-in", ours.seal("session", { id: 7 }, 500))).toBeNull();
});

test("a token under another secret is refused", () => {
  const token = signer("another secret").seal("session", { id: 7 }, 500);
  expect(signer().unseal("session", token)).toBeNull();
});

test("every single changed character is noticed", () => {
  const ours = signer();
  const token = ours.seal("session", { id: 7, login: "octo" }, 500);
  for (let index = 0; index < token.length; index += 1) {
    const changed = `${token.slice(0, index)}${token[index] === "A" ? "B" : "A"}${token.slice(index + 1)}`;
    // Base64url's last character carries bits that decode to nothing: the same bytes are the same token.
    const same = Buffer.from(changed.split(".")[1] ?? "", "base64url").equals(
      Buffer.from(token.split(".")[1] ?? "", "base64url"),
    );
    if (same && changed.split(".")[0] === token.split(".")[0]) continue;
    expect(ours.unseal("session", changed)).toBeNull();
  }
});

test.each(["", ".", "a", "a.b", "a.b.c", "x".repeat(5_000), "e30.", `${"e30"}.${"A".repeat(43)}`])(
  "rubbish is refused: %#",
  (token) => {
    expect(signer().unseal("session", token)).toBeNull();
  },
);

test("an empty secret does not start", () => {
  expect(() => signer("")).toThrow("secret");
});

test("texts are compared whole", () => {
  expect(sameText("abc", "abc")).toBe(true);
  expect(sameText("abc", "abcd")).toBe(false);
  expect(sameText("", "a")).toBe(false);
});
