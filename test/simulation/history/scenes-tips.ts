// The scene of tips: close to what one person is sent in a day, around midnight, by strangers and by whoever they are for.
import type { Dice } from "../random.ts";
import type { Step } from "../steps/table.ts";
import { TIP_LIMIT_CENTS } from "../town.ts";
import { aim } from "./aimed.ts";
import { bounty, connected } from "./parts.ts";
import type { Place } from "./scenes.ts";
import { DAY, HOUR, MINUTE } from "./times.ts";

const TO = "contributor";
/** Histories begin at nine in the morning, UTC. */
const MIDNIGHT = 15 * HOUR;

/** Offered, paid once or thought to be; held; never claimed; charged back. */
export function tipped(dice: Dice, { issue, at }: Place): Step[] {
  const atLimit = dice.chance(0.5);
  const count = atLimit ? 3 : 1 + dice.below(3);
  // All of them in a row, or some on this side of midnight and some on the other.
  const begins = dice.pick([at + HOUR, MIDNIGHT - 13 * MINUTE, MIDNIGHT - 25 * MINUTE]);
  const apart = dice.pick([MINUTE, 10 * MINUTE, HOUR]);
  const steps: Step[] = [...bounty(issue, at)];
  for (let index = 0; index < count; index += 1) {
    const tip = { tip: `tip-${issue}-${index}`, issue, at: begins + index * apart };
    steps.push(...(atLimit ? halfTheLimit(dice, tip) : anyTip(dice, tip)));
  }
  if (atLimit || dice.chance(0.85)) {
    const connect = dice.pick([
      begins + 12 * MINUTE,
      begins + 12 * MINUTE,
      begins + 3 * HOUR,
      begins + 9 * DAY,
      begins + 40 * DAY,
    ]);
    steps.push(
      ...(dice.chance(0.3) ? aim(dice, "transfer", connect + MINUTE - 1) : []),
      ...connected(TO, connect),
    );
  }
  if (!atLimit && dice.chance(0.2)) steps.push({ at: begins + 5 * HOUR, do: "decline", login: TO });
  return steps;
}

/** Offered by whoever it is for, or paid by them, signed in, when another offered it. */
export function ownTip(dice: Dice, { issue, at }: Place): Step[] {
  const [by, as] = dice.weigh<readonly [string, string | null]>([
    [1, [TO, null]],
    [1, ["stranger", TO]],
  ]);
  const tip = { tip: `tip-${issue}-0`, issue, at: at + HOUR };
  const payment = { cents: 2_000, card: "4000000000000077", by, as, clicks: 1 };
  return [...bounty(issue, at), ...offered(tip, payment)];
}

interface Tip {
  tip: string;
  issue: number;
  at: number;
}

/** Of 51.80 Stripe leaves 50: two of them are as much as the limit, a cent below it or beyond. */
function halfTheLimit(dice: Dice, tip: Tip): Step[] {
  const cents = 5_180 + dice.pick([0, 0, 1, -1]);
  const card = "4000000000000077";
  return offered(tip, { cents, card, by: "stranger", as: null, clicks: 1 });
}

function anyTip(dice: Dice, tip: Tip): Step[] {
  const cents = dice.weigh([
    [2, 500 + dice.below(5_000)],
    [1, 500 + dice.below(12_000)],
    [2, TIP_LIMIT_CENTS - dice.pick([0, 0, 1, -1])],
  ]);
  const [by, as] = dice.weigh<readonly [string, string | null]>([
    [6, [dice.pick(["stranger", "octo-alice"]), null]],
    [1, [dice.pick(["stranger", "maintainer"]), "octo-bob"]],
    // For themselves: by their own word, or on the page of what another offered.
    [1, [TO, null]],
    [1, ["stranger", TO]],
  ]);
  const clicks = dice.chance(0.3) ? 2 : 1;
  const card = dice.pick(["4242424242424242", "4000000000000077", "4000000000009995"]);
  return [
    ...(dice.chance(0.2) ? aim(dice, "page", tip.at + 9 * MINUTE) : []),
    ...offered(tip, { cents, card, by, as, clicks }),
    ...(dice.chance(0.1)
      ? [{ at: tip.at + DAY, do: "dispute", form: tip.tip, kind: "chargeback" } as Step]
      : []),
  ];
}

interface Payment {
  cents: number;
  card: string;
  by: string;
  /** Who is signed in on its page. */
  as: string | null;
  clicks: number;
}

function offered({ tip, issue, at }: Tip, { cents, card, by, as, clicks }: Payment): Step[] {
  const amount = `$${(cents / 100).toFixed(2)}`;
  const signedIn = as === null ? {} : { as };
  return [
    { at, do: "offerTip", tip, on: { issue }, by, to: TO, amount },
    { at: at + 10 * MINUTE, do: "clickTip", tip, cents, clicks, ...signedIn },
    { at: at + 12 * MINUTE, do: "pay", form: tip, card, gives: "through" },
  ];
}
