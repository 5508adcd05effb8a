import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";
import { bundlePackages } from "./test/bundle.js";

// The databases of tests are in memory where the system has a place for files there: every commit waits
// for the disk, and what disks promise is not what is tested.
const inMemory = "/dev/shm";
if (process.env.TMPDIR === undefined && isWritable(inMemory)) process.env.TMPDIR = inMemory;

export default {
  testMatch: ["<rootDir>/{src,sandbox,test,bench}/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  // One worker more than cores: stories of killed processes mostly wait.
  maxWorkers: availableParallelism() + 1,
  // A story starts a whole world; the machines that run them are slow at times.
  testTimeout: 240_000,
  moduleNameMapper: await bundlePackages(import.meta.dirname),
  setupFiles: ["<rootDir>/test/setup.ts"],
  testSequencer: "<rootDir>/test/longest-first.js",
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
};

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
