// The HTML frame that both sandboxes' pages share: one stylesheet, a marked header, light and dark.
// It knows nothing of what the pages show.
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export interface LayoutOptions {
  title: string;
  body: HtmlEscapedString;
  /** What stands at the right of the header: a user switcher, links. */
  nav?: HtmlEscapedString;
  /** The header's name; plain "Sandbox" when left out. */
  brand?: string;
  /** Where the header's name leads. */
  home?: string;
  /** Forces a colour scheme; left out, the browser's preference decides. */
  theme?: "light" | "dark";
}

/** `html` without promises inside it is synchronous: this says so to the type checker. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): HtmlEscapedString {
  return html(strings, ...values) as HtmlEscapedString;
}

/** Markup that was made safe elsewhere. */
export function trusted(text: string): HtmlEscapedString {
  return raw(text) as HtmlEscapedString;
}

/** A whole page; hand it to a `Response` as text/html. */
export function layout(options: LayoutOptions): HtmlEscapedString {
  const { title, body, nav, theme, brand = "Sandbox", home = "/" } = options;
  return markup`<!doctype html>
<html lang="en" data-theme="${theme ?? "auto"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${brand}</title>
<style>${trusted(stylesheet)}</style>
</head>
<body>
<header class="top"><a class="brand" href="${home}"><span class="dot"></span>${brand}</a><span class="note">a simulation: nothing here is real</span><nav>${nav ?? ""}</nav></header>
<main>${body}</main>
</body>
</html>`;
}

const lightColours = `--bg:#fff;--subtle:#f6f8fa;--text:#1f2328;--muted:#59636e;--line:#d1d9e0;--link:#0969da;
--accent:#1f883d;--accent-text:#fff;--danger:#d1242f;--done:#8250df;--warn:#9a6700;--warn-bg:#fff8c5;--code:#eff1f3`;
const darkColours = `--bg:#0d1117;--subtle:#151b23;--text:#f0f6fc;--muted:#9198a1;--line:#3d444d;--link:#4493f8;
--accent:#238636;--accent-text:#fff;--danger:#f85149;--done:#ab7df8;--warn:#d29922;--warn-bg:#272115;--code:#212830`;

const stylesheet = `
:root{color-scheme:light;${lightColours}}
@media (prefers-color-scheme:dark){:root{color-scheme:dark;${darkColours}}}
:root[data-theme=light]{color-scheme:light;${lightColours}}
:root[data-theme=dark]{color-scheme:dark;${darkColours}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px;padding:10px 24px;background:var(--subtle);border-bottom:1px solid var(--line)}
.top .brand{display:flex;align-items:center;gap:8px;font-weight:600;color:var(--text)}
.top .dot{width:14px;height:14px;border-radius:50%;border:3px dashed var(--warn)}
.top .note{color:var(--warn);background:var(--warn-bg);border-radius:99px;padding:0 10px;font-size:12px}
.top nav{margin-left:auto;display:flex;flex-wrap:wrap;align-items:center;gap:8px 12px}
main{max-width:1040px;margin:24px auto;padding:0 24px}
h1{font-size:26px;font-weight:500;line-height:1.25;margin:0 0 8px}h2{font-size:18px;font-weight:600;margin:24px 0 8px}h3{font-size:15px;margin:16px 0 8px}
.muted{color:var(--muted)}.small{font-size:12px}.danger{color:var(--danger)}
form{margin:0}form.inline{display:inline-flex;gap:6px;align-items:center}
label{display:block;font-weight:600;margin:12px 0 4px}label.plain{display:inline;font-weight:400;margin:0}
input,select,textarea{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:5px 10px;max-width:100%}
textarea{width:100%;min-height:110px;resize:vertical;display:block}input.wide{width:100%}
input:focus,select:focus,textarea:focus,button:focus-visible{outline:2px solid var(--link);outline-offset:-1px}
button,.button{display:inline-block;font:inherit;font-weight:500;cursor:pointer;color:var(--text);background:var(--subtle);border:1px solid var(--line);border-radius:6px;padding:5px 14px}
button:hover,.button:hover{filter:brightness(.97);text-decoration:none}
button.primary,.button.primary{color:var(--accent-text);background:var(--accent);border-color:transparent}
button.link{background:none;border:0;padding:0;color:var(--link);font-weight:400}
button[disabled]{opacity:.55;cursor:default}
.row{display:flex;flex-wrap:wrap;align-items:center;gap:8px}.row.end{justify-content:flex-end;margin-top:8px}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 240px;gap:24px}@media (max-width:760px){.columns{grid-template-columns:1fr}}
.box{border:1px solid var(--line);border-radius:6px;margin:0 0 16px;background:var(--bg)}
.box>.head{background:var(--subtle);border-bottom:1px solid var(--line);border-radius:6px 6px 0 0;padding:8px 16px;display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.box>.body{padding:16px}.box>.item{padding:10px 16px;border-top:1px solid var(--line)}.box>.item:first-child,.box>.head+.item{border-top:0}
.flash{border:1px solid var(--danger);border-radius:6px;padding:10px 16px;margin:0 0 16px}.flash.good{border-color:var(--accent)}
.state{display:inline-block;border-radius:99px;padding:3px 12px;color:#fff;background:var(--accent);font-weight:500}
.state.closed{background:var(--done)}.state.refused{background:var(--danger)}.state.draft{background:var(--muted)}
.tag{display:inline-block;border-radius:99px;padding:0 8px;font-size:12px;font-weight:500;border:1px solid var(--line)}
.tabs{display:flex;gap:16px;border-bottom:1px solid var(--line);margin-bottom:16px}.tabs a{padding:8px 4px;color:var(--text)}.tabs a.on{border-bottom:2px solid #fd8c73;font-weight:600}
table{border-collapse:collapse}table.wide{width:100%}th,td{text-align:left;padding:6px 12px;border:1px solid var(--line)}th{background:var(--subtle)}
code,pre{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--code);border-radius:6px}code{padding:2px 5px}pre{padding:12px;overflow:auto}pre code{padding:0;background:none}
.markdown{overflow-wrap:anywhere}.markdown img{max-width:100%}.markdown>:first-child{margin-top:0}.markdown>:last-child{margin-bottom:0}
blockquote{margin:0;padding:0 1em;color:var(--muted);border-left:4px solid var(--line)}hr{border:0;border-top:1px solid var(--line);margin:16px 0}
details>summary{cursor:pointer}
.side section{border-top:1px solid var(--line);padding:12px 0}.side section:first-child{border-top:0;padding-top:0}.side h3{margin:0 0 6px;font-size:12px;color:var(--muted)}
`;
