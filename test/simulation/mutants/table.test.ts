// A planted bug that no longer fits the code would only be noticed when somebody looks for it.
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { MUTANTS } from "./table.ts";

test.each(MUTANTS)("$name: what it replaces stands exactly once", ({ patches }) => {
  for (const { file, find } of patches) {
    expect(readFileSync(file, "utf8").split(find)).toHaveLength(2);
  }
});
