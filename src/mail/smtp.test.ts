// Against a real mail server in this process: what arrives, and which refusals are final.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { createSmtpMailer } from "./smtp.ts";

const FROM = "Whipround <bounties@example.org>";
const MAIL = { to: "ann@example.net", subject: "Your pledge", text: "Hello", key: "mail:1" };

interface Received {
  recipients: string[];
  message: string;
}

let received: Received[];
let server: SMTPServer | null;
let port: number;

beforeEach(() => {
  received = [];
  server = null;
});
afterEach(() => new Promise<void>((done) => (server === null ? done() : server.close(done))));

/** A server that takes everything, but for what the options say. */
async function listen(options: SMTPServerOptions = {}): Promise<string> {
  const made = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ recipients, message: Buffer.concat(chunks).toString() });
        done();
      });
    },
    ...options,
  });
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, "127.0.0.1", () => resolve());
  });
  const address = made.server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  return `smtp://127.0.0.1:${port}`;
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

test("a mail arrives with its sender, its one recipient, its subject and its text", async () => {
  const mailer = createSmtpMailer({ url: await listen(), from: FROM });
  await mailer.send({ ...MAIL, subject: "Your pledge: ¥500", text: "Grüße\n.\nhttps://x.test/p" });
  expect(received).toHaveLength(1);
  expect(received[0]?.recipients).toEqual(["ann@example.net"]);
  const message = received[0]?.message ?? "";
  expect(message).toContain("From: Whipround <bounties@example.org>");
  expect(message).toContain("To: ann@example.net");
  expect(message).toContain("Auto-Submitted: auto-generated");
  expect(message).toContain("Gr=C3=BC=C3=9Fe");
  expect(message).toContain("https://x.test/p");
});

test("a repeat of one mail carries the same Message-ID, another mail another", async () => {
  const mailer = createSmtpMailer({ url: await listen(), from: FROM });
  for (const key of ["mail:1", "mail:1", "mail:2"]) await mailer.send({ ...MAIL, key });
  const [first, again, other] = received.map(
    ({ message }) => /^Message-ID: (<[0-9a-f]{40}@example\.org>)$/im.exec(message)?.[1],
  );
  expect(first).toBeDefined();
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("an address that reads like a list reaches nobody else, and a subject adds no header", async () => {
  const mailer = createSmtpMailer({ url: await listen(), from: FROM });
  const to = "ann@example.net, eve@example.net";
  await mailer.send({ ...MAIL, to, subject: "Hi\r\nBcc: eve@example.net" }).catch(() => {});
  await mailer.send({ ...MAIL, subject: "Hi\r\nBcc: eve@example.net" });
  expect(received.flatMap(({ recipients }) => recipients)).not.toContain("eve@example.net");
});

test("the server's word on the recipient is final", async () => {
  const url = await listen({
    onRcptTo: (_address, _session, done) => done(refusal(550, "no such mailbox")),
  });
  const sent = createSmtpMailer({ url, from: FROM }).send(MAIL);
  await expect(sent).rejects.toThrow(PermanentFailure);
  await expect(sent).rejects.toMatchObject({ code: "550" });
});

test.each<[string, SMTPServerOptions]>([
  ["a mailbox that is full today", { onRcptTo: (_a, _s, done) => done(refusal(452, "try later")) }],
  [
    "a sender that the server does not know",
    { onMailFrom: (_a, _s, done) => done(refusal(550, "who are you")) },
  ],
  ["a login that is refused", { authOptional: false, onAuth: (_a, _s, done) => done(null, {}) }],
])("%s is tried again", async (_what, options) => {
  const url = await listen(options);
  const sent = createSmtpMailer({ url, from: FROM }).send(MAIL);
  await expect(sent).rejects.toThrow(TransientFailure);
});

test("a server that is not there is tried again", async () => {
  const url = await listen();
  await new Promise<void>((done) => server?.close(done));
  server = null;
  await expect(createSmtpMailer({ url, from: FROM }).send(MAIL)).rejects.toThrow(TransientFailure);
});

test("beyond this machine nothing is sent in clear text, unless the address says so", async () => {
  const url = await listen();
  // This machine by a name that is not known as such.
  const elsewhere = url.replace("127.0.0.1", "[::ffff:127.0.0.1]");
  const sent = createSmtpMailer({ url: elsewhere, from: FROM }).send(MAIL);
  await expect(sent).rejects.toThrow(TransientFailure);
  expect(received).toEqual([]);
  await createSmtpMailer({ url: `${elsewhere}/?ignoreTLS=true`, from: FROM }).send(MAIL);
  expect(received).toHaveLength(1);
});
