// Every mail to a backer: plain text from the newest state, or nothing when it is not true any more. Receipts
// are Stripe's. Nobody who paid is told that somebody else did not.
import { awardable, type Campaign, isAwarded, isOpen, type Repository } from "./campaign.ts";
import { isMendable } from "./decide-charge.ts";
import { at, type PlannedEffect } from "./effects.ts";
import { chargedWhen, chargesNow, type GoalDate, goalDateOf, isUnreached } from "./goal.ts";
import { formatMoney } from "./money.ts";
import {
  byHand,
  COLLECT_WITHIN_DAYS,
  DAY_MS,
  endsAt,
  type Pledge,
  REMIND_DAYS,
  refundDate,
} from "./pledge.ts";
import { renewalOffer } from "./renewal.ts";
import { dateText } from "./text.ts";

export type MailAbout =
  | "your link"
  | "date comes"
  | "goal ends"
  | "consent ends"
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

interface Reminded {
  pledge: Pledge;
  campaign: Campaign;
}

/** The mails before the dates of a pledge: its own, and the one that its goal sets before that. */
export function reminders({ pledge, campaign }: Reminded, time: number): PlannedEffect[] {
  const own = endsAt(pledge);
  return [
    ...(own === null ? [] : before(own, { pledge, about: "date comes", time })),
    ...goalReminder({ pledge, campaign }, time),
  ];
}

/** An end of consent that is near is new to its backer, who is told of it at once. */
export function goalReminder({ pledge, campaign }: Reminded, time: number): PlannedEffect[] {
  const date = goalDateOf(pledge, campaign);
  if (date === null || date.at <= time) return [];
  if (date.is === "deadline") return before(date.at, { pledge, about: "goal ends", time });
  return [mailBefore(date.at, { pledge, about: "consent ends", time })];
}

interface Reminding {
  pledge: Pledge;
  about: MailAbout;
  time: number;
}

/** A date that is nearer already is on the page alone. */
function before(date: number, reminding: Reminding): PlannedEffect[] {
  const isNear = date - REMIND_DAYS * DAY_MS <= reminding.time;
  return isNear ? [] : [mailBefore(date, reminding)];
}

function mailBefore(date: number, { pledge, about, time }: Reminding): PlannedEffect {
  const dueAt = Math.max(time, date - REMIND_DAYS * DAY_MS);
  return at(dueAt, { effect: "mailBacker", pledgeId: pledge.id, about, of: String(date) });
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
    case "goal ends":
      return goalBody(view, "deadline");
    case "consent ends":
      return goalBody(view, "end of consent");
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
  if (pledge.state !== "promised" && isAwarded(campaign)) {
    const body =
      campaign.kind === "tip"
        ? "Your tip goes to the person it is for. What they do not claim goes back to your card."
        : "The bounty is awarded, and your payment is a part of it: it goes to the people who did the work.";
    return { subject: `You paid ${amount}`, body };
  }
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
  const keep = isRenewable(pledge, campaign, time)
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

/** When to look again whether a mail has to be said after all. null: never. */
export function laterAt(view: MailView): number | null {
  const is = goalDateIn(view.about);
  const date = is === null ? dateIfRejected(view) : dateIfWithdrawn(view, is);
  const next = view.at + DAY_MS;
  return date !== null && next < date ? next : null;
}

/** That of a goal's date, while the goal is reached: a withdrawal may undo that until its deadline. */
function dateIfWithdrawn(view: MailView, is: GoalDate["is"]): number | null {
  const { goal, state } = view.campaign;
  if (goal === null || state !== "reached" || goal.charge !== "award") return null;
  return dateStill(view, is)?.at ?? null;
}

/** That of paid-in money, while it is awarded: `/reject` may take the award back, and its date has kept running. */
function dateIfRejected({ about, of, pledge, campaign }: MailView): number | null {
  const date = refundDate(pledge);
  const isAwaiting = campaign.state === "awarded" && campaign.kind !== "tip";
  const isPaidIn = pledge.state === "paid" || pledge.state === "clearing";
  if (about !== "date comes" || !isAwaiting || !isPaidIn || pledge.returnReason !== null)
    return null;
  return date === Number(of) ? date : null;
}

function goalDateIn(about: MailAbout): GoalDate["is"] | null {
  if (about === "goal ends") return "deadline";
  return about === "consent ends" ? "end of consent" : null;
}

/** The date that the mail is about, if it was not moved meanwhile and is still to come. */
function dateStill(
  { pledge, campaign, of, at: time }: MailView,
  is: GoalDate["is"],
): GoalDate | null {
  const date = goalDateOf(pledge, campaign);
  return date?.is === is && date.at === Number(of) && time < date.at ? date : null;
}

/** Of a goal that is not reached, and whose date was not moved meanwhile. */
function goalBody(view: MailView, is: GoalDate["is"]): Said | null {
  const { pledge, campaign, at: time } = view;
  const { goal, ask, currency } = campaign;
  const date = dateStill(view, is);
  if (goal === null || ask === null || date === null || !isUnreached(campaign)) return null;
  // Deadlines are the first moment after their day.
  const day = dateText(date.at - 1);
  const missed =
    pledge.state === "promised"
      ? `your promise of ${money(pledge, pledge.amount)} ends and nothing is charged`
      : `what Stripe's fee left of your ${money(pledge, pledge.amount - byHand(pledge))} goes back to your card`;
  if (is === "deadline") {
    const raised = formatMoney({ minor: awardable(campaign), currency });
    return {
      subject: `The goal ends on ${day}`,
      body: `${raised} of ${formatMoney({ minor: ask, currency })} is pledged. If the goal is not reached by the end of ${day} (UTC), ${missed}; you need not do anything.`,
    };
  }
  const keep = isRenewable(pledge, campaign, time)
    ? " If you want to wait with the others, one click on your page takes you along."
    : "";
  return {
    subject: `Your pledge ends on ${day} unless you renew it`,
    body: `The maintainers moved the goal's deadline once more, to ${dateText(goal.deadline - 1)}. That needs your consent anew: without it, and if the goal is not reached by the end of ${day} (UTC), ${missed}.${keep}`,
  };
}

function isRenewable(pledge: Pledge, campaign: Campaign, time: number): boolean {
  return renewalOffer({ pledge, campaign }, time) !== null;
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
