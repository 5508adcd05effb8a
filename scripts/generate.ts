// Writes what is derived from the code's own tables: `.env.example` and the marked parts of the documents.
// `--check` writes nothing and fails when something is stale.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { accountDeeds } from "../sandbox/stripe/account-deeds.ts";
import { testCards } from "../sandbox/stripe/cards.ts";
import { moneyDeeds } from "../sandbox/stripe/money-deeds.ts";
import { COMMANDS } from "../src/core/commands.ts";
import { commandTable } from "../src/core/replies.ts";
import { POLICY_FIELDS } from "../src/github/policy-file.ts";
import { envExample, VARIABLES } from "../src/variables.ts";

/** The parts of a document between `<!-- generated:NAME -->` and `<!-- /generated -->`. */
const PARTS: Readonly<Record<string, string>> = {
  commands: commandTable(COMMANDS),
  policy: table(
    ["field", "what", "default"],
    POLICY_FIELDS.map(({ name, what, default: fallback }) => [
      `\`${name}\``,
      what,
      `\`${fallback}\``,
    ]),
  ),
  environment: table(
    ["variable", "what", "how to get it, or what it is when not set"],
    VARIABLES.map(({ name, required, what, how }) => [
      required ? `**\`${name}\`**` : `\`${name}\``,
      what,
      how,
    ]),
  ),
  cards: table(
    ["card", "what it does"],
    testCards.map(({ number, shown }) => [
      `\`${number.replaceAll(/(\d{4})(?=\d)/g, "$1 ")}\``,
      shown,
    ]),
  ),
  deeds: table(
    ["to one of the", "what can be done"],
    [...moneyDeeds, ...accountDeeds].map(({ about, label }) => [about, label]),
  ),
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** A document with every generated part as it should be. */
function documentOf(text: string): string {
  return text.replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_all, start: string, name: string, end: string) => {
      const part = PARTS[name];
      if (part === undefined) throw new Error(`a document asks for an unknown part ${name}`);
      return `${start}${part}\n${end}`;
    },
  );
}

const stale: string[] = [];
for (const [file, wanted] of [
  [".env.example", envExample()],
  ["README.md", documentOf(readFileSync("README.md", "utf8"))],
  ["docs/sandbox.md", documentOf(readFileSync("docs/sandbox.md", "utf8"))],
] as const) {
  const present = readFileSync(file, "utf8");
  if (present === wanted) continue;
  stale.push(file);
  if (!process.argv.includes("--check")) writeFileSync(file, wanted);
}
if (process.argv.includes("--check") && stale.length > 0) {
  throw new Error(`stale: ${stale.join(", ")}; run npm run generate`);
}
