// Every command a person can give, in one table: it parses comments and generates `/help`, the web help
// and the README's table. A command may be refused; who may give it is judged when it is decided.
import type { Person } from "./campaign.ts";
import type { PledgeMode } from "./pledge.ts";
import type { Policy, Role } from "./policy.ts";
import { basisPointsOf } from "./split.ts";

/** The issue or pull request a command was given on. */
export interface Thread {
  repositoryId: number;
  /** GitHub's id of the issue (for a pull request: of its issue side). */
  issueId: number;
  number: number;
  title: string;
  open: boolean;
  isPull: boolean;
}

/** Who asked, where, and with which role: facts the decision rests on. */
export interface Asked {
  by: Person;
  role: Role;
  thread: Thread;
  /** The comment that carries the command; null for a label. */
  commentId: number | null;
  /** Unique per command given: the delivery and its place in it. Names the reply. */
  key: string;
}

/** What a comment's line or a label asks for, before anybody's role is known. */
export type Request =
  | { command: "attachBounty"; amount: string | null; label: string | null }
  | { command: "attachGoal"; amount: string; by: string | null; label: string | null }
  | { command: "extendGoal"; days: number }
  | { command: "detachLabel"; label: string }
  | { command: "offerPledge"; amount: string }
  | { command: "claimIssue"; issueNumber: number }
  | { command: "splitAward"; parts: { login: string; weight: number }[] }
  | { command: "releaseAward" }
  | { command: "agreeHandover"; to: string; from: string }
  | { command: "holdAward"; why: string }
  | { command: "rejectClaim"; why: string }
  | { command: "rejectHandover"; to: string; from: string }
  | { command: "cancelCampaign"; why: string }
  | { command: "recordPaidOutside"; amount: string }
  | { command: "offerTip"; login: string; amount: string }
  | { command: "showHelp" }
  | { command: "misread"; name: CommandName };

export type CommandName = (typeof COMMANDS)[number]["name"];

/** A pledge form as posted. */
export interface PledgeForm {
  campaignId: string;
  pledgeId: string;
  amount: string;
  mode: PledgeMode;
  backerId: number | null;
  name: string | null;
  anonymous: boolean;
  nonce: string;
  viaReply: string | null;
  /** SHA-256 (hex) of the wording on the page that was posted. */
  wordingHash: string;
}

interface CommandSpec {
  name: string;
  usage: string;
  who: "maintainer" | "anyone" | "author of a pull request";
  what: string;
  example: string;
  /** null when the arguments make no sense. */
  read(args: string): Request | null;
}

const MAX_WHY_LENGTH = 500;

export const COMMANDS = [
  {
    name: "bounty",
    usage: "/bounty [amount]",
    who: "maintainer",
    what: "attach a bounty to the issue; the amount is what it asks for, and amounts add up",
    example: "/bounty $200",
    read: (args) => ({ command: "attachBounty", amount: args === "" ? null : args, label: null }),
  },
  {
    name: "goal",
    usage: "/goal <amount> by <date>",
    who: "maintainer",
    what: "attach a goal: reached by the end of that day (UTC), or nobody pays",
    example: "/goal $500 by 2027-01-31",
    read: readGoal,
  },
  {
    name: "pledge",
    usage: "/pledge <amount>",
    who: "anyone",
    what: "get a link to a pledge page with the amount filled in",
    example: "/pledge $20",
    read: (args) => (args === "" ? null : { command: "offerPledge", amount: args }),
  },
  {
    name: "claim",
    usage: "/claim #n",
    who: "author of a pull request",
    what: "say that your pull request solves issue n (in its text or in a comment on it)",
    example: "/claim #12",
    read: readClaim,
  },
  {
    name: "split",
    usage: "/split @a 70 @b 30",
    who: "maintainer",
    what: "set who is paid which share",
    example: "/split @octo-alice 70 @octo-bob 30",
    read: readSplit,
  },
  {
    name: "release",
    usage: "/release",
    who: "maintainer",
    what: "pay for the merged pull request now; also ends a hold. `/release @a for @b` agrees that one is paid in the place of the other, who asked for it",
    example: "/release",
    read: (args) =>
      args === "" ? { command: "releaseAward" } : readHandover("agreeHandover", args),
  },
  {
    name: "hold",
    usage: "/hold <why>",
    who: "maintainer",
    what: "stop payouts until `/release`",
    example: "/hold the fix may be reverted",
    read: (args) => (args === "" ? null : { command: "holdAward", why: shorten(args) }),
  },
  {
    name: "extend",
    usage: "/extend <days>",
    who: "maintainer",
    what: "move a goal's deadline, before it has passed",
    example: "/extend 14",
    read: (args) => {
      const days = /^([1-9][0-9]{0,3})(?: days?)?$/.exec(args)?.[1];
      return days === undefined ? null : { command: "extendGoal", days: Number(days) };
    },
  },
  {
    name: "reject",
    usage: "/reject <why>",
    who: "maintainer",
    what: "decline a pull request's claim; after its award, take the award back as long as nothing has left. `/reject @a for @b` declines that",
    example: "/reject it does not solve the issue",
    read: readReject,
  },
  {
    name: "cancel",
    usage: "/cancel <why>",
    who: "maintainer",
    what: "end the bounty or goal and give everybody their money back",
    example: "/cancel we decided against this feature",
    read: (args) => (args === "" ? null : { command: "cancelCampaign", why: shorten(args) }),
  },
  {
    name: "paid",
    usage: "/paid <amount>",
    who: "maintainer",
    what: "say that it was paid outside of Whipround; ends a bounty or goal that nobody has pledged to",
    example: "/paid $200",
    read: (args) => (args === "" ? null : { command: "recordPaidOutside", amount: args }),
  },
  {
    name: "tip",
    usage: "/tip @user <amount>",
    who: "anyone",
    what: "get a link to pay a contributor once for their work",
    example: "/tip @octo-alice $20",
    read: readTip,
  },
  {
    name: "help",
    usage: "/help",
    who: "anyone",
    what: "show this list",
    example: "/help",
    read: () => ({ command: "showHelp" }),
  },
] as const satisfies readonly CommandSpec[];

function shorten(text: string): string {
  const letters = [...text];
  return letters.length > MAX_WHY_LENGTH ? `${letters.slice(0, MAX_WHY_LENGTH).join("")}…` : text;
}

/** Without a date the policy's number of days is meant. */
function readGoal(args: string): Request | null {
  const [, amount = "", by = null] = /^(.*?)(?:\s+by\s+(\S+))?$/i.exec(args) ?? [];
  return amount === "" ? null : { command: "attachGoal", amount, by, label: null };
}

function readClaim(args: string): Request | null {
  const digits = /^#?([0-9]{1,9})$/.exec(args)?.[1];
  return digits === undefined ? null : { command: "claimIssue", issueNumber: Number(digits) };
}

function readTip(args: string): Request | null {
  const [, login, amount] = /^@([a-z0-9](?:[a-z0-9-]{0,38}))\s+(\S.*)$/i.exec(args) ?? [];
  return login === undefined || amount === undefined
    ? null
    : { command: "offerTip", login, amount };
}

/** Who is paid in whose place: both are named, so that what was asked for meanwhile is never meant. */
function readHandover(command: "agreeHandover" | "rejectHandover", args: string): Request | null {
  const name = "@([a-z0-9](?:[a-z0-9-]{0,38}))";
  const words = command === "rejectHandover" ? "(?:\\s.*)?" : "";
  const [, to, from] = new RegExp(`^${name}\\s+for\\s+${name}${words}$`, "i").exec(args) ?? [];
  return to === undefined || from === undefined ? null : { command, to, from };
}

/** What begins like the one form and is not it must not be taken for the other, which takes awards back. */
function readReject(args: string): Request | null {
  if (args === "") return null;
  return /^@\S+\s+for(?:\s|$)/i.test(args)
    ? readHandover("rejectHandover", args)
    : { command: "rejectClaim", why: shorten(args) };
}

const MAX_PAYEES = 10;

function readSplit(args: string): Request | null {
  const parts: { login: string; weight: number }[] = [];
  const pattern = /@([a-z0-9](?:[a-z0-9-]{0,38}))\s+([0-9]{1,5})\s*(%?)(?:\s+|$)/giy;
  let end = 0;
  let percent = false;
  for (let match = pattern.exec(args); match !== null; match = pattern.exec(args)) {
    parts.push({ login: match[1] ?? "", weight: Number(match[2]) });
    percent ||= match[3] === "%";
    end = pattern.lastIndex;
  }
  const logins = new Set(parts.map(({ login }) => login.toLowerCase()));
  const whole = end === args.length && logins.size === parts.length;
  if (!whole || parts.length === 0 || parts.length > MAX_PAYEES) return null;
  const weights = parts.map(({ weight }) => weight);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // Whoever writes percent means a hundred of them; nobody is named to be paid nothing.
  if (sum === 0 || (percent && sum !== 100)) return null;
  if (basisPointsOf(weights).includes(0)) return null;
  return { command: "splitAward", parts };
}

/** At most this many commands are read from one comment: more is a mistake or mischief. */
const MAX_PER_COMMENT = 5;

/**
 * Commands in a comment's or a description's text: lines that begin with one of ours.
 * Quotes, code and HTML comments (templates carry examples in them) are left alone; slash commands of
 * other bots too.
 */
export function readCommands(body: string): Request[] {
  const requests: Request[] = [];
  for (const line of spokenLines(body)) {
    const found = /^ {0,3}\/([a-z]+)(?:\s+(.*))?$/i.exec(line);
    const spec = COMMANDS.find(({ name }) => name === found?.[1]?.toLowerCase());
    if (spec === undefined) continue;
    requests.push(spec.read((found?.[2] ?? "").trim()) ?? { command: "misread", name: spec.name });
    if (requests.length === MAX_PER_COMMENT) break;
  }
  return requests;
}

/** The lines outside code fences and HTML comments. */
function spokenLines(body: string): string[] {
  const lines: string[] = [];
  let fence: string | null = null;
  let hidden = false;
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (hidden) {
      hidden = !line.includes("-->");
    } else if (fence !== null) {
      if (closesFence(line, fence)) fence = null;
    } else {
      fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1] ?? null;
      hidden = line.lastIndexOf("<!--") > line.lastIndexOf("-->");
      if (fence === null) lines.push(line);
    }
  }
  return lines;
}

/** A fence ends with at least as many of its own marks, and nothing else on the line. */
function closesFence(line: string, fence: string): boolean {
  const mark = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return mark !== undefined && mark.length >= fence.length && mark[0] === fence[0];
}

export type MeantLabel =
  | { kind: "bounty"; amount: string | null }
  | { kind: "goal"; amount: string };

/**
 * What a label asks for under the policy's names: `bounty`, `bounty: $200`, `goal: $500`; null for any
 * other label. A goal is one by its amount: a bare `goal` is somebody else's word.
 */
export function readLabel(label: string, labels: Policy["labels"]): MeantLabel | null {
  const goal = amountAfter(label, labels.goal);
  if (goal !== null && goal !== "") return { kind: "goal", amount: goal };
  const bounty = amountAfter(label, labels.bounty);
  return bounty === null ? null : { kind: "bounty", amount: bounty === "" ? null : bounty };
}

/** What follows the name and a colon; empty for the name alone, null for another label. */
function amountAfter(label: string, name: string): string | null {
  const text = label.trim();
  if (!text.toLowerCase().startsWith(name.toLowerCase())) return null;
  const rest = text.slice(name.length);
  return rest.trim() === "" ? "" : (/^\s*:\s*(.+)$/.exec(rest)?.[1] ?? null);
}

export function usageOf(name: CommandName): { usage: string; example: string } {
  const spec = COMMANDS.find((one) => one.name === name);
  if (spec === undefined) throw new Error(`no command ${name}`);
  return spec;
}
