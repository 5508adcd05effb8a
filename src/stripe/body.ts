// Reading a webhook's body as raw bytes, never beyond the limit: the signature covers the bytes as they came.

/** null when the body is longer than `bytesMax`; what lies beyond is never read. */
export async function readBody(request: Request, bytesMax: number): Promise<Buffer | null> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return null;
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
