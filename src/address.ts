// The address a request came from. Behind a proxy on this machine or its private network, the proxy's
// word counts; from anywhere else the header is only a claim.
import { BlockList, isIPv6, type Socket } from "node:net";

const PROXIES = new BlockList();
PROXIES.addSubnet("127.0.0.0", 8);
PROXIES.addSubnet("10.0.0.0", 8);
PROXIES.addSubnet("172.16.0.0", 12);
PROXIES.addSubnet("192.168.0.0", 16);
PROXIES.addAddress("::1", "ipv6");
PROXIES.addSubnet("fc00::", 7, "ipv6");

export function clientAddressOf({
  socket,
  headers,
}: {
  socket: Pick<Socket, "remoteAddress">;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}): string {
  const peer = (socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");
  if (peer === "unknown" || !PROXIES.check(peer, isIPv6(peer) ? "ipv6" : "ipv4")) return peer;
  const forwarded = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .at(-1)
    ?.trim();
  return forwarded === undefined || forwarded === "" ? peer : forwarded;
}
