// One webhook as GitHub would send it, signed: a maintainer's command in a comment, taken from the
// sandbox and filled up to the size that such payloads have.
import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { World } from "./world.ts";

export interface SignedWebhook {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export const REPOSITORY = "acme/widgets";
const BODY_BYTES = 12 * 1024;
const WAIT_MS_MAX = 10_000;

/** Makes the comment in the sandbox; whatever is sent to the app meanwhile finds nobody there. */
export async function commandWebhook({ town, places }: World): Promise<SignedWebhook> {
  const maintainer = town.github.act("maintainer");
  const { number } = await maintainer.openIssue({ title: "Dark mode", body: "My eyes." });
  await maintainer.comment(number, "I would like to see this done.\n\n/bounty $20\n");
  const body = filledUp(await commentPayload(town));
  const mac = createHmac("sha256", town.environment["WEBHOOK_SECRET"] ?? "").update(body);
  return {
    url: `${places.app}/api/github/webhooks`,
    headers: {
      Accept: "*/*",
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
      "User-Agent": "GitHub-Hookshot/5ab0c2e",
      "X-GitHub-Event": "issue_comment",
      "X-Hub-Signature-256": `sha256=${mac.digest("hex")}`,
    },
    body,
  };
}

async function commentPayload({ github }: World["town"]): Promise<string> {
  const end = Date.now() + WAIT_MS_MAX;
  while (Date.now() < end) {
    const sent = github.deliveries().find(({ event }) => event === "issue_comment");
    if (sent !== undefined) return sent.payload;
    await delay(20);
  }
  throw new Error("the sandbox sent no issue_comment");
}

/** The issue's own text is the rest: nothing of ours looks at it, but it is signed, sent and read. */
function filledUp(payload: string): string {
  const value = JSON.parse(payload) as { issue: { body: string } };
  const missing = BODY_BYTES - Buffer.byteLength(payload);
  if (missing < 0) throw new Error("the sandbox's payload is larger than 12 KB");
  value.issue.body += " It hurts.".repeat(Math.ceil(missing / 10)).slice(0, missing);
  return JSON.stringify(value);
}
