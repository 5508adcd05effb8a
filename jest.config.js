import { availableParallelism } from "node:os";

export default {
  testMatch: ["<rootDir>/{src,sandbox,test,bench}/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  // One worker more than cores: stories of killed processes mostly wait.
  maxWorkers: availableParallelism() + 1,
  // A story starts a whole world; the machines that run them are slow at times.
  testTimeout: 60_000,
  setupFiles: ["<rootDir>/test/setup.ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
};
