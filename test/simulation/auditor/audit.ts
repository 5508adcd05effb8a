// The auditor: every rule it knows, in one table. It reads Stripe, GitHub and the driver's notes, and the
// app's rows only as plain SQL; it shares no code with the core or the store.
import type { World } from "../world.ts";
import {
  commandsAreAnswered,
  nobodyIsAnsweredWithoutEnd,
  nothingIsSaidTwice,
  onlyMaintainersAreObeyed,
} from "./answers.ts";
import { cardsAreThere, cardsTellTheTruth, oneCardPerIssue } from "./cards.ts";
import { whoCanBePaidIsPaid } from "./claimed.ts";
import {
  awardsCallPromisesIn,
  chargesRestOnConsent,
  oneFormIsOnePledge,
  promisesAreChargedInTime,
  promisesHaveOneIntent,
  promisesWaitForTheAward,
} from "./consent.ts";
import { nothingIsHeldTooLong, refundsHaveTheirReason, splitsAreExact } from "./dates.ts";
import { paymentsAreKnown, pledgesEnd, queuesAreWorkedOff } from "./ends.ts";
import { rightFormsAreTaken, wrongFormsAreRefused } from "./forms.ts";
import {
  goalsPayOnlyWhenReached,
  goalsTellTheirDay,
  missedGoalsGiveBack,
  reachedGoalsStand,
} from "./goal-rules.ts";
import { handoversWereAgreed, whatWasGivenIsGone } from "./handovers.ts";
import { firstPayoutsWait, holdsHold } from "./holds.ts";
import { labelsAreAnswered } from "./labels.ts";
import { ledgerEqualsStripe, whatBanksHoldIsBooked } from "./ledger.ts";
import {
  chargesAreNotOverspent,
  fullRefundsHaveAReason,
  nobodyIsPaidTwice,
  nothingIsKept,
  theFeeIsExact,
} from "./money.ts";
import { noticesTellTheTruth } from "./notices.ts";
import {
  paidOutsideEndsNothingPledged,
  paidOutsideIsNoFigure,
  paidOutsideMovesNothing,
} from "./outside.ts";
import { partsAreAsAgreed } from "./parts.ts";
import { reconcileTellsTheTruth } from "./reconciliation.ts";
import { payeesAreWhoTheySay, releasesWereShown } from "./releases.ts";
import { stillOf } from "./still.ts";
import {
  onlyForBanksIsTakenBack,
  whatBanksAskAboutWaits,
  whatBanksTakeWaits,
  whatWasTakenBackWaits,
  whatWentBackIsNotSent,
} from "./taken.ts";
import { nobodyTipsThemselves, tipsGoToTheNamed, tipsKeepTheLimit, tipsWait } from "./tips.ts";

export interface Finding {
  rule: string;
  words: string;
}

/** `at rest`: nothing is under way any more; `at the end`: every date has passed, too. */
export type Moment = "at rest" | "at the end";

type Rule = (world: World, moment: Moment) => string[];

const RULES: Readonly<Record<string, Rule>> = {
  "the ledger equals Stripe": ledgerEqualsStripe,
  "what banks hold is booked": whatBanksHoldIsBooked,
  "a charge is not overspent": chargesAreNotOverspent,
  "nobody is paid twice": nobodyIsPaidTwice,
  "what banks take waits": whatBanksTakeWaits,
  "what banks ask about waits": whatBanksAskAboutWaits,
  "what went back is not sent": whatWentBackIsNotSent,
  "only for banks is anything taken back": onlyForBanksIsTakenBack,
  "what was taken back waits for a word": whatWasTakenBackWaits,
  "nothing is kept": nothingIsKept,
  "the operator's fee is exact": theFeeIsExact,
  "a full refund has a reason": fullRefundsHaveAReason,
  "a charge rests on consent": chargesRestOnConsent,
  "promises wait for the award": promisesWaitForTheAward,
  "awards call promises in": awardsCallPromisesIn,
  "promises are charged in time": promisesAreChargedInTime,
  "a promise has one intent": promisesHaveOneIntent,
  "a goal pays only when reached": goalsPayOnlyWhenReached,
  "a missed goal gives back": missedGoalsGiveBack,
  "a goal tells its day": goalsTellTheirDay,
  "a goal that was reached stands": reachedGoalsStand,
  "one form is one pledge": oneFormIsOnePledge,
  "wrong forms are refused": wrongFormsAreRefused,
  "right forms are taken": rightFormsAreTaken,
  "a release was shown": releasesWereShown,
  "a share goes to another only as asked and agreed": handoversWereAgreed,
  "a share that was given away is gone": whatWasGivenIsGone,
  "a refund has its reason": refundsHaveTheirReason,
  "nothing is held too long": nothingIsHeldTooLong,
  "splits are exact": splitsAreExact,
  "parts are as agreed": partsAreAsAgreed,
  "who can be paid is paid": whoCanBePaidIsPaid,
  "tips go to whom they name": tipsGoToTheNamed,
  "tips wait": tipsWait,
  "tips keep the limit": tipsKeepTheLimit,
  "nobody tips themselves": nobodyTipsThemselves,
  "first payouts wait": firstPayoutsWait,
  "holds hold": holdsHold,
  "payees are who they say": payeesAreWhoTheySay,
  "what was paid outside ends nothing that is pledged": paidOutsideEndsNothingPledged,
  "what was paid outside moves nothing": paidOutsideMovesNothing,
  "what was paid outside is no figure": paidOutsideIsNoFigure,
  "pledges end": pledgesEnd,
  "payments are known": paymentsAreKnown,
  "queues are worked off": queuesAreWorkedOff,
  "commands are answered": commandsAreAnswered,
  "labels are answered": labelsAreAnswered,
  "nobody is answered without end": nobodyIsAnsweredWithoutEnd,
  "only maintainers are obeyed": onlyMaintainersAreObeyed,
  "nothing is said twice": nothingIsSaidTwice,
  "one card per issue": oneCardPerIssue,
  "cards are there": cardsAreThere,
  "cards tell the truth": cardsTellTheTruth,
  "notices tell the truth": noticesTellTheTruth,
  "reconcile tells the truth": reconcileTellsTheTruth,
};

export function audit(moving: World, moment: Moment): Finding[] {
  const world = stillOf(moving);
  return Object.entries(RULES).flatMap(([rule, look]) =>
    look(world, moment).map((words) => ({ rule, words: `${moment}: ${words}` })),
  );
}
