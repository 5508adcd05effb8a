// A browser without a screen: follows links and forms over HTTP with a cookie jar, for the play and the stories.

export interface Visitor {
  get(url: string): Promise<Page>;
  /** Posts a form as a page of the same origin does. */
  post(url: string, fields: Readonly<Record<string, string>>): Promise<Page>;
}

export interface Page {
  status: number;
  url: string;
  /** Where a redirect leads, absolute; null when it is none. */
  location: string | null;
  text: string;
  headers: Headers;
}

export function createVisitor(send: (request: Request) => Promise<Response>): Visitor {
  const jars = new Map<string, Map<string, string>>();

  async function visit(url: string, init: RequestInit): Promise<Page> {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const headers = new Headers(init.headers);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") headers.set("cookie", cookie);
    const response = await send(new Request(url, { ...init, headers, redirect: "manual" }));
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    const to = response.headers.get("location");
    return {
      status: response.status,
      url,
      location: to === null ? null : new URL(to, url).href,
      text: await response.text(),
      headers: response.headers,
    };
  }

  return {
    get: (url) => visit(url, { method: "GET" }),
    post: (url, fields) =>
      visit(url, {
        method: "POST",
        headers: { origin: new URL(url).origin, "sec-fetch-site": "same-origin" },
        body: new URLSearchParams(fields),
      }),
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at).trim();
  const gone = attributes.some((one) => /^\s*max-age=0\s*$/i.test(one));
  if (gone) jar.delete(name);
  else jar.set(name, pair.slice(at + 1).trim());
}

/** The hidden fields of a page's forms, as a browser sends them along. */
export function hiddenFields(page: Page): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of page.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name !== undefined) fields[name] = /value="([^"]*)"/.exec(tag)?.[1] ?? "";
  }
  return fields;
}
