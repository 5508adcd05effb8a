// Figures as a table, each with its target and whether it was met.

export interface Figure {
  what: string;
  value: string;
  /** Empty when nothing is promised. */
  target: string;
  met: boolean | null;
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, target, met }) => [
    what,
    value,
    target,
    met === null ? "" : met ? "met" : "NOT met",
  ]);
  const all = [["figure", "value", "target", ""], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(3, ...all.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const [head = [], ...body] = all;
  return [line(head), rule, ...body.map(line)].join("\n");
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that at least this share of all does not exceed; of two middles, their mean. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
