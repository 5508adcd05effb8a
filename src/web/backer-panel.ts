// One thing that a backer may do now: what it is, what it comes to, and where to do it.
import { type Markup, markup } from "./markup.ts";

export function panel(options: { title: string; text: string; action: Markup }): Markup {
  return markup`<div class="panel"><div><h3>${options.title}</h3><p>${options.text}</p></div>${options.action}</div>`;
}
