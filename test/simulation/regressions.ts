// Histories that once broke a rule, cut down to what it took: each must hold for ever.
import type { History } from "./history.ts";
import type { Step } from "./steps/table.ts";

const MINUTE = 60_000;

/** Sixty commands of a stranger within an hour, and a maintainer's and somebody else's between them. */
function flood(): Step[] {
  const texts = ["/pledge $20", "/help", "/tip @contributor $20", "/cancel it", "/pledge twenty"];
  const strangers = Array.from({ length: 60 }, (_, index): Step => {
    const text = texts[index % texts.length] ?? "";
    return { at: (5 + index) * MINUTE, do: "say", on: { issue: 0 }, by: "stranger", text };
  });
  const others = Array.from({ length: 15 }, (_, index): Step => {
    const by = index % 5 === 0 ? "octo-alice" : "maintainer";
    const at = (5.5 + 4 * index) * MINUTE;
    return { at, do: "say", on: { issue: 0 }, by, text: index % 2 === 0 ? "/help" : "/pledge $5" };
  });
  return [...strangers, ...others].sort((a, b) => a.at - b.at);
}

export const REGRESSIONS: readonly { what: string; history: History }[] = [
  {
    what: "a card that is written where its issue was transferred from is no list of comments",
    history: {
      seed: 43,
      settings: {
        feeBasisPoints: 0,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        { at: 61000, do: "label", on: { issue: 0 }, by: "maintainer", name: "bounty" },
        {
          at: 3660000,
          do: "openPull",
          pull: 0,
          issue: 0,
          author: "contributor",
          body: "Fixes #{issue 0}",
          with: [],
        },
        { at: 7260000, do: "transferIssue", issue: 0, by: "maintainer", covered: false },
      ],
    },
  },
  {
    what: "an App that was removed without a word leaves nothing to put aside",
    history: {
      seed: 397,
      settings: {
        feeBasisPoints: 0,
        firstPayoutHoldDays: 7,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        { at: 61000, do: "label", on: { issue: 0 }, by: "maintainer", name: "bounty" },
        {
          at: 3660000,
          do: "openPull",
          pull: 0,
          issue: 0,
          author: "contributor",
          body: "Fixes #{issue 0}",
          with: [],
        },
        {
          at: 7259999,
          do: "fault",
          fault: { on: "webhook", service: "github", nth: 1, fault: "lost", ms: 1609763 },
        },
        { at: 7260000, do: "uninstall" },
        { at: 10860000, do: "merge", pull: 0, by: "maintainer" },
      ],
    },
  },
  {
    what: "a clock that is an hour ahead does not hide the card that was written",
    history: {
      seed: 532,
      settings: {
        feeBasisPoints: 0,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "payee",
        reconciles: false,
      },
      steps: [
        {
          at: 59999,
          do: "fault",
          fault: { on: "write", at: "after POST /api/v3/repos/acme/widgets/issues", nth: 2, ms: 0 },
        },
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        { at: 60000, do: "clock", errorMs: 3600000 },
        { at: 61000, do: "label", on: { issue: 0 }, by: "maintainer", name: "bounty" },
        { at: 1116639, do: "openIssue", issue: 1, by: "maintainer" },
        { at: 1117639, do: "label", on: { issue: 1 }, by: "maintainer", name: "bounty" },
        { at: 1176639, do: "say", on: { issue: 1 }, by: "maintainer", text: "/release" },
      ],
    },
  },
  {
    what: "a stranger's sixty commands are not answered without end, a maintainer's every time",
    history: {
      seed: 5,
      settings: {
        feeBasisPoints: 0,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: MINUTE, do: "openIssue", issue: 0, by: "maintainer" },
        { at: 2 * MINUTE, do: "label", on: { issue: 0 }, by: "maintainer", name: "bounty" },
        {
          at: 3 * MINUTE,
          do: "fault",
          fault: { on: "webhook", service: "github", nth: 8, fault: "twice", ms: 40_000 },
        },
        {
          at: 3 * MINUTE,
          do: "fault",
          fault: { on: "webhook", service: "github", nth: 11, fault: "late", ms: 400_000 },
        },
        { at: 3 * MINUTE, do: "fault", fault: { on: "write", at: "", nth: 60, ms: 90_000 } },
        ...flood(),
      ],
    },
  },
  {
    what: "what a bank returns after its refund date goes back",
    history: {
      seed: 762,
      settings: {
        feeBasisPoints: 333,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: 2713982, do: "openIssue", issue: 1, by: "maintainer" },
        { at: 2714982, do: "label", on: { issue: 1 }, by: "maintainer", name: "bounty" },
        {
          at: 2773982,
          do: "click",
          issue: 1,
          form: "form-1-a",
          amount: "56.28",
          cents: 5628,
          mode: "pay-now",
          clicks: 1,
          looks: false,
        },
        { at: 2833982, do: "pay", form: "form-1-a", card: "4000000000000259", gives: "through" },
        { at: 6219475655, do: "verdict", form: "form-1-a", word: "won" },
      ],
    },
  },
  {
    what: "the App was removed and installed anew while its process was down",
    history: {
      seed: 2139,
      settings: {
        feeBasisPoints: 0,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        { at: 61000, do: "label", on: { issue: 0 }, by: "maintainer", name: "bounty" },
        {
          at: 120000,
          do: "click",
          issue: 0,
          form: "form-0-a",
          amount: "68.71",
          cents: 6871,
          mode: "pay-now",
          clicks: 1,
          looks: false,
        },
        { at: 180000, do: "pay", form: "form-0-a", card: "4000000000000077", gives: "through" },
        { at: 2446189, do: "openIssue", issue: 1, by: "maintainer" },
        {
          at: 3660000,
          do: "openPull",
          pull: 0,
          issue: 0,
          author: "contributor",
          body: "Fixes #{issue 0}",
          with: [],
        },
        {
          at: 6046189,
          do: "openPull",
          pull: 10,
          issue: 1,
          author: "contributor",
          body: "Fixes #{issue 1}",
          with: [],
        },
        { at: 7260000, do: "merge", pull: 0, by: "maintainer" },
        { at: 10860000, do: "connect", login: "contributor" },
        { at: 10919999, do: "fault", fault: { on: "write", at: "", nth: 41, ms: 12950553 } },
        { at: 10920000, do: "onboard", login: "contributor", country: "US" },
        { at: 13246189, do: "merge", pull: 10, by: "maintainer" },
        { at: 16846189, do: "uninstall" },
        {
          at: 227695633,
          do: "fault",
          fault: { on: "call", service: "stripe", to: "", nth: 1, fault: "slow there", ms: 6776 },
        },
      ],
    },
  },
  {
    what: "the operator kept their fee on a share that a refund by hand had taken",
    history: {
      seed: 2111,
      settings: {
        feeBasisPoints: 500,
        firstPayoutHoldDays: 7,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        { at: 61000, do: "label", on: { issue: 0 }, by: "maintainer", name: "bounty" },
        {
          at: 120000,
          do: "click",
          issue: 0,
          form: "form-0-a",
          amount: "33.02",
          cents: 3302,
          mode: "pay-now",
          clicks: 1,
          looks: false,
        },
        { at: 180000, do: "pay", form: "form-0-a", card: "4000000000000077", gives: "through" },
        {
          at: 3660000,
          do: "openPull",
          pull: 0,
          issue: 0,
          author: "contributor",
          body: "Fixes #{issue 0}",
          with: [],
        },
        { at: 7260000, do: "merge", pull: 0, by: "maintainer" },
        { at: 117988443, do: "refundByHand", form: "form-0-a", percent: 10 },
      ],
    },
  },
  {
    what: "tips that waited for an account leave within the limit of a day",
    history: {
      seed: 16,
      settings: {
        feeBasisPoints: 0,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "operator",
        reconciles: true,
      },
      steps: [
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        {
          at: 53280000,
          do: "offerTip",
          tip: "tip-0-1",
          on: { issue: 0 },
          by: "stranger",
          to: "contributor",
          amount: "$51.80",
        },
        {
          at: 53340000,
          do: "offerTip",
          tip: "tip-0-2",
          on: { issue: 0 },
          by: "stranger",
          to: "contributor",
          amount: "$99.99",
        },
        { at: 53880000, do: "clickTip", tip: "tip-0-1", cents: 5180, clicks: 1 },
        { at: 53940000, do: "clickTip", tip: "tip-0-2", cents: 9999, clicks: 1 },
        { at: 54000000, do: "pay", form: "tip-0-1", card: "4000000000000077", gives: "through" },
        { at: 54060000, do: "pay", form: "tip-0-2", card: "4242424242424242", gives: "through" },
        { at: 3509220000, do: "connect", login: "contributor" },
        { at: 3509280000, do: "onboard", login: "contributor", country: "US" },
      ],
    },
  },
  {
    what: "a goal that is reached while nobody can be told does not release what its notice said is not released",
    history: {
      seed: 31412,
      settings: {
        feeBasisPoints: 500,
        firstPayoutHoldDays: 0,
        chargebacksBorneBy: "payee",
        reconciles: false,
      },
      steps: [
        { at: 60000, do: "openIssue", issue: 0, by: "maintainer" },
        {
          at: 61000,
          do: "say",
          on: { issue: 0 },
          by: "maintainer",
          text: "/goal $50 by 2026-12-04",
        },
        { at: 333343, do: "openIssue", issue: 1, by: "maintainer" },
        { at: 334343, do: "label", on: { issue: 1 }, by: "maintainer", name: "bounty" },
        {
          at: 392343,
          do: "click",
          issue: 1,
          form: "form-1-a",
          amount: "23.82",
          cents: 2382,
          mode: "on-merge",
          clicks: 1,
          looks: false,
        },
        { at: 452343, do: "pay", form: "form-1-a", card: "4000000000000077", gives: "through" },
        {
          at: 3660000,
          do: "openPull",
          pull: 0,
          issue: 0,
          author: "contributor",
          body: "Fixes #{issue 0}",
          with: [],
        },
        {
          at: 3932343,
          do: "openPull",
          pull: 10,
          issue: 1,
          author: "contributor",
          body: "Fixes #{issue 1}",
          with: ["octo-bob"],
        },
        { at: 11132343, do: "merge", pull: 10, by: "maintainer" },
        { at: 45410660, do: "connect", login: "contributor" },
        { at: 45470660, do: "onboard", login: "contributor", country: "US" },
        { at: 313140000, do: "say", on: { issue: 0 }, by: "maintainer", text: "/extend 4" },
        {
          at: 316800000,
          do: "click",
          issue: 0,
          form: "form-0-c",
          amount: "10.00",
          cents: 1000,
          mode: "on-merge",
          clicks: 1,
          looks: false,
        },
        { at: 316860000, do: "pay", form: "form-0-c", card: "4000000000000077", gives: "through" },
        {
          at: 485700000,
          do: "click",
          issue: 0,
          form: "form-0-b",
          amount: "50.00",
          cents: 5000,
          mode: "on-merge",
          clicks: 1,
          looks: false,
        },
        {
          at: 485759999,
          do: "fault",
          fault: { on: "write", at: "after lease", nth: 2, ms: 113354506 },
        },
        { at: 485760000, do: "pay", form: "form-0-b", card: "4000000000000077", gives: "through" },
        { at: 489300000, do: "merge", pull: 0, by: "maintainer" },
      ],
    },
  },
];
