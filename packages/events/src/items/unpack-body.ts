import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { itemLimits } from './item-limits.ts';

export type UnpackedBody =
  | { readonly kind: 'unpacked'; readonly bytes: Buffer }
  /** This process knows no such packing. */
  | { readonly kind: 'unknown-encoding'; readonly detail: string }
  /** It becomes more than may be. */
  | { readonly kind: 'too-large' }
  | { readonly kind: 'damaged' };

/** One way to unpack: at once for small bodies, on the thread pool for others. */
interface Unpacking {
  readonly inline: (body: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;
  readonly aside: (body: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>;
}

const unpackings = new Map<string, Unpacking>([
  ['gzip', { inline: zlib.gunzipSync, aside: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip) }],
  [
    'br',
    {
      inline: zlib.brotliDecompressSync,
      aside: promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
    },
  ],
]);

/** Node.js has it from 22.15 and 23.8 on, later than the oldest that runs this. */
const { zstdDecompress, zstdDecompressSync } = zlib as Partial<{
  readonly zstdDecompress: typeof zlib.brotliDecompress;
  readonly zstdDecompressSync: typeof zlib.brotliDecompressSync;
}>;
if (zstdDecompress !== undefined && zstdDecompressSync !== undefined)
  unpackings.set('zstd', {
    inline: zstdDecompressSync,
    aside: promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zstdDecompress),
  });

/** Values of Content-Encoding that this process unpacks. */
export const contentEncodings: readonly string[] = [...unpackings.keys()];

/** @param contentEncoding - the header: empty, `identity`, or one of `contentEncodings`, in any case */
export async function unpackBody(body: Uint8Array, contentEncoding: string): Promise<UnpackedBody> {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity')
    return { kind: 'unpacked', bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
  const unpacking = unpackings.get(encoding);
  if (unpacking === undefined) return { kind: 'unknown-encoding', detail: unknownDetail(encoding) };
  // It stops at the limit, so that a body of zeros can't fill the memory.
  const options = { maxOutputLength: itemLimits.unpackedBytes };
  try {
    const isSmall = body.length <= itemLimits.unpackInlineBytes;
    return { kind: 'unpacked', bytes: isSmall ? unpacking.inline(body, options) : await unpacking.aside(body, options) };
  } catch (error) {
    return { kind: (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'damaged' };
  }
}

function unknownDetail(encoding: string): string {
  const taken = `Content-Encoding must be ${contentEncodings.join(' or ')}, or left out.`;
  return encoding === 'zstd' ? `${taken} zstd needs Node.js 22.15 or newer in event-service.` : taken;
}
