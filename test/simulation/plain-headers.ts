// The headers of a plain message: a map of texts, several times faster than the platform's own.

type Pairs = Iterable<readonly [string, string]>;
export type GivenHeaders = PlainHeaders | RequestInit["headers"];

/** In the order in which they were set, each cookie apart. */
export class PlainHeaders {
  readonly #values = new Map<string, string>();
  readonly #cookies: string[] = [];

  constructor(init: GivenHeaders = {}) {
    const pairs = (Symbol.iterator in init ? init : Object.entries(init)) as Pairs;
    for (const [name, value] of pairs) this.append(name, value);
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    if (key === COOKIE) return this.#cookies.length > 0 ? this.#cookies.join(", ") : null;
    return this.#values.get(key) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const before = this.#values.get(key);
    if (key === COOKIE) this.#cookies.push(value);
    else this.#values.set(key, before === undefined ? String(value) : `${before}, ${value}`);
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    if (key === COOKIE) this.#cookies.length = 0;
    else this.#values.delete(key);
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  forEach(each: (value: string, name: string) => void): void {
    for (const [name, value] of this) each(value, name);
  }

  *entries(): Generator<[string, string]> {
    yield* this.#values;
    for (const cookie of this.#cookies) yield [COOKIE, cookie];
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
}

const COOKIE = "set-cookie";
