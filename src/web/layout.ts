// The frame that every page shares: header, footer, one stylesheet. It knows nothing of what pages show.
import { type Markup, markup, NOTHING } from "./markup.ts";
import type { Site } from "./site.ts";
import { STYLESHEET_VERSION } from "./stylesheet.ts";

export interface Page {
  title: string;
  body: Markup;
  description?: string;
  /** Asks the browser to look again after so many seconds. */
  refreshSeconds?: number;
  /** Pages about one person or one payment are not for search engines. */
  unlisted?: boolean;
}

export function layout({ base, publicUrl, appUrl }: Site, page: Page): Markup {
  const { title, body, description, refreshSeconds, unlisted = false } = page;
  const about =
    description === undefined
      ? NOTHING
      : markup`<meta name="description" content="${description}">`;
  const refresh =
    refreshSeconds === undefined
      ? NOTHING
      : markup`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const app = appUrl === undefined ? NOTHING : markup`<a href="${appUrl}">GitHub App</a>`;
  const robots = unlisted ? markup`<meta name="robots" content="noindex">` : NOTHING;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${about}${refresh}${robots}
<title>${title} · Whipround</title>
<link rel="icon" type="image/svg+xml" href="${base}/mark.svg">
<link rel="stylesheet" href="${base}/style.css?v=${STYLESHEET_VERSION}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="frame">
<a class="brand" href="${base}/"><img src="${base}/mark.svg" alt="" width="26" height="26">Whipround</a>
<nav aria-label="Site"><a href="${base}/help">How it works</a><a href="${base}/backer">Your pledges</a><a href="${base}/payee">Get paid</a></nav>
</div></header>
<main id="main" class="frame">
${body}
</main>
<footer class="bottom"><div class="frame">
<p>Payments are made on Stripe’s pages. This site sees neither card numbers nor bank details, and sets a cookie only when you sign in.</p>
<p><span>${new URL(publicUrl).host}</span><a href="${base}/help">Help and terms</a>${app}</p>
</div></footer>
</body>
</html>`;
}

/** A page that says one thing: an error, or what to do now. */
export function messagePage(
  site: Site,
  { title, body, refreshSeconds }: { title: string; body: Markup; refreshSeconds?: number },
): Markup {
  return layout(site, {
    title,
    unlisted: true,
    ...(refreshSeconds === undefined ? {} : { refreshSeconds }),
    body: markup`<article class="message"><h1>${title}</h1>${body}</article>`,
  });
}
