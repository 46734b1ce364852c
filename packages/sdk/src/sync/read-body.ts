/** A body that is larger than allowed. */
export class TooLargeError extends Error {}

/**
 * Reads a body as text.
 * @throws TooLargeError beyond `maxBytes`, and whatever ends the body before its time
 */
export async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new TooLargeError(`the server sent more than ${maxBytes} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
