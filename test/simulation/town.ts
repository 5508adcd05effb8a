// The town that every history begins in, made once and copied: GitHub with its people, Stripe with nothing.

import { APP_PERMISSIONS } from "../../sandbox/github/manifest.ts";
import type { SandboxPorts } from "../../sandbox/ports.ts";
import { createTown, newKeys, type Town, type TownState } from "../../sandbox/town.ts";
import { STRIPE_EVENTS } from "../../src/stripe/translate.ts";
import { INSTALLATION_TOKEN, PLACES } from "./clients.ts";

export const OWNER = "acme";
/** As it is called in the beginning. */
export const REPOSITORY = `${OWNER}/widgets`;
/** Where issues may be transferred to. */
export const ELSEWHERE = { covered: `${OWNER}/gadgets`, uncovered: `${OWNER}/attic` };
/** The largest tip that the operator allows, and the most that one person is sent in tips in a day. */
export const TIP_LIMIT_CENTS = 10_000;
export const START = Date.UTC(2026, 11, 1, 9);

/** Who holds a role that may command under the default policy. */
const MAINTAINERS: readonly string[] = ["maintainer", "reviewer"];

const OTHERS = ["reviewer", "octo-alice", "octo-bob"];

export function isMaintainer(login: string): boolean {
  return MAINTAINERS.includes(login);
}

export interface TownTemplate {
  state: TownState;
}

export function createTownTemplate(): TownTemplate {
  const town = createTown(
    { now: () => START, random: () => 0.5, deliver: async () => new Response(null) },
    { places: PLACES, keys: newKeys(1024) },
    null,
  );
  const { github } = town;
  for (const login of OTHERS) github.addUser({ login });
  github.setRole(REPOSITORY, "reviewer", "write");
  // Whose comments GitHub marks as a member's, and who may do nothing all the same.
  github.addMember(OWNER, "stranger");
  const state = town.snapshot();
  const { tokens } = state.github as { tokens: Record<string, unknown> };
  tokens[INSTALLATION_TOKEN] = {
    kind: "installation",
    installationId: github.installationId(OWNER),
    permissions: APP_PERMISSIONS,
    repoIds: null,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  };
  return { state };
}

export function townFrom({ state }: TownTemplate, ports: SandboxPorts): Town {
  return createTown(ports, { places: PLACES, stripe: { enabledEvents: STRIPE_EVENTS } }, state);
}
