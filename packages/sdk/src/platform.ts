import type { HttpGet } from './http-get.ts';

/**
 * What differs from one runtime to another, and what tests choose. Everything else of the SDK is plain JavaScript over these
 * parts, so that Node.js and runtimes with web globals alone run the same client.
 */
export interface Platform {
  /** How the SDK calls itself to the server. */
  readonly userAgent: string;
  /** The wall clock, in epoch milliseconds; it may jump. */
  readonly nowMs: () => number;
  /** Milliseconds since some moment, which only ever grow; for what was heard how long ago. */
  readonly monotonicMs: () => number;
  /** In [0, 1); for jitter, nothing that must be secret. */
  readonly random: () => number;
  /** Fills bytes with secure randomness. */
  readonly fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly fetch: typeof fetch;
  /** For definitions: answers that last for hours. */
  readonly get: HttpGet;
  /** HMAC-SHA256; undefined where the runtime has none that answers at once. */
  readonly hmacSha256: ((key: Uint8Array, text: string) => Uint8Array) | undefined;
  /** Undefined where the runtime can't compress: bodies then go as they are. */
  readonly gzip: ((bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>) | undefined;
}
