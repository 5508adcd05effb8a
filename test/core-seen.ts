// What a life came to, in words: random lives are worth something only if together they come to all of these.
import type { World } from "./core-world.ts";

export function endsOf(world: World): Set<string> {
  return new Set([
    ...pledgesOf(world),
    ...payoutsOf(world),
    ...campaignsOf(world),
    ...goalsOf(world),
  ]);
}

function pledgesOf({ pledges }: World): string[] {
  return [...pledges.values()].flatMap((pledge) => {
    const { state, returnReason, charging, renewals, handRefunded, sharesStopped, lost } = pledge;
    const byHand = handRefunded > 0n;
    return [
      ...[state, `${returnReason}`],
      ...(renewals.length > 0 ? ["renewed"] : []),
      ...(byHand ? ["by hand", `by hand, then ${state}`] : []),
      ...(byHand && sharesStopped > 0n && lost === 0n ? ["by hand, from shares"] : []),
      ...(state === "released" && charging !== null ? ["a promise paid out"] : []),
      ...(state === "withdrawn" && charging !== null ? ["a charge taken back"] : []),
      ...(returnReason === "withdrawn" && charging?.ending ? ["charged while taken back"] : []),
    ];
  });
}

function payoutsOf({ payouts, outbox }: World): string[] {
  return [
    ...[...payouts.values()].flatMap(({ state, handedFrom }) =>
      handedFrom === null ? [state] : [state, `handed, then ${state}`],
    ),
    ...[...outbox.values()].flatMap(({ effect }) =>
      effect.effect === "reverseTransfer" ? ["asked back from a payee"] : [],
    ),
  ];
}

function campaignsOf({ campaigns, awards }: World): string[] {
  return [
    ...[...campaigns.values()].flatMap(({ state, totals }) =>
      totals.uncollected > 0n ? [state, "uncollected"] : [state],
    ),
    ...[...awards.values()].flatMap(({ round, undone }) => [
      ...(undone === null ? [] : ["an award taken back"]),
      ...(round > 1 ? ["a second award"] : []),
    ]),
  ];
}

function goalsOf({ campaigns, pledges, outbox }: World): string[] {
  const goals = [...campaigns.values()].flatMap(({ id, state, goal, totals }) => {
    if (goal === null) return [];
    const mine = [...pledges.values()].filter(({ campaignId }) => campaignId === id);
    const calledIn = goal.charge === "reached" && mine.some(({ charging }) => charging !== null);
    return [
      `a goal, then ${state}`,
      ...(goal.extensions.length > 1 ? ["extended again"] : []),
      ...(calledIn ? ["charged when it was reached"] : []),
      ...(totals.uncollected > 0n ? [`not all collected, then ${state}`] : []),
      ...mine
        .filter(({ renewals, terms }) =>
          renewals.some(({ goalDeadline }) => goalDeadline !== terms.goalDeadline),
        )
        .map(({ state: end }) => `consented to a later deadline, then ${end}`),
      ...mine.map(({ state: end }) => `a goal ${state}, a pledge ${end}`),
    ];
  });
  const leftBehind = [...outbox.values()].some(
    ({ pending, effect }) => effect.effect === "endConsent" && !pending,
  );
  return leftBehind ? [...goals, "left behind by an extension"] : goals;
}
