// What the setup writes into .env.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { saveVariables } from "./setup.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whipround-env-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a new file holds the variables and is for its owner's eyes", () => {
  const file = join(folder, ".env");
  saveVariables(file, { APP_ID: "42", PRIVATE_KEY: '"a\nb"' });
  expect(readFileSync(file, "utf8")).toBe('APP_ID=42\nPRIVATE_KEY="a\\nb"\n');
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("other lines stay, a variable is replaced, a session secret that stands is kept", () => {
  const file = join(folder, ".env");
  writeFileSync(file, "# mine\nAPP_ID=1\nSESSION_SECRET=old\n");
  saveVariables(file, { APP_ID: "42", SESSION_SECRET: "new" });
  expect(readFileSync(file, "utf8")).toBe("# mine\nAPP_ID=42\nSESSION_SECRET=old\n");
});
