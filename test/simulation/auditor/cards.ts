// One card per issue, where one belongs, and each of its figures is the truth: what Stripe verified, took, sent and gave
// back, what maintainers asked for, and how many are behind it.
import type { World } from "../world.ts";
import { asksOf } from "./asks.ts";
import { type Bounds, firstRefundOf, type Phase, type Truth, truthOf } from "./card-truth.ts";
import { sum } from "./stripe-books.ts";
import { botComments, isReachable, nameOf, type Thread, threads } from "./threads.ts";
import { obeyedAt } from "./words.ts";

export function oneCardPerIssue(world: World): string[] {
  return threads(world).flatMap((thread) => {
    const cards = cardsOn(world, thread).length;
    return cards > 1 ? [`${nameOf(thread)} has ${cards} cards`] : [];
  });
}

/** Of issues to which somebody pledged, or to which a maintainer attached something; wherever the bot may write. */
export function cardsAreThere(world: World): string[] {
  const { notes } = world;
  const tips = notes.clicks.filter(({ form }) => notes.tips.some(({ tip }) => tip === form));
  const toTips = new Set(tips.map(({ session }) => session));
  const heard = notes.faults === 0 && notes.policies.length === 0;
  return notes.issues.flatMap((number, slot) => {
    const thread = notes.moved.get(slot) ?? { repository: notes.repository, number };
    const isPledgedTo = notes.consents.some(
      ({ issue, session }) => issue === number && !toTips.has(session),
    );
    const isAttached =
      notes.comments.some((one) => {
        const attaches = one.thread === number && /^\/(bounty|goal)/.test(one.text);
        return attaches && obeyedAt(world, one) !== null;
      }) || notes.labels.some((one) => heard && one.thread === number && one.name === "bounty");
    const shown = threads(world).some((one) => nameOf(one) === nameOf(thread));
    const isDue = (isPledgedTo || isAttached) && shown && isReachable(world, thread);
    return isDue && cardsOn(world, thread).length === 0 ? [`${nameOf(thread)} has no card`] : [];
  });
}

export function cardsOn(world: World, thread: Thread): string[] {
  return botComments(world, thread)
    .map(({ body }) => body ?? "")
    .filter((body) => body.includes("<!-- whipround:card:"));
}

/** Each row with a figure, and what it counts. A row of nothing is not shown. */
const ROWS: readonly (readonly [row: RegExp, figure: keyof Truth])[] = [
  [/^\| (?:Paid in|Awarded, not yet paid out) \| (\$[0-9,.]+)/m, "paidIn"],
  // Which transfer that was taken back is to be sent again is not known outside: never more than was taken back.
  [/^\| of that, taken back by the operator \| (\$[0-9,.]+)/m, "takenBack"],
  [/^\| of that, clearing at Stripe \| (\$[0-9,.]+)/m, "clearing"],
  [/^\| Stripe's fees on it \| (\$[0-9,.]+)/m, "fees"],
  [/^\| Promised \(card verified\) \| (\$[0-9,.]+)/m, "promised"],
  [/^\| Still being collected \| (\$[0-9,.]+)/m, "collecting"],
  [/^\| Could not be collected \| (\$[0-9,.]+)/m, "uncollected"],
  [/^\| Paid out \| (\$[0-9,.]+)/m, "released"],
  [/^\| On its way back \| (\$[0-9,.]+)/m, "refunding"],
  [/^\| On its way back \| \S+ \((\d+) pledge/m, "refundingCount"],
  [/^\| Given back \| (\$[0-9,.]+)/m, "refunded"],
  [/^\| Given back \| \S+ \((\d+) pledge/m, "refundedCount"],
  [/^\| Disputed by a bank \| (\$[0-9,.]+)/m, "disputed"],
  [/^\| Lost to a chargeback \| (\$[0-9,.]+)/m, "lost"],
  [/^\| Backers \| (\d+) /m, "backers"],
];

const ASKED_FOR = /^\| Asked for \| (\$[0-9,.]+)/m;

export function cardsTellTheTruth(world: World): string[] {
  return threads(world).flatMap((thread) => {
    if (!isReachable(world, thread)) return [];
    const card = cardsOn(world, thread)[0];
    const campaign = /\/campaigns\/([^/]+)\/progress/.exec(card ?? "")?.[1];
    if (card === undefined || campaign === undefined) return [];
    const truth = truthOf(world, campaign, phaseOf(card));
    const asked = phaseOf(card) === "running" ? asksOf(world, thread, campaign) : NOTHING;
    const lies = [
      ...ROWS.flatMap(([row, figure]) => lieOf(card, { row, name: figure, truth: truth[figure] })),
      ...lieOf(card, { row: ASKED_FOR, name: "asked for", truth: asked }),
      ...liesInTitle(card),
      ...(phaseOf(card) === "running" ? lieInDate(card, firstRefundOf(world, campaign)) : []),
      ...(truth.released.least > 0 && phaseOf(card) !== "awarded"
        ? ["something was paid out"]
        : []),
    ];
    return lies.map((lie) => `the card of ${nameOf(thread)}: ${lie}`);
  });
}

const NOTHING: Bounds = { least: 0, most: 0 };

export function phaseOf(card: string): Phase {
  const title = titleOf(card);
  if (/^(Bounty|Goal|Goal reached): /.test(title)) return "running";
  return /awarded: |paid out: |nobody claimed it|nothing could be collected|taken back by/.test(
    title,
  )
    ? "awarded"
    : "over";
}

export function titleOf(card: string): string {
  return /^### (.*)$/m.exec(card)?.[1] ?? "";
}

function lieOf(
  card: string,
  { row, name, truth }: { row: RegExp; name: string; truth: Bounds | null },
): string[] {
  if (truth === null) return [];
  const shown = figureIn(card, row);
  if (shown >= truth.least && shown <= truth.most) return [];
  const known = truth.least === truth.most ? truth.least : `${truth.least} to ${truth.most}`;
  return [`${name} is ${shown}, in truth ${known}`];
}

function lieInDate(card: string, day: string | null): string[] {
  const shown = /^\| First refund unless awarded \| (\S+)/m.exec(card)?.[1] ?? "";
  return day === null || shown === day ? [] : [`its first refund is "${shown}", in truth "${day}"`];
}

type Raised = Record<"paidIn" | "promised" | "collecting", number>;

/** What a card says is raised, in cents. */
export function figuresOf(card: string): Raised {
  const figures = ROWS.map(([row, figure]) => [figure, figureIn(card, row)]);
  return Object.fromEntries(figures) as Raised;
}

/** Cents, or a count. */
function figureIn(card: string, row: RegExp): number {
  return numberOf(row.exec(card)?.[1] ?? "0");
}

/** Of `$12.50`, in cents, or of a count. */
export function numberOf(figure: string): number {
  const number = Number(figure.replace(/[$,]/g, ""));
  return figure.startsWith("$") ? Math.round(number * 100) : number;
}

const RAISED = /^\| (?:Paid in|Promised \(card verified\)|Still being collected) \| (\$[0-9,.]+)/gm;
const PAID_OUT = /^\| Paid out \| (\$[0-9,.]+)/m;

/** The title's figures are those of the rows. */
function liesInTitle(card: string): string[] {
  const title = titleOf(card);
  const figures = [...title.matchAll(/\$[0-9,.]*[0-9]/g)].map(([figure]) => numberOf(figure));
  const raised = [...card.matchAll(RAISED)].map(([, figure]) => numberOf(figure ?? ""));
  const rows =
    phaseOf(card) === "running"
      ? [sum(raised), figureIn(card, ASKED_FOR)]
      : [figureIn(card, PAID_OUT)];
  const lies = figures.some((figure, index) => figure !== rows[index]);
  return lies ? [`its title "${title}" is not what its rows say`] : [];
}
