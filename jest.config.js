import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";

// The databases of tests are in memory where the system has a place for files there: every commit waits
// for the disk, and what disks promise is not what is tested.
const inMemory = "/dev/shm";
if (process.env.TMPDIR === undefined && isWritable(inMemory)) process.env.TMPDIR = inMemory;

export default {
  testMatch: ["<rootDir>/{src,sandbox,test,bench}/**/*.test.ts"],
  runner: ["jest-light-runner", { runtime: "worker_threads" }],
  // One worker more than cores: stories of killed processes mostly wait.
  maxWorkers: availableParallelism() + 1,
  setupFiles: [
    "<rootDir>/test/plain-node.js",
    "<rootDir>/test/setup.ts",
    "<rootDir>/test/limit.ts",
  ],
  testSequencer: "<rootDir>/test/longest-first.js",
  transform: {},
};

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
