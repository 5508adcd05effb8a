// Planted where banks and the operator's hand take money back.
import { type Mutant, mutant } from "./mutant.ts";

export const BANK_MUTANTS: readonly Mutant[] = [
  mutant(
    "what a bank asks about is paid out all the same",
    "src/core/decide-payout.ts",
    '  if (needed(situation.pledge, "pledge").disputed > 0n) return wait;\n',
    "",
  ),
  mutant(
    "what a bank asks about goes back all the same",
    "src/core/steps.ts",
    "  if (after.disputed > 0n) {\n",
    "  if (after.disputed < 0n) {\n",
  ),
  {
    name: "what a bank asks about is awarded and paid out all the same",
    patches: [
      {
        file: "src/core/decide-distribution.ts",
        find: "  if (pledge.disputed > 0n) {\n",
        replace: "  if (pledge.disputed < 0n) {\n",
      },
      {
        file: "src/core/decide-payout.ts",
        find: '  if (needed(situation.pledge, "pledge").disputed > 0n) return wait;\n',
        replace: "",
      },
    ],
  },
  mutant(
    "what a bank gave back is not booked",
    "src/core/decide-dispute.ts",
    "movement.amount < 0n ? takeOut(books, movement) : putBack(books, movement, situation);",
    "movement.amount < 0n ? takeOut(books, movement) : books;\n    void putBack;",
  ),
  mutant(
    "nobody remembers what the operator covered for a bank",
    "src/core/decide-dispute.ts",
    "      covered: freed.pledge.covered + cover,\n      coveredForBank: freed.pledge.coveredForBank + cover,\n",
    "",
  ),
  mutant(
    "a bank's question is taken for a loss",
    "src/stripe/disputes.ts",
    '    case "warning_under_review":\n      return "inquiry";',
    '    case "warning_under_review":\n      return "lost";',
  ),
  mutant(
    "a question that came to nothing is taken for a loss",
    "src/stripe/disputes.ts",
    '    case "warning_closed":\n      return "closed";',
    '    case "warning_closed":\n      return "lost";',
  ),
  mutant(
    "a chargeback that is lost is never booked as gone",
    "src/core/decide-dispute.ts",
    "  const gone = isPending(phase) ? 0n : dispute.taken;\n",
    "  const gone = isPending(phase) ? 0n : dispute.taken - dispute.taken;\n",
  ),
  mutant(
    "banks' fees are not booked",
    "src/core/decide-dispute.ts",
    "  return fee >= 0n\n",
    "  if (fee > 0n) return [];\n  return fee >= 0n\n",
  ),
  mutant(
    "a share that a bank stopped stays stopped when it is won",
    "src/core/decide-verdict.ts",
    "    const amount = least(free, taken);\n",
    "    const amount = least(0n, taken);\n",
  ),
  mutant(
    "what is won after all is the backer's, though the operator had covered for it",
    "src/core/dispute.ts",
    "  const recovered = least(pledge.covered, amount);\n",
    "  const recovered = least(0n, amount);\n",
  ),
  mutant(
    "what the bank took beyond its pledge is asked of a payee though the operator bears it",
    "src/core/decide-dispute.ts",
    '  if (dispute.phase !== "lost" || operator.chargebacksBorneBy !== "payee") return [];\n',
    '  if (dispute.phase !== "lost") return [];\n  void operator;\n',
  ),
  mutant(
    "a transfer that was taken back is not booked",
    "src/core/decide-transfer.ts",
    "  if (reversals.length > 0) return takenBack({ sent, reversals }, situation);\n",
    "  void takenBack;\n",
  ),
  {
    name: "what the operator took back is sent again at once",
    patches: [
      {
        file: "src/core/decide-reversal.ts",
        find: "    needsRelease: true,\n",
        replace: "    needsRelease: false,\n",
      },
      {
        file: "src/core/decide-reversal.ts",
        find: "others: [...undone, ...again] }, known),\n    resent,\n",
        replace:
          "others: [...undone, ...again] }, known),\n    again.reduce((sum, round) => both(sum, payOrWait(round, { ...situation, pledge: back.pledge })), resent),\n",
      },
    ],
  },
];
