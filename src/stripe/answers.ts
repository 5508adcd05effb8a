// Holds what comes back from Stripe's address to being Stripe's own word: the SDK takes any JSON without an
// `error` for a success, whatever its status, as a proxy in between may write it.
import StripeSdk from "stripe";

type Client = NonNullable<NonNullable<ConstructorParameters<typeof StripeSdk>[1]>["httpClient"]>;

/**
 * Such an answer is made unreadable to the SDK, which reports it as it reports a page in HTML: an error
 * without a status, from which nobody can tell whether Stripe acted.
 */
export function stripesOwnWord(send: typeof fetch | undefined): Client {
  const client =
    send === undefined ? StripeSdk.createNodeHttpClient() : StripeSdk.createFetchHttpClient(send);
  return {
    getClientName: () => client.getClientName(),
    async makeRequest(...request) {
      const answer = await client.makeRequest(...request);
      const read = answer.toJSON.bind(answer);
      answer.toJSON = async () => checked(await read(), answer.getStatusCode());
      return answer;
    },
  };
}

function checked(body: unknown, status: number): unknown {
  const { error } = (body ?? {}) as { error?: unknown };
  const isWord = status >= 200 && status < 300 ? isObject(body) : isObject(error);
  if (isWord) return body;
  throw new Error(`a ${status} that is not as Stripe answers`);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
