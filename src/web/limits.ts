// Counts what is asked for through the shared limits: per client address, per campaign, per person.
import type { Limit, Limits, Site } from "./site.ts";

/** Counts one more; the limit that is exceeded, or null. */
export async function exceeded(
  site: Site,
  options: { what: keyof Limits; who: string },
): Promise<Limit | null> {
  const limit = site.limits[options.what];
  return (await site.signal.allow({ ...options, ...limit })) ? null : limit;
}

/**
 * What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, since one customer of a
 * provider holds at least that many addresses.
 */
export function clientOf(address: string): string {
  const bare = address.toLowerCase().replace(/%.*$/, "");
  const mapped = /^::ffff:([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)$/.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  if (!bare.includes(":")) return bare;
  const [head = "", tail = ""] = bare.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const gap = bare.includes("::") ? Math.max(0, 8 - before.length - after.length) : 0;
  const groups = [...before, ...Array.from({ length: gap }, () => "0"), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
