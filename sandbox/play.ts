// Plays the main job by itself: from a label on an issue to money in a contributor's Stripe account,
// as people would do it, and says whether all of it happened.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { formatMoney } from "../src/core/money.ts";
import { openStore } from "../src/store/open-store.ts";
import { type Host, openHost } from "./host.ts";
import { freePlaces } from "./listen.ts";
import { runApp } from "./run-app.ts";
import type { Places, Town } from "./town.ts";
import { createVisitor, hiddenFields, type Visitor } from "./visitor.ts";

const REPOSITORY = "acme/widgets";
const CARD = "4242424242424242";
const STEP_MS_MAX = 20_000;

interface Stage {
  town: Town;
  places: Places;
  print(line: string): void;
}

/** True when everything happened that should have. */
export async function play(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "whipround-play-"));
  const databaseFile = join(folder, "whipround.db");
  const places = await freePlaces();
  const trafficLog = process.env["SANDBOX_TRAFFIC_LOG"] ?? null;
  const host = await openHost({ places, file: null, trafficLog });
  const app = await runApp(host.town.environment, { databaseFile });
  const stage: Stage = { town: host.town, places, print: (line) => console.log(line) };
  const watch = watchCard(stage);
  try {
    await act(stage);
    return true;
  } catch (error) {
    console.error(`\nIt did not all happen: ${error instanceof Error ? error.message : error}`);
    return false;
  } finally {
    clearInterval(watch);
    await app.stop();
    await report(databaseFile, host, stage);
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function act(stage: Stage): Promise<void> {
  const { town, print } = stage;
  const maintainer = town.github.act("maintainer");
  const contributor = town.github.act("contributor");

  print('\n▸ maintainer opens an issue and labels it "bounty: $200"');
  const issue = await maintainer.openIssue({ title: "Dark mode", body: "My eyes." });
  await maintainer.label(issue.number, "bounty: $200");
  await until("the card is on the issue", () => cardOf(stage, issue.number) !== null);

  print("\n▸ two backers pledge on Stripe's page: $150.00 by name, $60.01 anonymously");
  await pledge(stage, issue.number, { amount: "150", name: "Example backer" });
  await pledge(stage, issue.number, { amount: "60.01", anonymous: "1" });
  await until("both are paid in", () =>
    /\$210\.01 of \$200\.00/.test(cardText(stage, issue.number)),
  );

  print(`\n▸ contributor opens a pull request that says "Fixes #${issue.number}"`);
  const pull = await contributor.openPull({
    title: "Add a dark mode",
    body: `Fixes #${issue.number}`,
  });
  const notice = (): string | undefined =>
    town.github
      .checkRuns(REPOSITORY, pull.head.sha)
      .map((run) => run.output.title ?? "")
      .find((title) => title.includes("$210.01"));
  await until("the notice stands on it", () => notice() !== undefined);
  print(`  check run: ${notice()}`);
  // GitHub's times have seconds: the notice must be older than the merge.
  await sleep(1_100);

  print("\n▸ maintainer merges it");
  await maintainer.merge(pull.number);
  await until("the bounty is awarded", () => /Awarded to/.test(cardText(stage, issue.number)));

  print("\n▸ contributor signs in with GitHub and connects a Stripe account");
  const account = await connect(stage, "contributor");
  await until("the money is there", () => /Bounty paid/.test(cardText(stage, issue.number)));

  const released = town.stripe.transfers().reduce((sum, { amount }) => sum + amount, 0);
  // 150.00 less 4.65, and 60.01 less 2.04: Stripe takes 2.9 % and 30 cents.
  if (released !== 20332) throw new Error(`released ${released} cents instead of 20332`);
  if (balanceOf(town, account) !== released) {
    throw new Error("the contributor's balance is not what was sent");
  }
}

/** Available and pending together: what was charged today becomes available in two days. */
function balanceOf({ stripe }: Town, account: string): number {
  const { available, pending } = stripe.accountBalance(account);
  return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
}

async function pledge(
  { town, places }: Stage,
  issueNumber: number,
  fields: Record<string, string>,
): Promise<void> {
  const visitor = browser();
  const url = `${places.app}/gh/${REPOSITORY}/issues/${issueNumber}`;
  const page = await visitor.get(url);
  const answer = await visitor.post(url, { ...hiddenFields(page), mode: "pay-now", ...fields });
  const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(answer.location ?? "")?.[1];
  if (session === undefined)
    throw new Error(`no way to Stripe's page: ${answer.status} ${answer.text}`);
  const outcome = town.stripe.pay(session, { card: CARD, email: "backer@example.com" });
  if (outcome.kind !== "complete") throw new Error(`the card was not charged: ${outcome.kind}`);
  const thanks = await visitor.get(outcome.redirect);
  if (thanks.status !== 200) throw new Error(`the success page answers ${thanks.status}`);
}

/** Signs in and goes through Stripe's onboarding; answers the Stripe account's id. */
async function connect({ town, places }: Stage, login: string): Promise<string> {
  const visitor = browser();
  const signIn = await visitor.post(`${places.app}/sign-in`, {});
  const authorize = new URL(signIn.location ?? "");
  const consent = await visitor.post(`${places.github}/login/oauth/authorize`, {
    ...Object.fromEntries(authorize.searchParams),
    as: login,
    decision: "authorize",
  });
  await visitor.get(consent.location ?? "");
  const onboarding = await visitor.post(`${places.app}/payee/connect`, {});
  const account = /(acct_[a-zA-Z0-9]+)/.exec(onboarding.location ?? "")?.[1];
  if (account === undefined) throw new Error(`no way to Stripe's onboarding: ${onboarding.status}`);
  town.stripe.onboard(account, {});
  return account;
}

function browser(): Visitor {
  return createVisitor((request) => fetch(request));
}

function cardOf({ town }: Stage, issueNumber: number): string | null {
  const comments = town.github.comments(REPOSITORY, issueNumber);
  return comments.find(({ body }) => body?.includes("whipround:card"))?.body ?? null;
}

/** The card without its markup, as somebody reads it. */
function cardText(stage: Stage, issueNumber: number): string {
  return (cardOf(stage, issueNumber) ?? "")
    .replace(/<!--.*?-->|<picture>.*?<\/picture>|<\/?sub>/gs, "")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function watchCard(stage: Stage): NodeJS.Timeout {
  let last = "";
  return setInterval(() => {
    const text = cardOf(stage, 1) === null ? "" : cardText(stage, 1);
    if (text === last) return;
    last = text;
    stage.print(`\n${text.replace(/^/gm, "  │ ")}`);
  }, 50);
}

async function report(databaseFile: string, { town }: Host, { print }: Stage): Promise<void> {
  const store = await openStore({ databaseUrl: null, file: databaseFile });
  print("\nThe ledger's postings:");
  for (const { source, destination, amount, currency } of await store.read.postings()) {
    print(`  ${formatMoney({ minor: amount, currency }).padStart(9)}  ${source} → ${destination}`);
  }
  await store.close();
  for (const { id } of town.stripe.accounts()) {
    print(`\nThe contributor's Stripe account ${id} holds ${money(balanceOf(town, id))}.`);
  }
}

function money(minor: number): string {
  return formatMoney({ minor: BigInt(minor), currency: "usd" });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + STEP_MS_MAX;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${STEP_MS_MAX / 1000} s until ${what}`);
    await sleep(25);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
