// GitHub-flavoured Markdown to safe HTML: what GitHub lets through (pictures, details, tables) and
// nothing else. HTML comments vanish, mentions and numbers become links.
import { Marked } from "marked";
import sanitizeHtml from "sanitize-html";
import { trusted } from "../pages.ts";
import type { Markup } from "./page-frame.ts";

export interface MarkdownPlace {
  /** `owner/name`, for `#12`. */
  repo: string;
  /** The forced colour scheme: `<picture>` sources follow it instead of the browser's. */
  theme: "light" | "dark" | undefined;
}

const allowedTags = [
  ...[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
  ],
  ...["h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "li", "ol", "p"],
  ...["picture", "pre", "q", "s", "samp", "source", "span", "strike", "strong", "sub", "summary"],
  ...["sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var"],
];

const allowedAttributes = {
  "*": ["align", "dir", "title", "width", "height"],
  a: ["href", "rel"],
  code: ["class"],
  details: ["open"],
  img: ["src", "alt", "srcset"],
  input: ["type", "checked", "disabled"],
  ol: ["start"],
  source: ["srcset", "media", "type", "sizes"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan", "scope"],
};

function link(pattern: RegExp, start: RegExp, href: (found: string) => string) {
  return {
    name: `link-${String(pattern)}`,
    level: "inline" as const,
    start: (text: string) => {
      const at = text.search(start);
      return at < 0 ? undefined : at;
    },
    tokenizer(text: string) {
      const match = pattern.exec(text);
      if (!match) return undefined;
      return { type: `link-${String(pattern)}`, raw: match[0], found: match[1] ?? "" };
    },
    renderer(token: { raw: string; [name: string]: unknown }) {
      return `<a href="${href(String(token["found"]))}">${token.raw}</a>`;
    },
  };
}

/** A `<picture>`'s sources answer to the page's own switch, as they do on GitHub. */
function sourceFor(theme: MarkdownPlace["theme"]) {
  return (tagName: string, attribs: Record<string, string>) => {
    const wanted = /prefers-color-scheme:\s*(dark|light)/.exec(attribs["media"] ?? "")?.[1];
    if (!theme || !wanted) return { tagName, attribs };
    return { tagName, attribs: { ...attribs, media: wanted === theme ? "all" : "not all" } };
  };
}

export function renderMarkdown(text: string, place: MarkdownPlace): Markup {
  const marked = new Marked({ gfm: true, breaks: true, async: false });
  marked.use({
    extensions: [
      link(/^@([a-z\d](?:-?[a-z\d])*)/i, /(?<![\w/`@])@[a-z\d]/i, (name) => `/${name}`),
      link(/^#(\d+)\b/, /(?<![\w/&])#\d/, (number) => `/${place.repo}/issues/${number}`),
    ],
  });
  const html = marked.parse(text, { async: false });
  const clean = sanitizeHtml(html, {
    allowedTags,
    allowedAttributes,
    selfClosing: ["img", "br", "hr", "input", "source"],
    allowedSchemes: ["http", "https", "mailto"],
    transformTags: {
      source: sourceFor(place.theme),
      a: sanitizeHtml.simpleTransform("a", { rel: "nofollow" }),
      input: sanitizeHtml.simpleTransform("input", { type: "checkbox", disabled: "" }),
    },
  });
  return trusted(clean);
}
