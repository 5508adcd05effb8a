// Signing in: where the browser is sent, and what a code is worth.
import { expect, test } from "@jest/globals";
import nock from "nock";
import { useNock } from "../../test/nocked.ts";
import { createSignIn } from "./sign-in.ts";

const WEB = "https://github.com";
const API = "https://api.github.com";

useNock();

const signIn = createSignIn({
  clientId: "Iv23abc",
  clientSecret: "client secret",
  webUrl: WEB,
  apiUrl: API,
});

const grant = { code: "the-code", codeVerifier: "the-verifier", redirectUrl: "http://app.test/cb" };

test("the browser is sent to GitHub with a challenge, and without any secret", () => {
  const url = new URL(
    signIn.authorizeUrl({
      state: "s&1",
      codeChallenge: "c-1",
      redirectUrl: "https://app.test/cb?a=1&b=2",
    }),
  );
  expect(url.origin + url.pathname).toBe("https://github.com/login/oauth/authorize");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: "Iv23abc",
    redirect_uri: "https://app.test/cb?a=1&b=2",
    state: "s&1",
    code_challenge: "c-1",
    code_challenge_method: "S256",
  });
});

test("a code is exchanged with its verifier, and the token says who it is", async () => {
  nock(WEB)
    .post("/login/oauth/access_token", {
      client_id: "Iv23abc",
      client_secret: "client secret",
      code: "the-code",
      code_verifier: "the-verifier",
      redirect_uri: "http://app.test/cb",
    })
    .reply(200, { access_token: "ghu_1", token_type: "bearer", expires_in: 28_800 });
  nock(API, { reqheaders: { authorization: "token ghu_1" } })
    .get("/user")
    .reply(200, { id: 7, login: "mona", email: "left@out.test" });
  expect(await signIn.personByCode(grant)).toEqual({ id: 7, login: "mona" });
});

const BAD: [what: string, status: number, body: object | string, failure: object][] = [
  [
    "a code that is not good",
    200,
    { error: "bad_verification_code", error_description: "expired" },
    { name: "PermanentFailure", code: "bad_verification_code" },
  ],
  ["no token", 200, {}, { name: "PermanentFailure", code: "github_no_token" }],
  ["a page", 404, "<html>", { name: "PermanentFailure", code: "github_404" }],
  ["a server's failure", 502, "<html>", { name: "ServerFailure" }],
  ["a limit", 429, {}, { name: "TransientFailure" }],
];

test.each(BAD)("%s in answer to a code is said so", async (_what, status, body, failure) => {
  nock(WEB).post("/login/oauth/access_token").reply(status, body);
  await expect(signIn.personByCode(grant)).rejects.toMatchObject(failure);
});

test("GitHub out of reach is worth another try", async () => {
  nock(WEB).post("/login/oauth/access_token").replyWithError("ENOTFOUND");
  await expect(signIn.personByCode(grant)).rejects.toMatchObject({ name: "TransientFailure" });
});

test("no failure tells the token or the secret", async () => {
  nock(WEB).post("/login/oauth/access_token").reply(200, { access_token: "ghu_1" });
  nock(API).get("/user").reply(403, { message: "no" });
  const failure = await signIn.personByCode(grant).catch((error: unknown) => error);
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/ghu_1|secret/);
});
