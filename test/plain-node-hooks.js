// How Node loads tests and what they test. Functions stay as they are written: tsx wraps each to keep its
// name, which costs what runs for long a tenth more.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

const NAMES = "afterAll, afterEach, beforeAll, beforeEach, describe, expect, test";
/** The runner has them as globals; the package of this name, which has the types, refuses to be loaded. */
const JEST_GLOBALS = `data:text/javascript,export const { ${NAMES} } = globalThis;`;

export function resolve(specifier, context, next) {
  if (specifier === "@jest/globals") return { url: JEST_GLOBALS, shortCircuit: true };
  return next(specifier, context);
}

export async function load(url, context, next) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:" || !pathname.endsWith(".ts")) return next(url, context);
  // Without the query, which differs each time that a file of tests is loaded.
  const path = fileURLToPath(new URL(pathname, url));
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    sourcefile: path,
  });
  return { format: "module", source: code, shortCircuit: true };
}
