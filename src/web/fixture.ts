// For tests: the pages over ports held in memory, with real entities, a clock that is set by hand, and
// ids that count. Whatever the pages ask for is kept, so that tests can see what was asked.
import type { Hono } from "hono";
import type { Award, Pull } from "../core/award.ts";
import { type Campaign, NO_TOTALS, type Person, type Repository } from "../core/campaign.ts";
import type { PledgeForm } from "../core/commands.ts";
import { type Handover, isPayeeOf } from "../core/handover.ts";
import type { PayingIn } from "../core/paying-in.ts";
import type { Payee } from "../core/payout.ts";
import { type Offer, type Pledge, STANDARD_TERMS } from "../core/pledge.ts";
import { DEFAULT_POLICY, type Policy } from "../core/policy.ts";
import type { Refund } from "../core/refund.ts";
import type { Refusal } from "../core/refusals.ts";
import type { Desk, PayoutLine, Reader } from "../ports.ts";
import { createWeb, type WebOptions } from "./web.ts";

/** What the operator has set of the terms. */
export const OFFER: Offer = { operatorFeeBasisPoints: 0, holdDaysMax: 90 };
export const PUBLIC_URL = "https://whipround.test";
export const NOON = Date.UTC(2027, 0, 15, 12);

export interface World {
  now: number;
  repositories: Repository[];
  campaigns: Campaign[];
  pledges: Pledge[];
  awards: Award[];
  pulls: Pull[];
  payees: Payee[];
  payouts: PayoutLine[];
  handovers: Handover[];
  /** What payees asked for, and took back. */
  handoversAsked: { person: Person; campaignId: string; login: string | null }[];
  refunds: Refund[];
  policy: Policy;
  nextRefundAt: number | null;
  payingIn: PayingIn;
  refusal: Refusal | null;
  /** Thrown by the desk's next calls. */
  failure: Error | null;
  signInFailure: Error | null;
  signedInAs: Person;
  problems: string[];
  clientAddress: string;
  /** What the desk and GitHub were asked, in order. */
  forms: PledgeForm[];
  connected: Person[];
  retried: string[];
  cardsChanged: string[];
  refreshed: number[];
  withdrawn: string[];
  renewed: { pledgeId: string; from: number; wordingHash: string }[];
  authorized: { state: string; codeChallenge: string; redirectUrl: string }[];
  exchanged: { code: string; codeVerifier: string; redirectUrl: string }[];
  received: { source: string; body: string }[];
  logged: object[];
  counts: Map<string, number>;
}

export function newWorld(parts: Partial<World> = {}): World {
  return {
    now: NOON,
    repositories: [repository()],
    campaigns: [campaign()],
    pledges: [],
    awards: [],
    pulls: [],
    payees: [],
    payouts: [],
    handovers: [],
    handoversAsked: [],
    refunds: [],
    policy: DEFAULT_POLICY,
    nextRefundAt: null,
    payingIn: "open",
    refusal: null,
    failure: null,
    signInFailure: null,
    signedInAs: { id: 77, login: "octo-worker" },
    problems: [],
    clientAddress: "192.0.2.1",
    forms: [],
    connected: [],
    retried: [],
    cardsChanged: [],
    refreshed: [],
    withdrawn: [],
    renewed: [],
    authorized: [],
    exchanged: [],
    received: [],
    logged: [],
    counts: new Map(),
    ...parts,
  };
}

export function repository(parts: Partial<Repository> = {}): Repository {
  return {
    id: 10,
    installationId: 1,
    ownerId: 2,
    owner: "octo-org",
    name: "engine",
    private: false,
    defaultBranch: "main",
    installed: true,
    ...parts,
  };
}

export function campaign(parts: Partial<Campaign> = {}): Campaign {
  return {
    id: "c1",
    repositoryId: 10,
    issueId: 1200,
    issueNumber: 12,
    issueTitle: "Crash when the config file is empty",
    issueOpen: true,
    issueReopened: false,
    kind: "bounty",
    goal: null,
    state: "open",
    currency: "usd",
    ask: 20_000n,
    createdBy: { id: 5, login: "octo-maintainer" },
    createdAt: NOON - 86_400_000,
    split: null,
    hold: null,
    waitingPullId: null,
    linked: false,
    endReason: null,
    paidOutside: null,
    unfinishedCommentId: null,
    cardCommentId: null,
    totals: { ...NO_TOTALS, paidIn: 12_000n, fees: 408n, backersCount: 3, unfinishedCount: 3 },
    ...parts,
  };
}

export function pledge(parts: Partial<Pledge> = {}): Pledge {
  return {
    id: "pledge1",
    campaignId: "c1",
    backerId: null,
    backerName: null,
    anonymous: false,
    amount: 2_500n,
    currency: "usd",
    state: "started",
    terms: {
      ...STANDARD_TERMS,
      mode: "pay-now",
      operatorFeeBasisPoints: 0,
      goalDeadline: null,
      wordingHash: "00",
    },
    renewals: [],
    startedAt: NOON,
    nonce: "nonce1",
    viaReply: null,
    sessionId: "cs_1",
    sessionUrl: "https://stripe.test/pay/cs_1",
    sessionExpiresAt: NOON + 1_800_000,
    pagesCount: 1,
    promisedAt: null,
    card: null,
    charging: null,
    paymentIntentId: null,
    chargeId: null,
    capturedAt: null,
    settlementCurrency: null,
    stripeFee: 0n,
    net: 0n,
    operatorFee: 0n,
    operatorFeeReturned: 0n,
    shared: 0n,
    released: 0n,
    sharesReturned: 0n,
    takenBack: 0n,
    refunding: 0n,
    refunded: 0n,
    refundsCount: 0,
    disputed: 0n,
    lost: 0n,
    sharesStopped: 0n,
    sharesGivenWay: 0n,
    covered: 0n,
    coveredForBank: 0n,
    setOff: 0n,
    handRefunding: 0n,
    handRefunded: 0n,
    handReturned: 0n,
    returnReason: null,
    ...parts,
  };
}

export function payout(parts: Partial<PayoutLine> = {}): PayoutLine {
  return {
    id: "pledge1:77:1",
    awardId: "a1",
    campaignId: "c1",
    pledgeId: "pledge1",
    payeeId: 77,
    round: 1,
    awardRound: 1,
    amount: 2_397n,
    currency: "usd",
    state: "waiting",
    payableFrom: 0,
    claimBy: NOON + 30 * 86_400_000,
    transferId: null,
    reversalIds: [],
    reversed: 0n,
    reversedReturned: 0n,
    overpaidBy: 0n,
    takenByBank: null,
    needsRelease: false,
    handedFrom: null,
    issue: "octo-org/engine#12",
    kind: "bounty",
    ...parts,
  };
}

export function open(world: World, options: Partial<WebOptions> = {}): Hono {
  let ids = 0;
  const note = (fields: object): void => {
    world.logged.push(fields);
  };
  return createWeb({
    read: readerOf(world),
    desk: deskOf(world),
    signIn: {
      authorizeUrl(asked) {
        world.authorized.push(asked);
        return `https://github.test/login/oauth/authorize?state=${asked.state}`;
      },
      async personByCode(asked) {
        world.exchanged.push(asked);
        if (world.signInFailure !== null) throw world.signInFailure;
        return world.signedInAs;
      },
    },
    signal: {
      wake() {},
      onWake() {},
      async allow({ what, who, limit }) {
        const key = `${what} ${who}`;
        const count = (world.counts.get(key) ?? 0) + 1;
        world.counts.set(key, count);
        return count <= limit;
      },
      async close() {},
    },
    clock: { now: () => world.now },
    random: {
      next: () => 0.5,
      id: () => `id${++ids}x`,
    },
    log: { debug: note, info: note, warn: note, error: note },
    publicUrl: PUBLIC_URL,
    sessionSecret: "a secret for tests",
    ...OFFER,
    clientAddress: () => world.clientAddress,
    receiveGithub: (request) => receive(world, "github", request),
    receiveStripe: (request) => receive(world, "stripe", request),
    ready: async () => ({ ok: world.problems.length === 0, problems: world.problems }),
    ...options,
  });
}

async function receive(world: World, source: string, request: Request): Promise<Response> {
  world.received.push({ source, body: await request.text() });
  return new Response("taken", { status: 202 });
}

function deskOf(world: World): Desk {
  const outcome = (url: string): { ok: true; url: string } | { ok: false; refusal: Refusal } => {
    if (world.failure !== null) throw world.failure;
    return world.refusal === null ? { ok: true, url } : { ok: false, refusal: world.refusal };
  };
  return {
    async startPledge(form) {
      world.forms.push(form);
      return outcome(`https://stripe.test/pay/${form.nonce}`);
    },
    async retryCharge(pledgeId) {
      world.retried.push(pledgeId);
      return outcome("https://stripe.test/authenticate/pi_1");
    },
    async changeCard(pledgeId) {
      world.cardsChanged.push(pledgeId);
      return outcome("https://stripe.test/setup/cs_2");
    },
    async declineShare() {
      throw new Error("no test declines");
    },
    async askHandover(person, { campaignId, login }) {
      if (world.failure !== null) throw world.failure;
      world.handoversAsked.push({ person, campaignId, login });
      return world.refusal === null ? { ok: true } : { ok: false, refusal: world.refusal };
    },
    async withdrawHandover(person, campaignId) {
      world.handoversAsked.push({ person, campaignId, login: null });
      return { ok: true };
    },
    async connectPayee(person) {
      world.connected.push(person);
      return outcome(`https://stripe.test/connect/${person.id}`);
    },
    async renewPledge(renewal) {
      world.renewed.push(renewal);
      return world.refusal === null ? { ok: true } : { ok: false, refusal: world.refusal };
    },
    async withdrawPledge(id) {
      world.withdrawn.push(id);
      if (world.failure !== null) throw world.failure;
      return world.refusal === null ? { ok: true } : { ok: false, refusal: world.refusal };
    },
    async refreshPayee(id) {
      world.refreshed.push(id);
      if (world.failure !== null) throw world.failure;
    },
    payingIn: async () => world.payingIn,
    platformCountry: async () => "US",
  };
}

function readerOf(world: World): Reader {
  const unused = (): never => {
    throw new Error("the pages do not ask this");
  };
  return {
    repositoryById: async (id) => world.repositories.find((one) => one.id === id) ?? null,
    repositoryByName: async (owner, name) =>
      world.repositories.find((one) => one.owner === owner && one.name === name) ?? null,
    policyOf: async () => ({ policy: world.policy, sha: null }),
    campaignById: async (id) => world.campaigns.find((one) => one.id === id) ?? null,
    wholeCampaign: async (id) => {
      const campaign = world.campaigns.find((one) => one.id === id);
      const repository = world.repositories.find((one) => one.id === campaign?.repositoryId);
      if (campaign === undefined || repository === undefined) return null;
      const award = world.awards.find((one) => one.campaignId === id) ?? null;
      return { campaign, repository, policy: world.policy, award };
    },
    campaignByIssue: async (repositoryId, number) =>
      world.campaigns.findLast(
        (one) => one.repositoryId === repositoryId && one.issueNumber === number,
      ) ?? null,
    campaignsOfRepository: async (id) => world.campaigns.filter((one) => one.repositoryId === id),
    pullsOfCampaign: async () => world.pulls,
    pullByNumber: async (_repositoryId, number) =>
      world.pulls.find((one) => one.number === number) ?? null,
    claimsOf: async () => [],
    movedFrom: async () => null,
    repositoryIdsOf: async () => [],
    pledgeById: async (id) => world.pledges.find((one) => one.id === id) ?? null,
    pledgesOfBacker: async (id) => world.pledges.filter((one) => one.backerId === id),
    refundsOfPledge: async (id) => world.refunds.filter((one) => one.pledgeId === id),
    nextRefundAt: async () => world.nextRefundAt,
    awardOf: async (id) => world.awards.find((one) => one.campaignId === id) ?? null,
    campaignsOfPayee: async (id) =>
      world.campaigns
        .filter((one) =>
          world.awards.some((award) => award.campaignId === one.id && isPayeeOf(award, id)),
        )
        .flatMap((one) => {
          const award = world.awards.find(({ campaignId }) => campaignId === one.id);
          const issue = `octo-org/engine#${one.issueNumber}`;
          return award === undefined ? [] : [{ ...one, issue, award }];
        }),
    owedTo: async (id) => ({
      shareWaits: world.payouts.some(({ payeeId, state }) => payeeId === id && state === "waiting"),
      awards: world.awards.flatMap((award) => {
        const campaign = world.campaigns.find((one) => one.id === award.campaignId);
        return campaign?.state === "awarded" ? [{ award, campaign }] : [];
      }),
    }),
    payoutsOfPayee: async (id) => world.payouts.filter((one) => one.payeeId === id),
    payeeById: async (id) => world.payees.find((one) => one.id === id) ?? null,
    payeeByAccount: unused,
    payeesOf: async (ids) => world.payees.filter((one) => ids.includes(one.id)),
    campaignsOfPull: unused,
    pullById: unused,
    noticesOf: unused,
    unfinishedPledgeIds: unused,
    pledgesOnPages: unused,
    payoutById: unused,
    askedHandovers: async (id) => world.handovers.filter(({ from }) => from.id === id),
    waitingPayoutIds: unused,
    heard: unused,
    isPending: unused,
    replyByKey: unused,
    balances: unused,
    operatorBalance: unused,
    cursor: unused,
    bookedTransactions: unused,
    knownDeliveries: unused,
    openCampaignIds: unused,
    waitingPayees: unused,
    postings: unused,
    openCurrencies: unused,
    troubles: unused,
  };
}

/** A form as a browser on our own pages posts it; `headers` may contradict. */
export function post(
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Request {
  return new Request(`${PUBLIC_URL}${path}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Origin: PUBLIC_URL,
      "Sec-Fetch-Site": "same-origin",
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });
}

export function get(path: string, headers: Record<string, string> = {}): Request {
  return new Request(`${PUBLIC_URL}${path}`, { headers });
}

/** The cookies that an answer sets, as a browser sends them back; those it ends are left out. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .filter((line) => !/Max-Age=0(;|$)/i.test(line))
    .map((line) => line.split(";", 1)[0])
    .join("; ");
}

/** Signs in as `world.signedInAs`; the cookies of the session. */
export async function signIn(web: Hono, world: World): Promise<string> {
  const begun = await web.fetch(post("/sign-in"));
  const state = world.authorized.at(-1)?.state ?? "";
  const finished = await web.fetch(
    get(`/oauth/callback?code=good&state=${state}`, { Cookie: cookiesOf(begun) }),
  );
  return cookiesOf(finished);
}

/** The value of a form's field as the page shows it. */
export function fieldOf(page: string, name: string): string | undefined {
  const tag = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(page)?.[0];
  return tag === undefined ? undefined : /value="([^"]*)"/.exec(tag)?.[1];
}
