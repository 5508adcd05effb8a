// What the backer of a promise may do about its charge: confirm it with their bank, or save another card.
// Both lead on to Stripe, and back to the page that says what is known.
import type { ChargeProblem, Pledge } from "../core/pledge.ts";
import type { Refusal } from "../core/refusals.ts";
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { backerPath } from "./backer-link.ts";
import { panel } from "./backer-panel.ts";
import { type Markup, markup, refusalSentence } from "./markup.ts";
import { seeOther } from "./respond.ts";
import type { Site } from "./site.ts";

/** The panels that a promise shows now; none once it is given up. */
export function chargePanels(site: Site, pledge: Pledge): Markup[] {
  const { state, charging } = pledge;
  if (state === "promised") return [changePanel(site, pledge)];
  if (state !== "charging" || charging === null || charging.ending) return [];
  const { problem } = charging;
  return problem === null ? [] : [confirmPanel(site, pledge, problem), changePanel(site, pledge)];
}

function confirmPanel(site: Site, pledge: Pledge, problem: ChargeProblem): Markup {
  const asked = problem === "authentication needed";
  return panel({
    title: asked ? "Confirm the payment with your bank" : "Try the same card again",
    text: asked
      ? "Your bank wants to know that it is you. This leads to its page, and then back here; the same payment is confirmed, not another one."
      : "If the reason is out of the way, the same payment can be tried again with the card that is saved.",
    action: form(
      `${backerPath(site, pledge)}/confirm`,
      asked ? "Confirm the payment" : "Try again",
    ),
  });
}

function changePanel(site: Site, pledge: Pledge): Markup {
  return panel({
    title: "Use another card",
    text:
      pledge.state === "promised"
        ? "Stripe’s page saves another card in place of this one. Nothing is charged."
        : "Stripe’s page saves another card, and the payment is tried with it at once.",
    action: form(`${backerPath(site, pledge)}/card`, "Change the card"),
  });
}

function form(action: string, label: string): Markup {
  return markup`<form method="post" action="${action}"><button>${label}</button></form>`;
}

type Outcome = { ok: true; url: string | null } | { ok: false; refusal: Refusal };

/** What went wrong, for the pledge's own page to show. */
export interface Problem {
  text: Markup;
  status: number;
}

export function confirmCharge(site: Site, pledge: Pledge): Promise<Response | Problem> {
  return lead(site, pledge, () => site.desk.retryCharge(pledge.id));
}

export function changeCard(site: Site, pledge: Pledge): Promise<Response | Problem> {
  return lead(site, pledge, () => site.desk.changeCard(pledge.id));
}

async function lead(
  site: Site,
  pledge: Pledge,
  ask: () => Promise<Outcome>,
): Promise<Response | Problem> {
  try {
    const outcome = await ask();
    return outcome.ok
      ? seeOther(outcome.url ?? backerPath(site, pledge))
      : { text: refusalSentence(outcome.refusal), status: 422 };
  } catch (error) {
    if (!(error instanceof TransientFailure || error instanceof PermanentFailure)) throw error;
    site.log.warn({ err: error }, "Stripe could not be asked for a backer");
    return {
      text: markup`Stripe could not be asked just now. Please try again in a moment.`,
      status: 503,
    };
  }
}
