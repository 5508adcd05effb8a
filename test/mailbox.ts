// A real mail server in this process that takes everything for whoever asks, and what it took.
import { SMTPServer } from "smtp-server";

export interface Mailbox {
  /** As SMTP_URL has it. */
  url: string;
  /** Oldest first. */
  mails: { to: string[]; subject: string; text: string }[];
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: Mailbox["mails"] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, ...read(Buffer.concat(chunks).toString()) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

/** Our mails are plain text in quoted-printable, or in ASCII. */
function read(message: string): { subject: string; text: string } {
  const [head = "", ...body] = message.split("\r\n\r\n");
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const subject = /^Subject: (.*)$/im.exec(unfolded)?.[1] ?? "";
  const text = body.join("\n\n").replace(/\r\n/g, "\n");
  const quoted = /quoted-printable/i.test(unfolded);
  return { subject, text: quoted ? text.replace(/=\n/g, "").replace(/=3D/g, "=") : text };
}
