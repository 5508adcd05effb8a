// What the driver writes down of calls and webhooks as they pass: what the app shows, reads and was told.
import type { Clockwork } from "./clockwork.ts";
import type { Service } from "./faults.ts";
import type { Notes } from "./notes.ts";

interface Desk {
  notes: Notes;
  clock: Clockwork;
}

export async function noteShown(
  { request, response }: { request: string; response: Response },
  { notes, clock }: Desk,
): Promise<void> {
  if (response.status >= 300) return;
  const asked = JSON.parse(request) as { name?: string };
  const run = (await response.clone().json()) as {
    name: string;
    head_sha: string;
    started_at: string;
    output: { title: string | null };
  };
  const issue = /^Whipround #(\d+)$/.exec(asked.name ?? run.name)?.[1];
  if (issue === undefined) return;
  notes.shown.push({
    at: clock.now(),
    startedAt: Date.parse(run.started_at),
    sha: run.head_sha,
    issue: Number(issue),
    title: run.output.title ?? "",
  });
}

/** What the bot's face says of a comment, and since when. */
export function noteReaction(
  { path, body, response }: { path: string; body: unknown; response: Response },
  { notes, clock }: Desk,
): void {
  const commentId = Number(/\/issues\/comments\/(\d+)\/reactions$/.exec(path)?.[1]);
  const content = /"content":"([a-z]+)"/.exec(String(body))?.[1];
  if (response.status >= 300 || Number.isNaN(commentId) || content === undefined) return;
  notes.reactions.push({ at: clock.now(), commentId, content });
}

/** From the first time on the app knows of it. */
export function noteDispute(
  { path, response }: { path: string; response: Response },
  { notes, clock }: Desk,
): void {
  const id = /^\/v1\/disputes\/([^/?]+)/.exec(path)?.[1];
  if (id === undefined || response.status >= 300 || notes.disputesRead.has(id)) return;
  notes.disputesRead.set(id, clock.now());
}

interface Payload {
  action: string;
  comment?: { id: number };
  issue: { number: number };
  label?: { name: string };
}

/** Of the bot's own edits of its card, which are many, nobody asks. */
const EDITED = '{"action":"edited"';
const BY_THE_BOT = '"sender":{"login":"whipround[bot]"';

/** What GitHub tells of comments and labels. */
export function noteTold(
  service: Service,
  { request, text, id }: { request: Request; text: string; id: string },
  { notes, clock }: Desk,
): void {
  const event = service === "github" ? request.headers.get("x-github-event") : null;
  if ((event !== "issue_comment" && event !== "issues") || notes.told.has(id)) return;
  if (text.startsWith(EDITED) && text.includes(BY_THE_BOT)) return;
  const { action, comment, issue, label } = JSON.parse(text) as Payload;
  const isOfLabel = action === "labeled" || action === "unlabeled";
  if (comment === undefined && !isOfLabel) return;
  notes.told.set(id, {
    guid: id,
    commentId: comment?.id ?? null,
    label:
      label === undefined || !isOfLabel
        ? null
        : { at: clock.now(), thread: issue.number, name: label.name, added: action === "labeled" },
    isNew: action === "created",
    arrived: "no",
  });
}
