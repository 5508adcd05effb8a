// Histories that once broke a rule, cut down to what it took: each must hold for ever.
import type { History } from "./history.ts";

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
];
