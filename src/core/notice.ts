// The notice: the check run on a pull request that says what merging it would pay. It never blocks a merge.
import type { Pull } from "./award.ts";
import { awardable, type Campaign, isOpen, type PayeeShare } from "./campaign.ts";
import { chargesNow, isUnreached } from "./goal.ts";
import { formatMoney } from "./money.ts";
import { chargedText, promisedOf, raisedText } from "./raised.ts";
import { people } from "./replies.ts";

interface NoticeView {
  campaign: Campaign;
  payees: readonly PayeeShare[];
  rejected: boolean;
  pull: Pull;
  defaultBranch: string;
}

interface Notice {
  title: string;
  summary: string;
}

const CALM = "This check never blocks a merge.";

export function renderNotice(view: NoticeView): Notice {
  return nothingYet(view) ?? notByItself(view) ?? releases(view);
}

/** Whom the notice announces as paid by a merge: nobody where it says that a merge releases nothing by itself. */
export function announcedBy(view: NoticeView): readonly PayeeShare[] {
  return nothingYet(view) === null && notByItself(view) === null ? view.payees : [];
}

function nothingYet({ campaign, payees, rejected, pull }: NoticeView): Notice | null {
  const { issueNumber } = campaign;
  if (rejected) {
    return {
      title: "Merging releases nothing: a maintainer declined this claim",
      summary: `A maintainer declined this pull request's claim to the bounty on #${issueNumber}. They can still pay for it with \`/release\` after a merge. ${CALM}`,
    };
  }
  if (pull.repositoryId !== campaign.repositoryId) {
    return {
      title: "Merging releases nothing: the issue was transferred",
      summary: `The issue of this bounty is in another repository now. A pull request there can solve it. ${CALM}`,
    };
  }
  if (!isOpen(campaign)) {
    return {
      title: "Nothing more is released by merging",
      summary: `The bounty on #${issueNumber} is over or already awarded. ${CALM}`,
    };
  }
  if (payees.length === 0) {
    return {
      title: "Merging releases nothing yet: nobody is named to be paid",
      summary: `${raisedText(campaign)} for #${issueNumber}. The author of this pull request is a bot; a maintainer can name the people with \`/split @a 100\`. ${CALM}`,
    };
  }
  if (awardable(campaign) === 0n) {
    return {
      title: "Merging releases nothing yet: nothing is paid in or promised",
      summary: `What is pledged for #${issueNumber} by the time of the merge goes to ${people(payees)}, less fees. ${CALM}`,
    };
  }
  return null;
}

function notByItself({ campaign, payees, pull, defaultBranch }: NoticeView): Notice | null {
  const { issueNumber, ask, currency } = campaign;
  const raised = `${raisedText(campaign)} for #${issueNumber}`;
  if (isUnreached(campaign)) {
    const money = (minor: bigint): string => formatMoney({ minor, currency });
    return {
      title: "Merging releases nothing by itself: the goal is not reached",
      summary: `Of the goal on #${issueNumber}, ${money(awardable(campaign))}${ask === null ? "" : ` of ${money(ask)}`} is pledged. Nobody pays unless it is reached by its deadline; after a merge, \`/release\` pays once it is. ${CALM}`,
    };
  }
  if (pull.baseRef !== defaultBranch) {
    return {
      title: "Merging releases nothing by itself: this is not the default branch",
      summary: `${raised}. It is released by a merge into the default branch; after a merge into this one, \`/release\` pays it to ${people(payees)}, less fees. ${CALM}`,
    };
  }
  if (campaign.hold !== null) {
    return {
      title: "On hold: merging releases nothing by itself",
      summary: `A maintainer put the bounty on #${issueNumber} on hold. ${raised}; after the merge, \`/release\` pays it to ${people(payees)}, less fees. ${CALM}`,
    };
  }
  return null;
}

/** What is paid in is there; what is promised is said apart, with what may become of it. */
function releases({ campaign, payees, pull }: NoticeView): Notice {
  const { issueNumber, totals, currency } = campaign;
  const to = people(payees);
  const money = (minor: bigint): string => formatMoney({ minor, currency });
  const paidIn = money(totals.paidIn);
  const promised = promisedOf(campaign);
  const fees = "less fees (Stripe's, and the operator's if it takes one)";
  const merging = `Merging #${pull.number} into the default branch, so that it closes #${issueNumber},`;
  const after = `${CALM} A maintainer can change who is paid with \`/split\`, and stop it with \`/hold <why>\`.`;
  if (promised === 0n) {
    return {
      title: `Merging releases ${paidIn} to ${to}`,
      summary: `${merging} releases what is paid in for that issue: ${paidIn}, ${fees}, to ${to}. ${after}`,
    };
  }
  const besides = `${money(promised)} promised ${chargedText(campaign)}`;
  if (chargesNow(campaign)) {
    return {
      title: `Merging releases what is collected of ${money(totals.paidIn + promised)} to ${to}`,
      summary: `${merging} releases what is paid in for that issue by then, ${fees}, to ${to}. ${paidIn} is paid in; ${besides}. What is collected later goes to the same people. ${after}`,
    };
  }
  if (totals.paidIn === 0n) {
    return {
      title: `Merging charges ${money(promised)} promised for ${to}`,
      summary: `${merging} calls in what is promised for that issue: ${money(promised)} ${chargedText(campaign)}. What is collected goes to ${to}, ${fees}. ${after}`,
    };
  }
  return {
    title: `Merging releases ${paidIn} to ${to} and charges ${money(promised)} promised`,
    summary: `${merging} releases what is paid in for that issue: ${paidIn}, ${fees}, to ${to}. Besides, ${besides}; what is collected goes to the same people. ${after}`,
  };
}
