// Before the tests of a worker: Node learns TypeScript, and where `@jest/globals` is.
import { register } from "node:module";
import process from "node:process";

register("./plain-node-hooks.js", import.meta.url);
process.setSourceMapsEnabled(true);
