import { createPlain } from './stitchd-sdk.mjs';

/** A client with a server that never answers, which counts what it evaluates. */
export const create = () =>
  createPlain({ url: 'http://127.0.0.1:9', sdkKey: 'stsk_benchmark', waitUntilReadyMs: 0, usage: true });
