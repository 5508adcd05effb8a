// Bugs planted on purpose, one by one: each a piece of text that must stand exactly once in its file, and
// what stands there instead. The simulator must notice every one of them.
import { BANK_MUTANTS } from "./banks.ts";
import { type Mutant, mutant } from "./mutant.ts";
import { PEOPLE_MUTANTS } from "./people.ts";
import { SHARE_MUTANTS } from "./shares.ts";

export const MUTANTS: readonly Mutant[] = [
  // Repeats
  mutant(
    "a refund is repeated without looking for the first, under a new key",
    "src/flow/perform-stripe.ts",
    "    key: stripeKey(row),\n    mayExist: row.tries > 0,\n    effectKey: row.key,\n    pledgeId,",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    "    key: `${stripeKey(row)}:${row.tries}`,\n    mayExist: false,\n    effectKey: row.key,\n    pledgeId,",
  ),
  mutant(
    "a transfer is repeated without looking for the first, under a new key",
    "src/flow/perform-stripe.ts",
    "    key: stripeKey(row),\n    mayExist: row.tries > 0,\n    payout,",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    "    key: `${stripeKey(row)}:${row.tries}`,\n    mayExist: false,\n    payout,",
  ),
  mutant(
    "a comment is repeated without looking for the first",
    "src/github/comments.ts",
    "since === null ? null : await findWritten(place, { ...options, since }, connection)",
    "since === null || Date.now() > 0 ? null : await findWritten(place, { ...options, since }, connection)",
  ),
  mutant(
    "a delivery that comes twice counts twice",
    "src/github/receive.ts",
    "await accept(deliveriesOf({ ...read, at: clock.now() }));",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    "await accept(deliveriesOf({ ...read, deliveryId: `${read.deliveryId}-${Math.random()}`, at: clock.now() }));",
  ),
  mutant(
    "the nonce of the pledge form is dropped",
    "src/web/pledge-input.ts",
    "nonce: pledgeNonce(input, known.backerId),",
    "nonce: known.pledgeId,",
  ),
  // Crashes
  mutant(
    "a webhook is answered before it is stored",
    "src/flow/inbox.ts",
    "        await store.accept(group.flatMap(({ deliveries }) => deliveries));\n        for (const { stored } of group) stored();",
    "        for (const { stored } of group) stored();\n        await store.accept(group.flatMap(({ deliveries }) => deliveries));",
  ),
  {
    name: "what a dead process had leased is never taken up again",
    patches: [
      {
        file: "src/flow/outbox.ts",
        find: "const LEASE_MS = 120_000;",
        replace: "const LEASE_MS = 9e14;",
      },
      {
        file: "src/store/open-store.ts",
        find: "        await releaseEffects(trx);\n",
        replace: "        void releaseEffects;\n",
      },
    ],
  },
  mutant(
    "an effect ends before it is done",
    "src/flow/outbox.ts",
    "  return await settle(row, await perform(row, options), options);",
    "  await options.store.transact(async (trx) => trx.finishEffect(row, { at: options.clock.now() }));\n  const outcome = await perform(row, options);\n  await options.store.transact(async (trx) => {\n    for (const event of outcome.events ?? []) await ask(trx, about(event), options);\n    if (outcome.reply !== undefined) await trx.saveReply(outcome.reply);\n    const { effects = [] } = outcome;\n    await trx.apply({ changes: [], postings: [], effects }, options.clock.now());\n  });\n  return true;",
  ),
  mutant(
    "one network failure parks an effect",
    "src/flow/outbox.ts",
    "if (error instanceof PermanentFailure || (!isFailure(error) && row.tries >= TRIES_MAX)) {",
    "if (error instanceof Error || (!isFailure(error) && row.tries >= TRIES_MAX)) {",
  ),
  mutant(
    "Stripe's 429 is taken for a refusal",
    "src/stripe/failures.ts",
    'if (status === 429 || status === 409 || COLLISIONS.includes(error.code ?? "")) {',
    "if (status === 409) {",
  ),
  // Money
  mutant(
    "the operator's fee is rounded half up",
    "src/core/decide-distribution.ts",
    "const operatorFee = (held * BigInt(pledge.terms.operatorFeeBasisPoints)) / 10_000n;",
    "const operatorFee = (held * BigInt(pledge.terms.operatorFeeBasisPoints) + 5_000n) / 10_000n;",
  ),
  mutant(
    "the operator's fee is taken once per payee",
    "src/core/decide-distribution.ts",
    "const operatorFee = (held * BigInt(pledge.terms.operatorFeeBasisPoints)) / 10_000n;",
    "const operatorFee = (held * BigInt(pledge.terms.operatorFeeBasisPoints * award.payees.length)) / 10_000n;",
  ),
  mutant(
    "cents that a split leaves over vanish",
    "src/core/split.ts",
    "  while (left !== 0n) {",
    "  while (left > 99n) {",
  ),
  mutant(
    "Stripe's fee is not booked",
    "src/core/decide-payment.ts",
    "...move(account, STRIPE_FEES, { amount: fee, currency, balanceTransactionId }),",
    "",
  ),
  mutant(
    "a failed refund does not come back to its pledge",
    "src/core/decide-refund.ts",
    "        ...move(outgoingOf(refund), pledgeAccount(before.id), { amount, currency }),\n",
    "",
  ),
  mutant(
    "a pending refund counts as through",
    "src/core/decide-refund.ts",
    'return refund.state === "sending" ? both(seen, askAgain(known, situation)) : decision({});',
    'return refund.state === "sending" ? both(seen, refunded(known, situation)) : decision({});',
  ),
  mutant(
    "a share that nobody claimed stays",
    "src/core/decide-distribution.ts",
    '    effects: waiting.map(({ id, claimBy }) =>\n      at(claimBy, { effect: "returnPayout", payoutId: id }),\n    ),',
    "    effects: [],",
  ),
  // Dates
  mutant(
    "the refund date is forgotten",
    "src/core/decide-payment.ts",
    "const back = at(date, {",
    "const back = at(date + 9e12, {",
  ),
  // Releases
  mutant(
    "a merge releases without a notice",
    "src/core/award.ts",
    'blockers.push("noticeMissing");',
    "blockers.push();",
  ),
  mutant(
    "a hold stops nothing",
    "src/core/payout.ts",
    'if (campaign.hold !== null) return "campaign on hold";',
    "",
  ),
  mutant(
    "a first payout is not held",
    "src/core/payout.ts",
    'if (payee.payableFrom !== null && at < payee.payableFrom) return "first payout held";',
    "",
  ),
  // Who may
  mutant(
    "whoever may read may command",
    "src/github/people.ts",
    "push: flags.push === true,",
    "push: flags.pull === true,",
  ),
  mutant(
    "an edited comment commands",
    "src/github/translate.ts",
    '  ["issue_comment.created", onComment],',
    '  ["issue_comment.created", onComment],\n  ["issue_comment.edited", onComment],',
  ),
  // What people see
  mutant(
    "a refusal is swallowed",
    "src/flow/inbox.ts",
    "      await trx.apply(outcome, options.clock.now());",
    "      if (answer.ok) await trx.apply(outcome, options.clock.now());",
  ),
  mutant(
    "the card is not shown anew when a pledge changes",
    "src/core/steps.ts",
    "effects: [...show(finished.campaign), ...totalled.effects, ...finished.effects],",
    "effects: [...totalled.effects, ...finished.effects],",
  ),
  mutant(
    "the card is edited once and never again",
    "src/core/effects.ts",
    '    case "updateCard":\n    case "refreshNotices":\n    case "postNotice":\n    // One',
    '    case "refreshNotices":\n    case "postNotice":\n    // One',
  ),
  mutant(
    "a notice says for ever what it said first",
    "src/core/decide-award.ts",
    "campaign: { ...campaign, linked: true }",
    "campaign: { ...campaign, linked: false }",
  ),
  mutant(
    "pull requests are not told that a goal was missed",
    "src/core/decide-goal.ts",
    'reason: "goal missed", after: null }),\n      ...show(campaign),',
    'reason: "goal missed", after: null }),\n      ...show(missed),',
  ),
  // Promises
  mutant(
    "a promise that was taken back is charged all the same",
    "src/core/steps.ts",
    'const after: Pledge = { ...before, state: "withdrawn", returnReason: null };',
    'const after: Pledge = { ...before, state: "promised", returnReason: null };',
  ),
  mutant(
    "a lost webhook of a payment is never asked for again",
    "src/core/decide-payment.ts",
    '        at(situation.at + REREAD_MS, {\n          effect: "reread",',
    '        at(situation.at + 9e12, {\n          effect: "reread",',
  ),
  mutant(
    "a page that was paid is not asked for again when its webhook is lost",
    "src/core/decide-pledge.ts",
    "      at(expiresAt + REREAD_MS, {",
    "      at(expiresAt + 9e12, {",
  ),
  mutant(
    "a retried charge makes another intent",
    "src/flow/perform-charge.ts",
    "    key: stripeKey(row),\n    mayExist: row.tries > 0,\n    issue,",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    "    key: `${stripeKey(row)}:${row.tries}`,\n    mayExist: false,\n    issue,",
  ),
  // Somebody else in a payee's place
  mutant(
    "a handover is in force without an agreement",
    "src/core/decide-handover.ts",
    '    changes: [{ put: "handover", handover }],\n    effects: [\n      now({ effect: "reply",',
    '    changes: [\n      { put: "handover", handover },\n      { put: "award", award: { ...award, handed: [...award.handed, { from: person.id, to, by: person, at: situation.at }] } },\n      { put: "payee", payee: payeeRow(to, situation) },\n    ],\n    effects: [\n      now({ effect: "handShares", campaignId, payeeId: person.id, after: null }),\n      now({ effect: "reply",',
  ),
  mutant(
    "whoever is paid by a handover can agree to it",
    "src/core/decide-handover.ts",
    "if (asked.by.id === from.id || asked.by.id === to.id) {",
    "if (asked.by.id === from.id) {",
  ),
  mutant(
    "a handover goes by login",
    "src/core/decide-handover.ts",
    '(one) => one.state === "asked" && one.from.id === idOf(from) && one.to.id === idOf(to),',
    '(one) => one.state === "asked" && one.from.login === from && one.to.login === to && idOf(from) !== idOf(to),',
  ),
  mutant(
    "what was asked for before counts as well",
    "src/core/decide-handover.ts",
    'const ended = before === null ? decision({}) : ends(before, { campaign, state: "superseded" });',
    "const ended = decision({});\n  void before;",
  ),
  mutant(
    "an award that is taken back leaves its handovers in force",
    "src/core/decide-award.ts",
    "    declined: [],\n    handed: [],",
    "    declined: [],\n    handed: before?.handed ?? [],",
  ),
  mutant(
    "what is collected after a handover goes to the one who gave it away",
    "src/core/decide-payout.ts",
    '  return handedBy(award, payeeId) === null ? null : now({ effect: "handShares", ...step });\n',
    "  return null;\n",
  ),
  mutant(
    "whoever is paid in another's place is not held as first payouts are",
    "src/core/decide-handover.ts",
    "  const payee = payeeRow(to, situation);\n",
    "  const payee = { ...payeeRow(to, situation), payableFrom: 0 };\n",
  ),
  // Paid outside
  mutant(
    "what people have pledged to ends by a word",
    "src/core/decide-outside.ts",
    '  if (hasPledges(campaign)) return refuse({ refusal: "paidOutsideButPledged" });\n',
    "  void hasPledges;\n",
  ),
  mutant(
    "what was paid outside counts as paid out",
    "src/core/decide-outside.ts",
    'campaign: { ...campaign, state: "expired", waitingPullId: null, paidOutside },',
    'campaign: { ...campaign, state: "expired", waitingPullId: null, paidOutside, totals: { ...campaign.totals, released: read.minor } },',
  ),
  // Goals
  mutant(
    "a goal that is not reached is awarded by a word",
    "src/core/decide-award.ts",
    '  if (isUnreached(campaign)) return refuse({ refusal: "goalNotReached" });\n',
    "  void isUnreached;\n",
  ),
  mutant(
    "a consent reaches any number of extensions",
    "src/core/goal.ts",
    "return extensions.find(({ from }) => from === goalDeadline)?.to ?? goalDeadline;",
    "return extensions.at(-1)?.to ?? goalDeadline;",
  ),
  mutant(
    "the consent to paid-in money never ends",
    "src/core/goal.ts",
    "  if (goal === null || until === null || until >= goal.deadline || at < until) return false;\n",
    '  if (goal === null || until === null || until >= goal.deadline || at < until || pledge.terms.mode === "pay-now") return false;\n',
  ),
  mutant(
    "a missed goal gives nothing back",
    "src/core/decide-goal.ts",
    '      now({ effect: "returnPledges", campaignId: id, reason: "goal missed", after: null }),\n',
    "",
  ),
  mutant(
    "a withdrawal after the deadline undoes what was reached",
    "src/core/goal.ts",
    'if (state === "reached" && tooLittle && at < goal.deadline && goal.charge === "award") {',
    'if (state === "reached" && tooLittle && goal.charge === "award") {',
  ),
  {
    name: "a card that is declined undoes what was reached at once",
    patches: [
      {
        file: "src/core/goal.ts",
        find: "raised + totals.uncollected < ask;",
        replace: "raised < ask;",
      },
      {
        file: "src/core/goal.ts",
        find: 'at < goal.deadline && goal.charge === "award") {',
        replace: "at < goal.deadline) {",
      },
    ],
  },
  // Tips
  mutant(
    "the day's limit of tips is forgotten",
    "src/core/tip.ts",
    "  return used === 0 || used + part <= Number(WHOLE)\n",
    "  return used + part >= 0\n",
  ),
  mutant(
    "the day's limit of tips begins anew with each of them",
    "src/core/tip.ts",
    "tipDayUsed: used + part }",
    "tipDayUsed: part }",
  ),
  mutant(
    "whoever says so tips themselves",
    "src/core/decide-tip.ts",
    '  if (found.person.id === asked.by.id) return refuse({ refusal: "tipToOneself" });\n',
    "",
  ),
  mutant(
    "whoever is signed in pays their own tip",
    "src/core/decide-tip.ts",
    "  if (form.backerId !== null && form.backerId === payee?.id) {\n",
    "  if (form.backerId !== null && payee === undefined) {\n",
  ),
  mutant(
    "a tip is not held",
    "src/core/decide-distribution.ts",
    "  const payableFrom = time + operator.firstPayoutHoldDays * DAY_MS;\n",
    "  void operator;\n  const payableFrom = time;\n",
  ),
  // Another hand at Stripe, and dates that move
  mutant(
    "no share gives way to a refund by hand",
    "src/core/decide-hand-refund.ts",
    "  const given = least(lacking, pool + feeOnPool);\n",
    "  const given = least(lacking, 0n);\n",
  ),
  mutant(
    "a renewal holds paid-in money beyond its bound",
    "src/core/renewal.ts",
    "    : capturedAt + terms.holdDaysMax * DAY_MS;\n",
    "    : at + terms.lapseAfterDays * DAY_MS;\n",
  ),
  ...SHARE_MUTANTS,
  ...BANK_MUTANTS,
  ...PEOPLE_MUTANTS,
];
