import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Platform } from '../platform.ts';
import { sdkVersion } from '../sdk-version.ts';
import { webPlatform } from '../web-platform.ts';

const compress = promisify(gzip);

/** Node.js: the web's parts, and compression by zlib, which costs a third of a `CompressionStream`. */
export const nodePlatform: Platform = {
  ...webPlatform,
  userAgent: `stitchd-node/${sdkVersion}`,
  gzip: async (bytes) => new Uint8Array(await compress(bytes)),
};
