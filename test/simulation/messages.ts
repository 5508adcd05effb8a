// Requests and responses that never leave the process: whole texts, without the streams, signals and
// transferable parts that the platform's own carry, which cost more than what they transport.
import { type GivenHeaders, PlainHeaders } from "./plain-headers.ts";

type Body = string | URLSearchParams | Uint8Array | Whole | null | undefined;

/** Stands for the stream of a body: one chunk. */
class Whole {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield Buffer.from(this.text);
  }
}

type RequestParts = Omit<RequestInit, "headers"> & { headers?: GivenHeaders };
type ResponseParts = Omit<ResponseInit, "headers"> & { headers?: GivenHeaders };

abstract class Message {
  readonly headers: PlainHeaders;
  readonly body: Whole | null;
  bodyUsed = false;

  constructor(body: Body, headers: GivenHeaders) {
    this.headers = new PlainHeaders(headers);
    this.body = wholeOf(body);
    if (body instanceof URLSearchParams)
      this.#say("application/x-www-form-urlencoded;charset=UTF-8");
    else if (typeof body === "string") this.#say("text/plain;charset=UTF-8");
  }

  async text(): Promise<string> {
    this.bodyUsed = true;
    return this.body?.text ?? "";
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return new TextEncoder().encode(await this.text()).buffer;
  }

  #say(contentType: string): void {
    if (!this.headers.has("content-type")) this.headers.set("content-type", contentType);
  }
}

function wholeOf(body: Body): Whole | null {
  if (body === null || body === undefined) return null;
  if (body instanceof Whole) return body;
  return new Whole(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));
}

class PlainRequest extends Message {
  readonly url: string;
  readonly method: string;
  readonly #init: RequestParts;

  constructor(url: string | URL, init: RequestParts = {}) {
    super(init.body as Body, init.headers);
    this.url = String(url);
    this.method = (init.method ?? "GET").toUpperCase();
    this.#init = init;
  }

  clone(): PlainRequest {
    const { url, headers } = this;
    return new PlainRequest(url, { ...this.#init, headers, body: this.body?.text ?? null });
  }
}

class PlainResponse extends Message {
  readonly status: number;
  readonly statusText: string;
  readonly url = "";
  readonly redirected = false;
  readonly type = "default";

  constructor(body?: Body, { status = 200, statusText = "", headers }: ResponseParts = {}) {
    super(body, headers);
    this.status = status;
    this.statusText = statusText;
  }

  static json(value: unknown, init: ResponseParts = {}): PlainResponse {
    const response = new PlainResponse(JSON.stringify(value), init);
    if (!new PlainHeaders(init.headers).has("content-type")) {
      response.headers.set("content-type", "application/json");
    }
    return response;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  clone(): PlainResponse {
    const { status, statusText, headers } = this;
    return new PlainResponse(this.body, { status, statusText, headers });
  }
}

/** From now on everybody in this process makes messages like these. */
export function usePlainMessages(): void {
  Object.assign(globalThis, {
    Headers: PlainHeaders,
    Request: PlainRequest,
    Response: PlainResponse,
  });
}
