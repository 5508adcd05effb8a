// The world as it stands while it is audited: nothing in it moves meanwhile, so that each of Stripe's lists and each
// thread of GitHub's is read once, however many rules ask for it.
import type { World } from "../world.ts";

export function stillOf(world: World): World {
  const { stripe, github } = world.town;
  const threads = new Map<string, ReturnType<typeof github.comments>>();
  return {
    ...world,
    town: {
      ...world.town,
      stripe: {
        ...stripe,
        accounts: once(stripe.accounts),
        charges: once(stripe.charges),
        disputes: once(stripe.disputes),
        refunds: once(stripe.refunds),
        transfers: once(stripe.transfers),
        sessions: once(stripe.sessions),
        paymentIntents: once(stripe.paymentIntents),
        balanceTransactions: once(stripe.balanceTransactions),
        events: once(stripe.events),
      },
      github: {
        ...github,
        comments(repository, number) {
          const name = `${repository}#${number}`;
          const read = threads.get(name) ?? github.comments(repository, number);
          threads.set(name, read);
          return read;
        },
      },
    },
  };
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | null = null;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
