// Spans of time in milliseconds, as histories are drawn in them.
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** From the first label of an issue to whatever becomes of it. */
export interface Span {
  begins: number;
  ends: number;
}

/** From a pull request to its merge. */
export interface Work {
  opened: number;
  merged: number;
}
