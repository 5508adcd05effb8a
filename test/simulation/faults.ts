// What may go wrong between the app, GitHub and Stripe, as data: each fault waits for the nth thing of its
// kind that happens after it was set, and strikes once.

export type Service = "github" | "stripe";

/** What becomes of a call of the app's. */
export type CallFault =
  /** It never arrives; the app learns that the network failed. */
  | "never arrives"
  /** It is done, and the app learns that the network failed. */
  | "answer lost"
  | "failed with 5xx"
  | "done, then 5xx"
  | "limited"
  /** It is done after a while, or its answer comes after a while. */
  | "slow there"
  | "slow back";

export const CALL_FAULTS: readonly CallFault[] = [
  "never arrives",
  "answer lost",
  "failed with 5xx",
  "done, then 5xx",
  "limited",
  "slow there",
  "slow back",
];

/** What becomes of a webhook. */
export type WebhookFault =
  /** It never comes, however often it is sent. */
  | "lost"
  /** It comes `ms` later, after others. */
  | "late"
  /** It comes, and once more `ms` later. */
  | "twice"
  /** The app takes it, and the sender does not learn so. */
  | "answer lost";

export const WEBHOOK_FAULTS: readonly WebhookFault[] = ["lost", "late", "twice", "answer lost"];

export type Fault =
  /** `to`: only calls whose method and path begin so are counted; any, when it is empty. */
  | { on: "call"; service: Service; to: string; nth: number; fault: CallFault; ms: number }
  | { on: "webhook"; service: Service; nth: number; fault: WebhookFault; ms: number }
  /** The process dies at its nth place where it may (of those named so), and another starts `ms` later. */
  | { on: "write"; at: string; nth: number; ms: number };

export interface Faults {
  set(fault: Fault): void;
  /** The fault that strikes this call, webhook or write, if any. */
  onCall(service: Service, name: string): Extract<Fault, { on: "call" }> | null;
  onWebhook(service: Service): Extract<Fault, { on: "webhook" }> | null;
  onWrite(place: string): Extract<Fault, { on: "write" }> | null;
  clear(): void;
}

/** `struck` hears of each that strikes, and of the call or the write that it struck. */
export function createFaults(struck: (fault: Fault, name: string) => void): Faults {
  let waiting: Fault[] = [];

  function strike(matches: (fault: Fault) => boolean, name: string): Fault | null {
    let found: Fault | null = null;
    for (const fault of waiting) {
      if (!matches(fault)) continue;
      fault.nth -= 1;
      if (fault.nth <= 0) found ??= fault;
    }
    if (found === null) return null;
    waiting = waiting.filter((one) => one !== found);
    struck(found, name);
    return found;
  }

  return {
    set: (fault) => void waiting.push({ ...fault }),
    onCall: (service, name) =>
      strike(
        (one) => one.on === "call" && one.service === service && name.startsWith(one.to),
        name,
      ) as ReturnType<Faults["onCall"]>,
    onWebhook: (service) =>
      strike((one) => one.on === "webhook" && one.service === service, "") as ReturnType<
        Faults["onWebhook"]
      >,
    onWrite: (place) =>
      strike((one) => one.on === "write" && place.startsWith(one.at), place) as ReturnType<
        Faults["onWrite"]
      >,
    clear() {
      waiting = [];
    },
  };
}
