// What people say on GitHub and what the bot answers, in one line each.
import { pledgeAndPay, REPOSITORY, type World } from "./world.ts";

export interface Answered {
  commentId: number;
  /** The bot's reactions to the comment: `rocket`, `confused`, `eyes`. */
  reactions: string[];
  /** The bot's replies in that thread since the comment, without their hidden markers. */
  replies: string[];
}

/** Somebody comments, and whatever follows happens. */
export async function say(
  world: World,
  login: string,
  number: number,
  body: string,
): Promise<Answered> {
  const before = texts(world, number).length;
  const { id } = await world.town.github.act(login).comment(number, body);
  await world.settle();
  return {
    commentId: id,
    reactions: reactionsTo(world, number, id),
    replies: texts(world, number).slice(before),
  };
}

/** Somebody puts labels on, and whatever follows happens; the bot's replies since. */
export async function label(
  world: World,
  login: string,
  number: number,
  ...names: string[]
): Promise<string[]> {
  const before = texts(world, number).length;
  await world.town.github.act(login).label(number, ...names);
  await world.settle();
  return texts(world, number).slice(before);
}

export async function unlabel(
  world: World,
  login: string,
  number: number,
  name: string,
): Promise<string[]> {
  const before = texts(world, number).length;
  await world.town.github.act(login).unlabel(number, name);
  await world.settle();
  return texts(world, number).slice(before);
}

export function reactionsTo({ town }: World, number: number, commentId: number): string[] {
  const found = town.github.comments(REPOSITORY, number).find(({ id }) => id === commentId);
  return Object.entries(found?.reactions ?? {}).flatMap(([kind, count]) =>
    kind !== "total_count" && typeof count === "number" && count > 0 ? [kind] : [],
  );
}

function texts(world: World, number: number): string[] {
  return world.replies(number).map((body) => body.replace(/\s*<!--.*?-->/gs, ""));
}

/** Of the bot's replies in that thread, which are minimised as resolved. */
export function foldedReplies({ town }: World, number: number): boolean[] {
  return town.github
    .comments(REPOSITORY, number)
    .filter(({ body }) => body?.includes("whipround:reply"))
    .map(({ minimizedReason }) => minimizedReason?.toLowerCase() === "resolved");
}

/** A new issue with a bounty on it; its number. */
export async function openBounty(world: World, amount = "$200"): Promise<number> {
  const maintainer = world.town.github.act("maintainer");
  const { number } = await maintainer.openIssue({ title: "Dark mode" });
  await maintainer.label(number, `bounty: ${amount}`);
  await world.settle();
  return number;
}

/** The check runs on a commit, newest last, by their titles. */
export function runTitles({ town }: World, sha: string): string[] {
  return town.github.checkRuns(REPOSITORY, sha).map(({ output }) => output.title ?? "");
}

/** The one card on an issue; throws when there is none, or more than one. */
export function cardOn(world: World, number: number): string {
  const [card, ...others] = world.cards(number);
  if (card === undefined || others.length > 0) {
    throw new Error(`issue ${number} has ${world.cards(number).length} cards`);
  }
  return card;
}

/** A bounty with a hundred dollars paid in; its issue's number. */
export async function paidBounty(world: World): Promise<number> {
  const number = await openBounty(world);
  await pledgeAndPay(world, number, "100");
  await world.settle();
  return number;
}

/** What the bot says on a thread, without its hidden markers. */
export function repliesOn(world: World, number: number): string[] {
  return texts(world, number);
}
