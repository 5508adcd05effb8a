// The town that every history begins in, made once and copied: GitHub with its people, Stripe with nothing.

import type { SandboxPorts } from "../../sandbox/ports.ts";
import { createTown, newKeys, type Town, type TownState } from "../../sandbox/town.ts";
import { INSTALLATION_TOKEN, PLACES } from "./clients.ts";

export const REPOSITORY = "acme/widgets";
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
  const state = town.snapshot();
  const { tokens } = state.github as { tokens: Record<string, unknown> };
  tokens[INSTALLATION_TOKEN] = {
    kind: "installation",
    installationId: github.installationId("acme"),
    permissions: {
      issues: "write",
      pull_requests: "write",
      checks: "write",
      contents: "read",
      metadata: "read",
    },
    repoIds: null,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  };
  return { state };
}

export function townFrom({ state }: TownTemplate, ports: SandboxPorts): Town {
  return createTown(ports, { places: PLACES }, state);
}
