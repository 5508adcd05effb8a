// Mail over SMTP, as the port `Mailer`. What the server refused for good is told apart from what may go
// better later; a repeat of one mail carries the same Message-ID, so that mailboxes can drop the second.
import { createHash } from "node:crypto";
import { createTransport } from "nodemailer";
import { type Mailer, PermanentFailure, TransientFailure } from "../ports.ts";

export interface SmtpOptions {
  /** `smtps://user:password@host`, or `smtp://…` for STARTTLS on port 587. */
  url: string;
  /** `Whipround <bounties@example.org>`, or the bare address. */
  from: string;
}

const ANSWER_MS_MAX = 20_000;

export function createSmtpMailer({ url, from }: SmtpOptions): Mailer {
  const transport = createTransport({
    url,
    requireTLS: mustEncrypt(url),
    connectionTimeout: ANSWER_MS_MAX,
    greetingTimeout: ANSWER_MS_MAX,
    socketTimeout: ANSWER_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, key }) {
      try {
        await transport.sendMail({
          from,
          // As an object: a text would be read as a list of addresses.
          to: { name: "", address: to },
          subject,
          text,
          messageId: messageId(key, from),
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** The mails carry links that are secrets. `?ignoreTLS=true` is for a relay in one's own network. */
function mustEncrypt(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  return !LOOPBACK.includes(hostname) && searchParams.get("ignoreTLS") !== "true";
}

function messageId(key: string, from: string): string {
  const domain = /@([^\s<>@]+)>?$/.exec(from.trim())?.[1] ?? "localhost";
  return `<${createHash("sha256").update(key).digest("hex").slice(0, 40)}@${domain}>`;
}

/** What nodemailer adds to an error (nodemailer.com/errors). */
interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
  /** False when the server's reply says that the same mail may be taken later. */
  permanent?: boolean;
}

/**
 * Only what the server says of this recipient or this mail is final. A refused login or sender is the
 * operator's to mend: until then every mail waits.
 */
function toFailure(error: unknown): TransientFailure | PermanentFailure {
  const known: SmtpError = error instanceof Error ? error : new Error(String(error));
  const { code, command, permanent, responseCode } = known;
  const message = `SMTP: ${known.message}`;
  const ofThisMail =
    code === "EMESSAGE" || (code === "EENVELOPE" && !command?.startsWith("MAIL FROM"));
  return permanent !== false && ofThisMail
    ? new PermanentFailure(message, { code: String(responseCode ?? code), cause: error })
    : new TransientFailure(message, { cause: error });
}
