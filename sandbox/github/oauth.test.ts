import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

const redirect_uri = "http://127.0.0.1:3000/auth/github/callback";
const verifier = "a-verifier-that-is-long-enough-to-be-accepted-by-anyone";
const code_challenge = createHash("sha256").update(verifier).digest("base64url");
const asked = {
  client_id: "Iv23sandbox",
  redirect_uri,
  state: "s1",
  code_challenge,
  code_challenge_method: "S256",
};

async function send(
  rig: Rig,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const url = `${rig.options.origin}${path}`;
  const origin = rig.options.origin;
  const request = new Request(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { origin, ...headers },
  });
  return rig.sandbox.fetch(request);
}

async function authorize(rig: Rig, as = "backer"): Promise<URL> {
  const response = await send(rig, "/login/oauth/authorize", {
    ...asked,
    as,
    decision: "authorize",
  });
  return new URL(response.headers.get("location") ?? "");
}

async function exchange(rig: Rig, fields: Record<string, string>) {
  const all = { client_id: "Iv23sandbox", client_secret: "client-secret", ...fields };
  const response = await send(rig, "/login/oauth/access_token", all, {
    accept: "application/json",
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, string | number>;
}

test("a person signs in with PKCE and is who they said", async () => {
  const rig = createRig();
  const page = await rig.sandbox.fetch(
    new Request(`${rig.options.origin}/login/oauth/authorize?${new URLSearchParams(asked)}`),
  );
  expect(await page.text()).toContain("Authorize Whipround");
  const back = await authorize(rig);
  expect([back.origin + back.pathname, back.searchParams.get("state")]).toEqual([
    redirect_uri,
    "s1",
  ]);
  const code = back.searchParams.get("code") ?? "";
  const tokens = await exchange(rig, { code, code_verifier: verifier, redirect_uri });
  expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 28_800 });
  expect(tokens["access_token"]).toMatch(/^ghu_/);
  const auth = `Bearer ${tokens["access_token"]}`;
  expect((await rig.call("GET", "/user", { auth })).body.login).toBe("backer");
  rig.clock.nowMs += 28_800_000;
  expect((await rig.call("GET", "/user", { auth })).status).toBe(401);
  const fresh = await exchange(rig, {
    grant_type: "refresh_token",
    refresh_token: String(tokens["refresh_token"]),
  });
  const again = await rig.call("GET", "/user", { auth: `Bearer ${fresh["access_token"]}` });
  expect(again.body.login).toBe("backer");
});

test("a code works once, for ten minutes, and only with its verifier", async () => {
  const rig = createRig();
  const codeOf = async () => (await authorize(rig)).searchParams.get("code") ?? "";
  const used = await codeOf();
  await exchange(rig, { code: used, code_verifier: verifier });
  const bad = { error: "bad_verification_code" };
  expect(await exchange(rig, { code: used, code_verifier: verifier })).toMatchObject(bad);
  expect(await exchange(rig, { code: await codeOf(), code_verifier: "guessed" })).toMatchObject(
    bad,
  );
  expect(await exchange(rig, { code: await codeOf() })).toMatchObject(bad);
  const late = await codeOf();
  rig.clock.nowMs += 600_000;
  expect(await exchange(rig, { code: late, code_verifier: verifier })).toMatchObject(bad);
});

test("a wrong secret, a wrong callback and a foreign form are turned away", async () => {
  const rig = createRig();
  expect(await exchange(rig, { client_secret: "no" })).toMatchObject({
    error: "incorrect_client_credentials",
  });
  const elsewhere = { ...asked, redirect_uri: "http://evil.example/callback" };
  expect((await send(rig, "/login/oauth/authorize", elsewhere)).status).toBe(404);
  const foreign = { origin: "http://evil.example" };
  expect(
    (await send(rig, "/login/oauth/authorize", { ...asked, as: "backer" }, foreign)).status,
  ).toBe(403);
});

test("without an Accept header the tokens come as a form", async () => {
  const rig = createRig();
  const code = (await authorize(rig)).searchParams.get("code") ?? "";
  const fields = {
    client_id: "Iv23sandbox",
    client_secret: "client-secret",
    code,
    code_verifier: verifier,
  };
  const response = await send(rig, "/login/oauth/access_token", fields);
  expect(new URLSearchParams(await response.text()).get("access_token")).toMatch(/^ghu_/);
});
