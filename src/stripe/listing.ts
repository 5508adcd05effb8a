// Looking through one of Stripe's lists for what an earlier try may have made (Search lags behind).
import { PermanentFailure, TransientFailure } from "../ports.ts";
import { translated } from "./failures.ts";

/**
 * Over all pages. A refused look (by another account's key, say) is no word on what it looks for: the
 * earlier try may have been done, so that it must not count as a refusal of it.
 */
export async function firstOf<T>(
  listed: AsyncIterable<T>,
  matches: (one: T) => boolean,
): Promise<T | null> {
  try {
    return await translated(
      (async () => {
        for await (const one of listed) if (matches(one)) return one;
        return null;
      })(),
    );
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    throw new TransientFailure("an earlier try cannot be looked for", { cause: error });
  }
}
