// An end to what hangs: the runner itself waits for ever. What never lets go of the thread is beyond this.
import { addEventHandler } from "jest-circus";

/** A story starts a whole world; the machines that run them are slow at times. */
const LIMIT_MS = 240_000;

/** The same work; it fails when it is not done by then. */
export function within(ms: number, work: () => unknown): () => Promise<void> {
  return async function limited() {
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
    });
    try {
      await Promise.race([work(), end]);
    } finally {
      clearTimeout(timer);
    }
  };
}

addEventHandler(({ name }, { currentDescribeBlock: { hooks, tests } }) => {
  const added = name === "add_test" ? tests.at(-1) : name === "add_hook" ? hooks.at(-1) : undefined;
  const work = added?.fn as (() => unknown) | undefined;
  if (added !== undefined && work !== undefined) added.fn = within(added.timeout ?? LIMIT_MS, work);
});
