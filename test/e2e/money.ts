// What stories about money begin with: a bounty, money in it, an award; and faults at a chosen call.
import { type Fault, pledgeAndPay, REPOSITORY, type World } from "./world.ts";

/** An issue with a bounty that shows its card. */
export async function bounty(world: World): Promise<number> {
  const { number } = await world.town.github.act("maintainer").openIssue({ labels: ["bounty"] });
  await world.settle();
  return number;
}

/** A bounty with these amounts paid in, all cleared; their cards' money is available if `card` says so. */
export async function paidBounty(
  world: World,
  amounts: readonly string[],
  card?: string,
): Promise<number> {
  const number = await bounty(world);
  for (const amount of amounts) await pledgeAndPay(world, number, amount, card);
  await world.settle();
  return number;
}

/** A contributor's pull request that solves the issue is merged; its number. */
export async function solve(world: World, issueNumber: number): Promise<number> {
  const contributor = world.town.github.act("contributor");
  const { number } = await contributor.openPull({ body: `Fixes #${issueNumber}` });
  await world.settle();
  await world.town.github.act("maintainer").merge(number);
  await world.settle();
  return number;
}

/** The maintainer says it on the issue, and everything that follows from it happens. */
export async function say(world: World, issueNumber: number, text: string): Promise<number> {
  const { id } = await world.town.github.act("maintainer").comment(issueNumber, text);
  await world.settle();
  return id;
}

/** The next `times` calls that begin so meet this fault. */
export function strike(world: World, call: string, fault: () => Fault, times = 1): void {
  const side = call.includes("/api/v3/") || call.includes("/api/graphql") ? "github" : "stripe";
  const { faults } = world;
  const before = faults[side];
  let left = times;
  faults[side] = (request, made) => {
    if (left === 0 || !made.startsWith(call)) return before(request, made);
    left -= 1;
    return fault();
  };
}

/** Stripe's webhooks are not taken from now on; Stripe sends them again minutes after `resume`. */
export function refuseStripe({ webhooks }: World): { resume(): void } {
  const before = webhooks.deliver;
  webhooks.deliver = async (request, send) =>
    request.url.includes("/api/stripe/")
      ? new Response(null, { status: 500 })
      : before(request, send);
  return {
    resume() {
      webhooks.deliver = before;
    },
  };
}

/** The reactions on a comment of a person, as the App left them: `eyes`, `rocket`. */
export async function reactions(world: World, commentId: number): Promise<string[]> {
  const path = `/repos/${REPOSITORY}/issues/comments/${commentId}/reactions`;
  const { body } = await world.town.github.act("maintainer").request("GET", path);
  return (body as { content: string }[]).map(({ content }) => content);
}
