// Writes what is derived from the code's own tables: `.env.example` and the marked parts of README.md.
// `--check` writes nothing and fails when something is stale.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { COMMANDS } from "../src/core/commands.ts";
import { commandTable } from "../src/core/replies.ts";
import { POLICY_FIELDS } from "../src/github/policy-file.ts";
import { envExample, VARIABLES } from "../src/variables.ts";

/** The parts of README.md between `<!-- generated:NAME -->` and `<!-- /generated -->`. */
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
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** README.md with every generated part as it should be. */
function readme(text: string): string {
  return text.replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_all, start: string, name: string, end: string) => {
      const part = PARTS[name];
      if (part === undefined) throw new Error(`README.md asks for an unknown part ${name}`);
      return `${start}${part}\n${end}`;
    },
  );
}

const stale: string[] = [];
for (const [file, wanted] of [
  [".env.example", envExample()],
  ["README.md", readme(readFileSync("README.md", "utf8"))],
] as const) {
  const present = readFileSync(file, "utf8");
  if (present === wanted) continue;
  stale.push(file);
  if (!process.argv.includes("--check")) writeFileSync(file, wanted);
}
if (process.argv.includes("--check") && stale.length > 0) {
  throw new Error(`stale: ${stale.join(", ")}; run npm run generate`);
}
