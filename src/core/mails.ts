// Every mail to a backer: plain text from the newest state, or nothing when it is not true any more. Receipts
// are Stripe's. Nobody who paid is told that somebody else did not.
import { type Campaign, isOpen, type Repository } from "./campaign.ts";
import { isMendable } from "./decide-charge.ts";
import { at, type PlannedEffect } from "./effects.ts";
import { chargedWhen, chargesNow } from "./goal.ts";
import { formatMoney } from "./money.ts";
import { byHand, COLLECT_WITHIN_DAYS, DAY_MS, endsAt, type Pledge } from "./pledge.ts";
import { renewalOffer } from "./renewal.ts";
import { dateText } from "./text.ts";

export type MailAbout =
  | "your link"
  | "date comes"
  | "refund begun"
  | "refund through"
  | "charge failed";

export interface MailView {
  about: MailAbout;
  /** What it is about among several of a kind: the date in epoch milliseconds, the refund, the day. */
  of: string;
  pledge: Pledge;
  campaign: Campaign;
  repository: Pick<Repository, "owner" | "name">;
  /** The backer's own page. */
  link: string;
  at: number;
}

const REMIND_DAYS = 7;

/** The mail that comes before a date; one that is nearer already is on the page alone. */
export function reminderBefore(date: number, { pledge, time }: { pledge: Pledge; time: number }) {
  const dueAt = date - REMIND_DAYS * DAY_MS;
  const effect = { effect: "mailBacker", pledgeId: pledge.id, about: "date comes" } as const;
  const planned: PlannedEffect[] = [at(dueAt, { ...effect, of: String(date) })];
  return dueAt > time ? planned : [];
}

export function backerMail(view: MailView): { subject: string; text: string } | null {
  const said = bodyOf(view);
  if (said === null) return null;
  const where = `${view.repository.owner}/${view.repository.name}#${view.campaign.issueNumber}`;
  const text = [
    said.body,
    `Your pledge: ${view.link}`,
    "Keep that link to yourself: whoever has it can take your pledge back. Opening it changes nothing.",
  ].join("\n\n");
  return { subject: `${said.subject}: ${where}`, text: `${text}\n` };
}

interface Said {
  subject: string;
  body: string;
}

function bodyOf(view: MailView): Said | null {
  switch (view.about) {
    case "your link":
      return linkBody(view);
    case "date comes":
      return dateBody(view);
    case "refund begun":
    case "refund through":
      return refundBody(view);
    case "charge failed":
      return chargeBody(view);
  }
}

function money({ currency }: Pledge, minor: bigint): string {
  return formatMoney({ minor, currency });
}

function linkBody({ pledge, campaign }: MailView): Said | null {
  const amount = money(pledge, pledge.amount);
  const date = endsAt(pledge);
  if (date === null) return null;
  return pledge.state === "promised"
    ? { subject: `You promised ${amount}`, body: promiseBody(amount, { date, campaign }) }
    : {
        subject: `You paid ${amount}`,
        body: `Your payment waits for the work. If the bounty is not awarded by ${dateText(date)}, what Stripe's fee leaves of it goes back to your card. Until the award you can take it back yourself.`,
      };
}

function promiseBody(
  amount: string,
  { date, campaign }: { date: number; campaign: Campaign },
): string {
  const saved = "Your card is saved and nothing was charged.";
  const back =
    "Until it is charged you can take the promise back; after that, until the award, what Stripe's fee leaves of your money.";
  switch (chargedWhen(campaign)) {
    case "at the award":
      return `${saved} It is charged ${amount} when the bounty is awarded; if that does not happen by ${dateText(date)}, the promise ends. Until the award you can take it back.`;
    case "once reached":
      return `${saved} It is charged ${amount} as soon as the goal is reached; if that does not happen by its deadline, or by ${dateText(date)}, the promise ends. ${back}`;
    case "now":
      return `${saved} The goal is reached, so it is charged ${amount} now. ${back}`;
  }
}

function dateBody({ pledge, campaign, of, at: time }: MailView): Said | null {
  const date = endsAt(pledge);
  // It was renewed, awarded, withdrawn or ended meanwhile.
  if (date === null || date !== Number(of) || time >= date || !isOpen(campaign)) return null;
  const day = dateText(date);
  const renewable = renewalOffer({ pledge, campaign }, time) !== null;
  const keep = renewable
    ? " On your page one click moves the date, if you want to wait longer."
    : "";
  return pledge.state === "promised"
    ? {
        subject: `Your promise ends on ${day}`,
        body: `Your promise of ${money(pledge, pledge.amount)} ends on ${day}; nothing was charged, and you need not do anything.${keep}`,
      }
    : {
        subject: `Your money goes back on ${day}`,
        body: `The bounty is not awarded yet. On ${day} what Stripe's fee left of your ${money(pledge, pledge.amount - byHand(pledge))} goes back to your card, and you need not do anything.${keep}`,
      };
}

function refundBody({ pledge, about }: MailView): Said | null {
  if (about === "refund through") {
    const back = money(pledge, pledge.refunded + pledge.handRefunded);
    return {
      subject: `${back} went back to your card`,
      body: `In all ${back} of your ${money(pledge, pledge.amount)} went back to your card. Banks take five to ten days to show it.`,
    };
  }
  if (pledge.refunding === 0n) return null;
  const amount = money(pledge, pledge.refunding + pledge.handRefunding);
  return {
    subject: `${amount} is on its way back`,
    body: `Stripe was asked to return ${amount} to your card. We write again when it is through.`,
  };
}

function chargeBody({ pledge, campaign }: MailView): Said | null {
  const failedAt = pledge.charging?.failedAt ?? null;
  if (!isMendable(pledge) || failedAt === null) return null;
  const amount = money(pledge, pledge.amount);
  const last = dateText(failedAt + COLLECT_WITHIN_DAYS * DAY_MS);
  const calledIn = chargesNow(campaign)
    ? `goal that you promised ${amount} to is reached.`
    : `bounty that you promised ${amount} to is awarded.`;
  const what =
    pledge.charging?.problem === "authentication needed"
      ? "Your bank wants you to confirm the charge. Your page leads you there."
      : "Your bank declined the charge. On your page you can use another card.";
  return {
    subject: `Your ${amount} could not be charged yet`,
    body: `The ${calledIn} ${what} If it is not settled by ${last}, your promise ends and nothing is charged.`,
  };
}
