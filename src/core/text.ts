// Text from people, made harmless: what we echo can neither mention, command, link nor carry HTML.

const ZERO_WIDTH = "\u200B";

/** One line of somebody's words, for use inside Markdown: nothing in it takes effect. */
export function neutralize(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/:\/\//g, `:${ZERO_WIDTH}//`)
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}${ZERO_WIDTH}.`)
    .replace(/([@#/])(?=[\p{L}\p{N}])/gu, `$1${ZERO_WIDTH}`)
    .replace(/\bGH-(?=\d)/gi, (found) => `${found}${ZERO_WIDTH}`)
    .replace(/[\\`*_{}[\]()!|~]/g, (mark) => `\\${mark}`);
}

/** Somebody's words in quotation marks, cut to a length that fits a sentence. */
export function quote(text: string, lengthMax = 60): string {
  const short = [...text].length > lengthMax ? `${[...text].slice(0, lengthMax).join("")}…` : text;
  return `“${neutralize(short)}”`;
}

const DATE = new Intl.DateTimeFormat("en-CA", { timeZone: "UTC", dateStyle: "short" });

/** `2027-01-31`: a UTC date for people, from epoch milliseconds. */
export function dateText(at: number): string {
  return DATE.format(at);
}
