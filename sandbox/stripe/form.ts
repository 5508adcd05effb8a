// Form encoding with nested brackets, both as bodies and as queries: `a[b][0]=x`.
// It yields text only; fields.ts gives the text its types.

export type Raw = string | RawObject;
export interface RawObject {
  [key: string]: Raw;
}

/** Arrays stay objects with number keys until a field asks for a list. */
export function decodeForm(text: string): RawObject {
  const decoded: RawObject = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = name.replaceAll("]", "").split("[");
    place(decoded, keys, value);
  }
  return decoded;
}

function place(into: RawObject, keys: string[], value: string): void {
  let target = into;
  for (const [index, rawKey] of keys.entries()) {
    const key = rawKey === "" ? String(Object.keys(target).length) : rawKey;
    if (index === keys.length - 1) {
      target[key] = value;
      return;
    }
    const next = target[key];
    const inner: RawObject = typeof next === "object" ? next : Object.create(null);
    target[key] = inner;
    target = inner;
  }
}

/** One text for one set of parameters, whatever their order: idempotency keys compare it. */
export function canonicalForm(text: string): string {
  const pairs = [...new URLSearchParams(text)].map(([name, value]) => `${name}=${value}`);
  return pairs.sort().join("&");
}
