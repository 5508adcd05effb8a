export default {
  testMatch: ["<rootDir>/{src,sandbox,test,bench}/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  // Stories mostly wait for each other's sockets: every core may have a worker.
  maxWorkers: "100%",
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
