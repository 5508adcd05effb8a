// How the process ends: at the first SIGTERM or SIGINT what is at work comes to its end, then the process does.
import process from "node:process";

/** Calls `stop` once, whichever signals come; exit code 0, or 1 when it throws. */
export function endOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const once = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  // A second signal of the same kind ends it at once, as if nothing had been done about the first.
  process.once("SIGTERM", once);
  process.once("SIGINT", once);
}
