// Reading a webhook's body as raw bytes, never beyond the limit: the signature covers the bytes as they came.

/** null when the body is longer than `bytesMax`. */
export async function readBody(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  const declared = request.headers.get("content-length");
  if (declared === null) return readStream(request, bytesMax);
  if (Number(declared) > bytesMax) return null;
  // Node's server ends a body at its declared length, and reads it this way without a web stream.
  const body = new Uint8Array(await request.arrayBuffer());
  return body.byteLength > bytesMax ? null : body;
}

/** Of an unknown length: what lies beyond the limit is never read. */
async function readStream(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (length > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
