// Planted where it is judged who may, which forms are taken, and what people read on cards.
import { type Mutant, mutant } from "./mutant.ts";

/** Who comments is believed to hold a role for what GitHub's payload calls them. */
function trusting(name: string, associations: readonly string[]): Mutant {
  return {
    name,
    patches: [
      {
        file: "src/github/payloads.ts",
        find: "comment: z.object({ id: z.number(), body: z.string().nullish() }),",
        replace:
          "comment: z.object({ id: z.number(), body: z.string().nullish(), author_association: z.string() }),",
      },
      {
        file: "src/github/translate.ts",
        find: "    commentId: given.comment.id,\n",
        replace: `    commentId: given.comment.id,\n    mayCommand: ${JSON.stringify(associations)}.includes(given.comment.author_association),\n`,
      },
      {
        file: "src/store/message-schema.ts",
        find: "      commentId: id.nullable(),\n      request: requestSchema,\n",
        replace:
          "      commentId: id.nullable(),\n      mayCommand: z.boolean().optional(),\n      request: requestSchema,\n",
      },
      {
        file: "src/flow/resolve-command.ts",
        find: "  const role = roleAsked ? await github.roleOf(repository, by) : NO_ROLE;\n",
        replace:
          "  const asked0 = roleAsked ? await github.roleOf(repository, by) : NO_ROLE;\n  const role = message.mayCommand ? { ...asked0, push: true } : asked0;\n",
      },
    ],
  };
}

export const PEOPLE_MUTANTS: readonly Mutant[] = [
  trusting("whoever GitHub's payload calls a member may command", [
    "OWNER",
    "MEMBER",
    "COLLABORATOR",
  ]),
  trusting("whoever GitHub's payload calls a contributor may command", ["CONTRIBUTOR"]),
  // Forms
  mutant(
    "a bounty that is over takes pledges",
    "src/core/decide-pledge.ts",
    '  if (!isOpen(campaign)) return { refusal: "campaignIsOver" };\n  return isTooLate',
    "  return isTooLate",
  ),
  {
    name: "a policy that takes no promises takes them",
    patches: [
      {
        file: "src/core/decide-pledge.ts",
        find: '  if (form.mode !== "pay-now" && policy.pay === "now") return refuse({ refusal: "modeNotOffered" });\n',
        replace: "",
      },
      {
        file: "src/core/decide-pledge.ts",
        find: 'promisesOffered: campaign.kind !== "tip" && policy.pay !== "now",',
        replace: 'promisesOffered: campaign.kind !== "tip",',
      },
    ],
  },
  mutant(
    "a pledge may be as small as it likes",
    "src/core/decide-campaign.ts",
    "  if (minor < minimum) {\n",
    "  if (minor < minimum / 100n) {\n",
  ),
  mutant(
    "a label that is taken off ends what people have pledged to",
    "src/core/decide-campaign.ts",
    '  if (hasPledges(campaign)) return refuse({ refusal: "campaignHasPledges" });\n',
    "",
  ),
  mutant(
    "a promise lasts longer than its backer was told",
    "src/core/pledge.ts",
    "  return renewed ?? promisedAt + terms.lapseAfterDays * DAY_MS;\n",
    "  return renewed ?? promisedAt + (terms.lapseAfterDays + 30) * DAY_MS;\n",
  ),
  // Cards
  {
    name: "a card calls what is promised paid in, and what is paid in promised",
    patches: [
      {
        file: "src/core/card.ts",
        find: 'rows.push(["Paid in", money(campaign, totals.paidIn)]);',
        replace: 'rows.push(["Paid in", money(campaign, totals.promised)]);',
      },
      {
        file: "src/core/card.ts",
        find: '  row("Promised (card verified)", totals.promised);\n',
        replace: '  row("Promised (card verified)", totals.paidIn);\n',
      },
    ],
  },
  mutant(
    "what is being collected counts as paid in",
    "src/core/campaign.ts",
    "    paidIn,\n    promised,\n",
    "    paidIn: paidIn + collecting,\n    promised,\n",
  ),
  mutant(
    "what could not be collected is not told",
    "src/core/campaign.ts",
    "    uncollected: unpaid ? amount : 0n,\n",
    "    uncollected: 0n,\n",
  ),
  mutant(
    "a part that went back counts as a whole pledge",
    "src/core/campaign.ts",
    '    refundedCount: state === "refunded" ? 1 : 0,\n',
    "    refundedCount: pledge.refunded > 0n ? 1 : 0,\n",
  ),
  mutant(
    "an amount takes the place of the one that was asked for before",
    "src/core/decide-campaign.ts",
    "(before ?? 0n) + read.minor,\n",
    "read.minor,\n",
  ),
  mutant(
    "a bounty has no card before somebody pledges",
    "src/core/decide-campaign.ts",
    "effects: [...show(begun), link] };",
    "effects: [link] };",
  ),
];
