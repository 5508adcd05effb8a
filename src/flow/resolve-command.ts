// Commands from comments and labels: who asked, with which role, about which campaign.
import { attentionTo, isCounted, isDoneAnyway, usedUp } from "../core/attention.ts";
import { isMergedFor } from "../core/award.ts";
import { type Campaign, isOpen, type Repository } from "../core/campaign.ts";
import { type Asked, type MeantLabel, type Request, readLabel } from "../core/commands.ts";
import type { Command } from "../core/decide.ts";
import { lacksRole } from "../core/decide-campaign.ts";
import type { NamedPerson } from "../core/decision.ts";
import { NO_ROLE, type Policy } from "../core/policy.ts";
import type { GivenCommand, Hint, Subject } from "../ports.ts";
import { type Ask, about, standing } from "./ask.ts";
import { policyAsks, type Resolved, type Resolving, type Sources } from "./facts.ts";
import { pageAsks } from "./open-pages.ts";
import { withPeople } from "./pull-people.ts";

export async function resolveCommand(
  { message, key }: { message: GivenCommand; key: string },
  sources: Resolving,
): Promise<Resolved> {
  const { repository, thread, by, commentId, request } = message;
  const { github, read, clock } = sources;
  const { installationId } = repository;
  const heard = await read.heard({ personId: by.id, installationId });
  const isHeard = attentionTo(heard, clock.now()) === "answer";
  const roleAsked = needsRole(request) || !isHeard;
  const role = roleAsked ? await github.roleOf(repository, by) : NO_ROLE;
  const asked: Asked = { by, role, thread, commentId, key };
  const first = await firstPolicy(repository, sources);
  const { policy } = await read.policyOf(repository.id);
  // Nothing more is asked of GitHub for whoever is not answered.
  const asks: Ask[] =
    heard !== null && !isHeard && isCounted(asked, policy) && !isDoneAnyway(request)
      ? [{ refused: usedUp(heard), asked, request }]
      : await questionsOf(asked, request, { repository, sources });
  return { repository, asks: [...first, ...asks], roleAsked };
}

export async function resolveLabel(
  { message, key }: { message: Extract<Hint, { kind: "label" }>; key: string },
  sources: Resolving,
): Promise<Resolved> {
  const { repository, thread, by, label, added } = message;
  const first = await firstPolicy(repository, sources);
  const labels = await labelsOf(repository, first, sources);
  const meant = readLabel(label, labels);
  if (meant === null) return { repository, asks: first };
  const request: Request = added ? attaching(meant, label) : { command: "detachLabel", label };
  const role = await sources.github.roleOf(repository, by);
  const asked: Asked = { by, role, thread, commentId: null, key };
  const question = await onIssue(asked, request, { repository, sources });
  return { repository, asks: [...first, question] };
}

/** A repository we have not seen yet: its policy is read before its first command is decided. */
async function firstPolicy(repository: Repository, sources: Sources): Promise<Ask[]> {
  const { sha } = await sources.read.policyOf(repository.id);
  return sha === null ? policyAsks(repository, sources) : [];
}

function attaching(meant: MeantLabel, label: string): Request {
  return meant.kind === "goal"
    ? { command: "attachGoal", amount: meant.amount, by: null, label }
    : { command: "attachBounty", amount: meant.amount, label };
}

async function labelsOf(
  repository: Repository,
  first: readonly Ask[],
  { read }: Sources,
): Promise<Policy["labels"]> {
  for (const one of first) {
    if ("event" in one && one.event.event === "policyRead" && one.event.policy !== null) {
      return one.event.policy.labels;
    }
  }
  return (await read.policyOf(repository.id)).policy.labels;
}

function needsRole(request: Request): boolean {
  switch (request.command) {
    case "attachBounty":
    case "attachGoal":
    case "extendGoal":
    case "detachLabel":
    case "splitAward":
    case "releaseAward":
    case "agreeHandover":
    case "holdAward":
    case "rejectClaim":
    case "rejectHandover":
    case "cancelCampaign":
    case "recordPaidOutside":
      return true;
    case "offerPledge":
    case "offerTip":
    case "claimIssue":
    case "showHelp":
    case "misread":
      return false;
  }
}

interface Place {
  repository: Repository;
  sources: Resolving;
}

async function questionsOf(asked: Asked, request: Request, place: Place): Promise<Ask[]> {
  if (request.command === "offerTip") return [await onPerson(asked, request, place)];
  if (asked.thread.isPull) return onPull(asked, request, place);
  const { thread } = asked;
  const campaign = await place.sources.read.campaignByIssue(thread.repositoryId, thread.number);
  const paid = await pagesBefore(campaign, { asked, request, place });
  return [...paid, await onIssue(asked, request, place)];
}

/** A release awards, so that what was paid before it comes first; nobody else has Stripe asked. */
async function pagesBefore(
  campaign: Campaign | null,
  { asked, request, place }: { asked: Asked; request: Request; place: Place },
): Promise<Ask[]> {
  if (campaign === null || request.command !== "releaseAward") return [];
  const { policy } = await place.sources.read.policyOf(place.repository.id);
  return lacksRole(asked, policy) === null ? pageAsks(campaign, place.sources) : [];
}

/** About no campaign that is there already, wherever it is said. */
async function onPerson(asked: Asked, request: Request, place: Place): Promise<Ask> {
  const { repositoryId } = asked.thread;
  return {
    subject: { of: "repository", repositoryId },
    command: { command: "onGithub", asked, request, named: await named(request, place) },
  };
}

async function onIssue(asked: Asked, request: Request, place: Place): Promise<Ask> {
  const { repositoryId, issueId } = asked.thread;
  if (request.command === "releaseAward") {
    const pullNumbers = await rivals(asked, place);
    if (pullNumbers.length > 1) {
      return { refused: { refusal: "severalPulls", pullNumbers }, asked, request };
    }
  }
  return {
    subject: { of: "issue", repositoryId, issueId },
    command: { command: "onGithub", asked, request, named: await named(request, place) },
  };
}

/**
 * Merged pull requests of which `/release` on the issue could mean any: authors link theirs by an edit,
 * after the merge as well, so that what waits last need not be what the maintainer has in mind.
 */
async function rivals({ thread }: Asked, { sources }: Place): Promise<number[]> {
  const { read } = sources;
  const campaign = await read.campaignByIssue(thread.repositoryId, thread.number);
  if (campaign === null || !isOpen(campaign) || campaign.split !== null) return [];
  const pulls = await read.pullsOfCampaign(campaign.id);
  const merged = pulls.filter((pull) => isMergedFor(pull, campaign)).map(({ number }) => number);
  return merged.sort((a, b) => a - b);
}

async function onPull(asked: Asked, request: Request, place: Place): Promise<Ask[]> {
  const { repository, sources } = place;
  const facts = await sources.github.pull(repository, asked.thread.number);
  const pull = facts === null ? null : (await withPeople(repository, facts, sources)).pull;
  const meant =
    request.command === "claimIssue"
      ? await sources.read.campaignByIssue(repository.id, request.issueNumber)
      : await onlyOne({ pullId: pull?.id ?? null, request }, sources);
  if (meant !== null && "several" in meant) {
    const issueNumbers = meant.several.map(({ issueNumber }) => issueNumber);
    return [{ refused: { refusal: "severalCampaigns", issueNumbers }, asked, request }];
  }
  const place1 = pull === null ? {} : { pullId: pull.id };
  const subject: Subject =
    meant === null
      ? { of: "issue", repositoryId: repository.id, issueId: asked.thread.issueId, ...place1 }
      : { of: "campaign", campaignId: meant.id, ...place1 };
  const command: Command = {
    command: "onGithub",
    asked,
    request,
    named: await named(request, place),
  };
  if (pull === null) return [{ subject, command, known: { pull } }];
  const paid = await pagesBefore(meant, { asked, request, place });
  return [...paid, about({ event: "pullSeen", pull }), { subject, command }];
}

/** `/release` means the bounty that waits for this merge, even beside others that do not. */
async function onlyOne(
  { pullId, request }: { pullId: number | null; request: Request },
  { read }: Sources,
): Promise<Campaign | { several: Campaign[] } | null> {
  const linked = pullId === null ? [] : standing(await read.campaignsOfPull(pullId));
  const waiting = linked.filter(({ waitingPullId }) => waitingPullId === pullId);
  const meant = request.command === "releaseAward" && waiting.length > 0 ? waiting : linked;
  return meant.length > 1 ? { several: meant } : (meant[0] ?? null);
}

async function named(request: Request, { repository, sources }: Place): Promise<NamedPerson[]> {
  const people: NamedPerson[] = [];
  for (const login of loginsIn(request)) {
    people.push({ ...(await sources.github.personByLogin(repository, login)), login });
  }
  return people;
}

function loginsIn(request: Request): string[] {
  switch (request.command) {
    case "splitAward":
      return request.parts.map(({ login }) => login);
    case "agreeHandover":
    case "rejectHandover":
      return [request.to, request.from];
    case "offerTip":
      return [request.login];
    default:
      return [];
  }
}
