// HTML from template literals: every value is escaped unless it is markup already. Also the small pieces
// of text that several pages need; what people wrote is shown, never obeyed.
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { formatMoney, type Money } from "../core/money.ts";
import type { Pledge } from "../core/pledge.ts";
import { type Refusal, refusalText } from "../core/refusals.ts";
import { dateText } from "../core/text.ts";

export type Markup = HtmlEscapedString;

/** `html` without promises inside it is synchronous: this says so to the type checker. */
export function markup(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  return html(strings, ...values) as Markup;
}

export const NOTHING: Markup = markup``;

// Marks that turn the direction of a line could make one amount read as another.
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Somebody's words on one line, without control characters. Still to be escaped. */
export function plain(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .replace(DIRECTION_MARKS, "")
    .trim();
}

/** What a guest calls themselves, so that it cannot pass for a GitHub account. */
function guestName(name: string): string {
  return plain(name)
    .replace(/[@＠﹫]/gu, "")
    .trim();
}

/** Who pledged, as far as a page may say it. */
export function backerText({ anonymous, backerName, backerId }: Pledge): string {
  if (anonymous) return "anonymous";
  const name = guestName(backerName ?? "");
  if (name !== "") return `“${name}”, a guest`;
  return backerId === null ? "no name given" : "a GitHub account";
}

export function dateTag(at: number): Markup {
  return markup`<time datetime="${dateText(at)}">${dateText(at)}</time>`;
}

export function amountTag(money: Money): Markup {
  return markup`<span class="amount">${formatMoney(money)}</span>`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * A refusal's sentence. Its words are Markdown with what people wrote made harmless for GitHub; here that
 * is read back to plain text, and then escaped like everything else.
 */
export function refusalSentence(refusal: Refusal): Markup {
  return sentence(refusalText(refusal));
}

/** One sentence of Markdown with nothing but code spans in it. */
export function sentence(text: string): Markup {
  const parts = text.split(/(?<!\\)`/);
  const tags = parts.map((part, index) =>
    index % 2 === 1 ? markup`<code>${part}</code>` : markup`${readBack(part)}`,
  );
  return markup`${tags}`;
}

function readBack(text: string): string {
  return text
    .replace(/\u200b/gu, "")
    .replace(/\\([\\`*_{}[\]()!|~])/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(DIRECTION_MARKS, "");
}
