// The one stylesheet, served as a file so that pages need no inline styles. System fonts, light and dark
// by the reader's preference; colours are named once, above.
import { sha256Hex } from "./signing.ts";

const LIGHT = `--bg:#fff;--subtle:#f5f7f6;--raised:#fff;--text:#1f2328;--muted:#57606a;--line:#d4dbd8;
--accent:#12725b;--accent-strong:#0d5a47;--on-accent:#fff;--link:#0c664f;--track:#e2e8e5;--from:#12725b;--to:#23a07c;
--done:#6a3fc0;--done-soft:#f1ebfc;--open-soft:#e3f4ee;--over-soft:#eceff1;--coin:#e2a52f;
--warn:#855500;--warn-soft:#fdf4dc;--warn-line:#e8cf8e;--error:#b3261e;--error-soft:#fdecea;--error-line:#f0b8b3;
--info-soft:#eef4f8;--info-line:#c6d8e4;--good-line:#a9d8c8;--stripe:#fff8;--shadow:0 1px 2px #1f23280d,0 8px 24px #1f23280f`;

const DARK = `--bg:#0d1117;--subtle:#131a20;--raised:#151b23;--text:#e6edf3;--muted:#9aa4ae;--line:#313a42;
--accent:#17795f;--accent-strong:#126650;--on-accent:#fff;--link:#55cfa8;--track:#2a313b;--from:#1f9a78;--to:#4fd0a5;
--done:#c1a3f7;--done-soft:#2a2140;--open-soft:#10302a;--over-soft:#232a32;--coin:#e3b341;
--warn:#e6bb56;--warn-soft:#2a2212;--warn-line:#5d4a1c;--error:#ff9088;--error-soft:#32191a;--error-line:#6e3230;
--info-soft:#14212c;--info-line:#2c4558;--good-line:#1f5a49;--stripe:#0d111780;--shadow:0 1px 2px #0006`;

const BASE = `
:root{color-scheme:light;${LIGHT}}
@media (prefers-color-scheme:dark){:root{color-scheme:dark;${DARK}}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;min-height:100vh;display:flex;flex-direction:column}
main{flex:1;padding-block:2.25rem 4rem}
.frame{width:100%;max-width:68rem;margin-inline:auto;padding-inline:1.25rem}
h1,h2,h3{line-height:1.25;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:clamp(1.6rem,1.2rem + 1.8vw,2.15rem);font-weight:650;letter-spacing:-.015em;margin:0 0 .6rem}
h2{font-size:1.12rem;font-weight:650;margin:0 0 .6rem}h3{font-size:.95rem;font-weight:650;margin:0 0 .4rem}
p,ul,ol,dl,figure,pre{margin:0 0 1rem}section{margin-bottom:2.25rem}section>:last-child{margin-bottom:0}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.16em}a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
small{font-size:.84rem;color:var(--muted)}
code{font:.88em/1.4 ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;background:var(--subtle);border:1px solid var(--line);border-radius:5px;padding:.08em .35em;overflow-wrap:anywhere}
pre{background:var(--subtle);border:1px solid var(--line);border-radius:8px;padding:.75rem .9rem;overflow-x:auto}pre code{background:none;border:0;padding:0;overflow-wrap:normal}
.amount,time{font-variant-numeric:tabular-nums;white-space:nowrap}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.5rem 1rem;z-index:1}
.lead{font-size:1.14rem;color:var(--muted);max-width:42rem;text-wrap:pretty}
.empty{color:var(--muted);border:1px dashed var(--line);border-radius:10px;padding:1.1rem 1.25rem}
.hint{font-size:.86rem;color:var(--muted);margin:.3rem 0 0}.centred{text-align:center}
`;

const FRAME = `
.top{border-bottom:1px solid var(--line);background:var(--subtle)}
.top .frame{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;padding-block:.8rem}
.brand{display:flex;align-items:center;gap:.55rem;font-weight:680;font-size:1.06rem;letter-spacing:-.01em;color:var(--text);text-decoration:none}
.top nav{margin-left:auto;display:flex;gap:1.25rem}.top nav a{color:var(--muted);text-decoration:none;font-size:.94rem;padding:.25rem 0}.top nav a:hover{color:var(--text);text-decoration:underline}
.bottom{border-top:1px solid var(--line);color:var(--muted);font-size:.86rem}
.bottom .frame{padding-block:1.4rem;display:flex;flex-wrap:wrap;gap:.4rem 2rem;justify-content:space-between}.bottom p{margin:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;max-width:38rem}.bottom a{color:inherit}
.crumbs{font-size:.92rem;color:var(--muted);display:flex;flex-wrap:wrap;gap:.45rem;margin-bottom:.7rem}
.under{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .75rem;color:var(--muted);font-size:.94rem;margin-bottom:1.75rem}
.chip{display:inline-flex;align-items:center;gap:.42em;font-size:.82rem;font-weight:620;line-height:1;padding:.42em .75em;border-radius:99px;white-space:nowrap;background:var(--over-soft);color:var(--muted)}
.chip::before{content:"";width:.5em;height:.5em;border-radius:50%;background:currentColor}
.chip.open{background:var(--open-soft);color:var(--link)}.chip.done{background:var(--done-soft);color:var(--done)}.chip.hold{background:var(--warn-soft);color:var(--warn)}
.notice{border:1px solid var(--info-line);background:var(--info-soft);border-radius:10px;padding:.75rem 1rem;margin-bottom:1.25rem}
.notice.warn{background:var(--warn-soft);border-color:var(--warn-line)}.notice.error{background:var(--error-soft);border-color:var(--error-line)}.notice.good{background:var(--open-soft);border-color:var(--good-line)}
.message{max-width:38rem;margin:1rem auto;border:1px solid var(--line);border-top:4px solid var(--line);border-radius:12px;background:var(--raised);padding:1.75rem;box-shadow:var(--shadow)}
.message>:last-child{margin-bottom:0}.message h1{font-size:1.5rem}.message form+.hint{margin-top:.9rem}
.message.good{border-top-color:var(--accent)}.message.wait{border-top-color:var(--coin)}.message.warn{border-top-color:var(--error)}
`;

const FORMS = `
button,.button{display:inline-flex;align-items:center;justify-content:center;font:inherit;font-weight:600;line-height:1.3;min-height:2.6rem;padding:.5rem 1.1rem;border-radius:8px;border:1px solid var(--line);background:var(--raised);color:var(--text);cursor:pointer;text-decoration:none}
button:hover,.button:hover{border-color:var(--muted)}
.primary{background:var(--accent);border-color:transparent;color:var(--on-accent)}.primary:hover{background:var(--accent-strong);border-color:transparent}
button.small,.button.small{min-height:2.1rem;padding:.25rem .8rem;font-size:.92rem}.wide{width:100%;min-height:3rem}
.field{margin-bottom:1.25rem}.field>label:first-child,legend{display:block;font-weight:620;margin-bottom:.35rem;padding:0}.optional{font-weight:400;color:var(--muted)}
input:not([type=radio],[type=checkbox],[type=hidden]){width:100%;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--muted);border-radius:8px;padding:.55rem .75rem;min-height:2.75rem}
input:focus-visible{outline-offset:0}input[aria-invalid]{border-color:var(--error)}
.with-unit{position:relative}.with-unit input{font-size:1.3rem!important;font-weight:600;padding-right:4rem!important;font-variant-numeric:tabular-nums}.unit{position:absolute;right:.85rem;top:50%;transform:translateY(-50%);color:var(--muted);font-size:.9rem;pointer-events:none}
.quick{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;margin:.7rem 0 0}.quick .hint{margin:0 .25rem 0 0}
fieldset{border:0;margin:0 0 1.25rem;padding:0;min-width:0}
.choice{display:flex;gap:.65rem;align-items:flex-start;margin-top:.7rem;cursor:pointer}.choice input{flex:none;width:1.1rem;height:1.1rem;margin:.22rem 0 0;accent-color:var(--accent)}.choice small{display:block}
.modes .choice{border:1px solid var(--line);border-radius:8px;padding:.7rem .85rem;margin:0 0 .5rem}.modes .choice:has(:checked){border-color:var(--accent)}
.terms{border-top:1px solid var(--line);padding-top:1.1rem;margin-bottom:1.25rem;font-size:.88rem;line-height:1.5}.terms ul{padding-left:1.1rem;margin-bottom:.7rem}.terms li{margin-bottom:.4rem}.terms p{color:var(--text);background:var(--subtle);border-radius:8px;padding:.7rem .85rem;margin:0}
`;

const CONTENT = `
.columns{display:grid;gap:0 3rem;grid-template-columns:minmax(0,1fr)}
.pledge{border:1px solid var(--line);border-radius:14px;background:var(--raised);padding:1.5rem;box-shadow:var(--shadow);margin-bottom:2.5rem;align-self:start}.pledge>:last-child,.pledge form>:last-child{margin-bottom:0}
.pledge h2{font-size:1.2rem;margin-bottom:1rem}
@media (min-width:56rem){.columns{grid-template-columns:minmax(0,1fr) 24.5rem;grid-template-areas:"summary pledge" "details pledge";grid-template-rows:auto 1fr}.summary{grid-area:summary}.details{grid-area:details}.pledge{grid-area:pledge}}
.progress{margin-bottom:2.25rem}.progress p{margin:0}
.figures{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1rem;color:var(--muted)}.figures strong{font-size:1.85rem;font-weight:680;letter-spacing:-.02em;color:var(--text);font-variant-numeric:tabular-nums}
.bar{display:block;border-radius:5px;margin:.7rem 0 .45rem;overflow:hidden}.bar .track{fill:var(--track)}.bar .filled{fill:var(--from)}.bar .mark{fill:var(--text)}.bar .stripe{fill:var(--stripe)}
.progress.done .filled{fill:var(--done)}.progress.over .filled{fill:var(--muted)}
.notes{display:flex;justify-content:space-between;gap:1rem;font-size:.88rem;color:var(--muted)}
.numbers>div{display:flex;justify-content:space-between;gap:1.5rem;padding:.62rem 0;border-top:1px solid var(--line)}.numbers>div:last-child{border-bottom:1px solid var(--line)}
.numbers dt small{display:block}.numbers dd{margin:0;text-align:right;font-weight:600;overflow-wrap:anywhere}
.message .numbers dt{color:var(--muted)}
.board{list-style:none;padding:0}.board li{border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.25rem;margin-bottom:.9rem;background:var(--raised)}.board .progress{margin:0}.board .figures strong{font-size:1.15rem}
.board .name{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .6rem;margin-bottom:.6rem}.board .name a{font-weight:620;color:var(--text);overflow-wrap:anywhere}.number{color:var(--muted)}
.scroll{overflow-x:auto;margin-bottom:1rem}table{border-collapse:collapse;width:100%;font-size:.95rem}th,td{text-align:left;vertical-align:top;padding:.6rem 1.2rem .6rem 0;border-bottom:1px solid var(--line)}th{color:var(--muted);font-weight:600;font-size:.86rem}td small{display:block}td:first-child code{white-space:nowrap}.right{text-align:right}
.hero{padding:2rem 0 1.5rem;max-width:46rem}.hero h1{font-size:clamp(2rem,1.3rem + 3vw,2.9rem)}.actions{display:flex;flex-wrap:wrap;gap:.7rem;margin-top:1.6rem}
.sample{border:1px solid var(--line);border-radius:12px;padding:1.25rem 1.4rem;max-width:42rem}.sample .progress{margin:0}.sample .figures strong{font-size:1.35rem}figcaption{font-size:.84rem;color:var(--muted);margin-top:.8rem}
.meanings{display:grid;gap:1rem 2.5rem;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr));max-width:52rem}.meanings dt{font-weight:620}.meanings dd{margin:.15rem 0 0;color:var(--muted)}
.steps,.spaced{padding-left:1.3rem;max-width:46rem}.steps li,.spaced li{margin-bottom:.6rem}section>p{max-width:46rem}
.title-row{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.5rem 1.5rem;margin-bottom:1.5rem}.title-row h1{margin:0}.title-row form{display:flex;flex-wrap:wrap;align-items:center;gap:.6rem 1rem;color:var(--muted);font-size:.94rem}.title-row strong{color:var(--text)}
.panel{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:1rem 2rem;border:1px solid var(--line);border-left:4px solid var(--coin);border-radius:12px;background:var(--raised);padding:1.25rem 1.4rem}.panel>div{flex:1 1 20rem}.panel p{margin:0;color:var(--muted)}.panel.good{border-left-color:var(--accent)}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

export const STYLESHEET = `${BASE}${FRAME}${FORMS}${CONTENT}`.trim();

export const STYLESHEET_VERSION = sha256Hex(STYLESHEET).slice(0, 12);
