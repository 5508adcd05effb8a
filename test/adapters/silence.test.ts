// A server that takes a call and then says nothing, or stops in the middle of its answer: each call ends by
// itself, and is worth another try.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { newKeys } from "../../sandbox/town.ts";
import { createAppClient } from "../../src/github/app-client.ts";
import { createSignIn } from "../../src/github/sign-in.ts";
import { type Log, TransientFailure } from "../../src/ports.ts";
import { createStripe } from "../../src/stripe/client.ts";

const LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };
const { privateKey } = newKeys(1024);
const answerMsMax = 100;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let place: string;
let answer: Answer;
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const nothing: Answer = () => {};
const half: Answer = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"id": ');
};

const grant = { code: "c", codeVerifier: "v", redirectUrl: "https://app.test/cb" };

function signIn() {
  const secrets = { clientId: "Iv23abc", clientSecret: "client secret" };
  return createSignIn({ ...secrets, webUrl: place, apiUrl: place, answerMsMax });
}

describe.each([
  ["says nothing", nothing],
  ["stops in the middle", half],
])("a server that %s", (_what, silence) => {
  beforeEach(() => {
    answer = silence;
  });

  test("is Stripe", async () => {
    const stripe = createStripe({ secretKey: "sk_test_1", apiBase: place, log: LOG, answerMsMax });
    await expect(stripe.readRefund("re_1")).rejects.toBeInstanceOf(TransientFailure);
    // No second try under its own hand: the outbox repeats.
    expect(asked).toEqual([expect.stringMatching(/^GET \/v1\/refunds\/re_1\?/)]);
  });

  test("is GitHub, asked about the App", async () => {
    const client = createAppClient({ appId: 1, privateKey, apiUrl: place, answerMsMax });
    await expect(client.describeApp()).rejects.toBeInstanceOf(TransientFailure);
    await expect(client.accountId("mona")).rejects.toBeInstanceOf(TransientFailure);
    await expect(client.failedDeliveries(null)).rejects.toBeInstanceOf(TransientFailure);
    expect(asked).toHaveLength(3);
  });

  test("is GitHub, given a code", async () => {
    await expect(signIn().personByCode(grant)).rejects.toBeInstanceOf(TransientFailure);
    expect(asked).toEqual(["POST /login/oauth/access_token"]);
  });

  test("is GitHub, asked whose token it is", async () => {
    answer = (request, response) => {
      if (request.url === "/user") return silence(request, response);
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"access_token": "ghu_1"}');
    };
    await expect(signIn().personByCode(grant)).rejects.toBeInstanceOf(TransientFailure);
    expect(asked).toEqual(["POST /login/oauth/access_token", "GET /user"]);
  });
});
