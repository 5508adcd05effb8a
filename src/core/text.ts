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

/** `14:05`: a UTC time of day for people, from epoch milliseconds; never earlier than it is. */
export function timeText(at: number): string {
  const minutes = Math.ceil(at / 60_000) % 1_440;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `2027-01-31`: a UTC date for people, from epoch milliseconds. */
export function dateText(at: number): string {
  return DATE.format(at);
}
