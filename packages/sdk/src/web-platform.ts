import { getByFetch } from './http-get.ts';
import type { Platform } from './platform.ts';
import { sdkVersion } from './sdk-version.ts';

/** The parts that every runtime with web globals has; Node.js 20 is one of them. */
export const webPlatform: Platform = {
  userAgent: `stitchd-edge/${sdkVersion}`,
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  fillRandom: (bytes) => void crypto.getRandomValues(bytes),
  // Called through the global, as runtimes bind it to that, and applications instrument it.
  fetch: (input, init) => fetch(input, init),
  get: getByFetch,
  // `crypto.subtle` answers later, and an evaluation can't wait.
  hmacSha256: undefined,
  gzip: typeof CompressionStream === 'undefined' ? undefined : gzip,
};

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}
