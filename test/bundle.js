// The packages with many modules, bundled once for all test files: Jest compiles every module anew for
// every file of tests, and these have some nine hundred. Their code stays what it is.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const PACKAGES = [
  "@hono/node-server",
  "@octokit/auth-app",
  "@octokit/rest",
  "graphql",
  "hono",
  "hono/cookie",
  "hono/html",
  "hono/router/trie-router",
  "hono/utils/html",
  "kysely",
  "kysely/migration",
  "probot",
  "sanitize-html",
  "stripe",
  "zod",
];
/** Have native parts, or look for files of their own. */
const LEFT_ALONE = ["better-sqlite3", "pino", "pino-pretty", "rate-limiter-flexible"];
const REQUIRE = `import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);`;

/** Jest's `moduleNameMapper`: where each package's bundle is. */
export async function bundlePackages(root) {
  const folder = join(root, ".cache", digest(root));
  if (!existsSync(folder)) await bundle(root, folder);
  return Object.fromEntries(
    PACKAGES.map((name) => [`^${name}$`, join(folder, `${fileOf(name)}.mjs`)]),
  );
}

/** Complete or not at all: several runs may begin at once. */
async function bundle(root, folder) {
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: PACKAGES.map((name) => ({ in: name, out: fileOf(name) })),
    outdir: unfinished,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minifyWhitespace: true,
    splitting: true,
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    format: "esm",
    external: LEFT_ALONE,
    banner: { js: REQUIRE },
    logLevel: "error",
  });
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

function fileOf(name) {
  return name.replaceAll("/", "-");
}

/** Another bundle for other versions, and for another list. */
function digest(root) {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "test/bundle.js"]) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest("hex").slice(0, 12);
}
