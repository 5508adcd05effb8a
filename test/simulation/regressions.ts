// Histories that once broke a rule, cut down to what it took: each must hold for ever.
import type { History } from "./history.ts";

export const REGRESSIONS: readonly { what: string; history: History }[] = [];
