// Runs a TypeScript program of this repository as one file: `node scripts/bundled.js <entry> [options]`. What
// runs for minutes runs faster so than through a loader, which wraps every function that it passes.
import { mkdirSync, rmSync } from "node:fs";
import { basename, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [entry, ...options] = process.argv.slice(2);
const folder = resolve(".cache");
const file = `${folder}/${basename(entry, ".ts")}-${process.pid}.mjs`;

mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [entry],
  outfile: file,
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: "inline",
  logLevel: "error",
});
process.on("exit", () => rmSync(file, { force: true }));
process.argv = [process.argv[0], entry, ...options];
await import(pathToFileURL(file).href);
