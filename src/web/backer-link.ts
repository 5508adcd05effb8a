// The signed link to one pledge: whoever has it may do what its backer may. It is minted anew wherever it
// is shown or mailed, always the same for the same end of its life; nothing on the server remembers it.
import * as z from "zod";
import { linkEndsAt, type Pledge } from "../core/pledge.ts";
import type { Clock } from "../ports.ts";
import { createSigner, type Signer } from "./signing.ts";
import type { Site } from "./site.ts";

const PayloadSchema = z.object({ pledgeId: z.string().min(1) });

interface Sealing {
  signer: Signer;
  clock: Clock;
}

function tokenOf({ signer, clock }: Sealing, pledge: Pledge): string {
  return signer.seal("backer", { pledgeId: pledge.id }, linkEndsAt(pledge) - clock.now());
}

export function backerPath(site: Site, pledge: Pledge): string {
  return `${site.base}/pledge/${tokenOf(site, pledge)}`;
}

/** The pledge that a token opens, or null: altered, made for something else, or over. */
export function pledgeIdOf({ signer }: Pick<Site, "signer">, token: string): string | null {
  return PayloadSchema.safeParse(signer.unseal("backer", token)).data?.pledgeId ?? null;
}

/** The link as mails carry it. */
export function createBackerLinks(options: {
  publicUrl: string;
  sessionSecret: string;
  clock: Clock;
}): (pledge: Pledge) => string {
  const { publicUrl, sessionSecret: secret, clock } = options;
  const signer = createSigner({ secret, clock });
  return (pledge) => `${publicUrl}/pledge/${tokenOf({ signer, clock }, pledge)}`;
}
