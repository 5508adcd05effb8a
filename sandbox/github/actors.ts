// Who is calling: reads the Authorization header and nothing else. What the caller may do is access.ts's matter.
import { createVerify } from "node:crypto";
import { isBody } from "./fields.ts";
import { apiError, badCredentials } from "./http.ts";
import type { Level } from "./state.ts";
import type { World } from "./world.ts";

export type Actor =
  | { kind: "anonymous" }
  | { kind: "app" }
  | {
      kind: "installation";
      installationId: number;
      permissions: Record<string, Level>;
      repoIds: number[] | null;
    }
  | { kind: "user"; userId: number; viaApp: boolean };

export function readActor(world: World, authorization: string | null): Actor {
  if (!authorization) return { kind: "anonymous" };
  const [scheme = "", credential = ""] = authorization.split(/\s+/, 2);
  if (scheme.toLowerCase() === "basic") {
    const [, secret = ""] = Buffer.from(credential, "base64").toString().split(":");
    return readToken(world, secret);
  }
  if (!/^(bearer|token)$/i.test(scheme)) throw badCredentials();
  return /^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(credential)
    ? readJwt(world, credential)
    : readToken(world, credential);
}

function readToken(world: World, text: string): Actor {
  const token = world.state.tokens[text];
  if (!token || token.kind === "refresh") throw badCredentials();
  if (token.kind !== "personal" && token.expiresAtMs <= world.ports.now()) throw badCredentials();
  if (token.kind !== "installation") {
    return { kind: "user", userId: token.userId, viaApp: token.kind === "oauth" };
  }
  const installation = world.state.installations[token.installationId];
  if (!installation) throw badCredentials();
  if (installation.suspendedAtMs !== null) {
    throw apiError(403, "This installation has been suspended");
  }
  const { installationId, permissions, repoIds } = token;
  return { kind: "installation", installationId, permissions, repoIds };
}

function readJwt(world: World, jwt: string): Actor {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const { alg } = decode(header);
  const { iss, iat, exp } = decode(payload);
  const undecodable = apiError(401, "A JSON web token could not be decoded");
  if (alg !== "RS256") throw undecodable;
  const { app } = world.options;
  const verifier = createVerify("RSA-SHA256").update(`${header}.${payload}`);
  if (!verifier.verify(app.publicKeyPem, Buffer.from(signature, "base64url"))) throw undecodable;
  if (String(iss) !== String(app.id) && iss !== app.clientId) {
    throw apiError(401, "'Issuer' claim ('iss') must be an Integer or the app's client id");
  }
  const nowSeconds = Math.floor(world.ports.now() / 1000);
  if (typeof exp !== "number" || exp <= nowSeconds) {
    throw apiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (typeof iat !== "number" || iat > nowSeconds + 60) {
    throw apiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (exp - nowSeconds > 600) {
    throw apiError(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  return { kind: "app" };
}

function decode(
  part: string,
): Record<string, unknown> & { [name in "alg" | "iss" | "iat" | "exp"]?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return isBody(value) ? value : {};
  } catch {
    return {};
  }
}
