// Holds app.yml to what the code and the sandbox take it to ask of GitHub, and the README's installation to
// the events that the code understands of Stripe.
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { APP_EVENTS, APP_PERMISSIONS } from "../../sandbox/github/manifest.ts";
import { SUBSCRIBED_EVENTS } from "../../src/github/translate.ts";
import { STRIPE_EVENTS, translate } from "../../src/stripe/translate.ts";

const MANIFEST = parse(readFileSync("app.yml", "utf8"));

test("the App asks for the permissions that the sandbox grants, and no others", () => {
  expect(MANIFEST.default_permissions).toEqual(APP_PERMISSIONS);
});

test("the App subscribes to the events that are translated, and the sandbox sends the same", () => {
  expect(MANIFEST.default_events).toEqual(SUBSCRIBED_EVENTS);
  expect(APP_EVENTS).toEqual(SUBSCRIBED_EVENTS);
});

/** The step of the README's installation that tells of Stripe's webhooks, in its halves. */
function endpoints(): { own: string[]; connected: string[] } {
  const step = /^\d\. At Stripe: Developers → Webhooks[\s\S]*?(?=^\d\.)/m.exec(
    readFileSync("README.md", "utf8"),
  );
  const halves = (step?.[0] ?? "").split("*connected accounts*");
  const [own = [], connected = []] = halves.map((half) =>
    [...half.matchAll(/`([a-z_]+\.[a-z_.*]+)`/g)].map((match) => match[1] ?? ""),
  );
  return { own, connected };
}

/** The types that such a pattern of Stripe's dashboard takes in. */
function takenIn(pattern: string): string[] {
  const start = pattern.endsWith("*") ? pattern.slice(0, -1) : null;
  return STRIPE_EVENTS.filter((type) =>
    start === null ? type === pattern : type.startsWith(start),
  );
}

/** Whether anything follows from the event where it is sent: on our own account, or on a connected one. */
function isMeant(type: string, account: string | null): boolean {
  const object = { object: "any", id: "any_1", payment_intent: "pi_1", account: "acct_1" };
  const event = { id: "evt_1", object: "event" as const, livemode: false };
  return translate({ ...event, type, account, data: { object } }).length > 0;
}

test("the README has the operator subscribe to each event that is understood, where it is", () => {
  const { own, connected } = endpoints();
  for (const pattern of [...own, ...connected]) expect(takenIn(pattern)).not.toEqual([]);
  const ofOwn = own.flatMap(takenIn);
  const ofConnected = connected.flatMap(takenIn);
  expect([...ofOwn, ...ofConnected].toSorted()).toEqual(STRIPE_EVENTS.toSorted());
  expect(ofOwn.filter((type) => !isMeant(type, null))).toEqual([]);
  expect(ofConnected.filter((type) => !isMeant(type, "acct_1"))).toEqual([]);
});
