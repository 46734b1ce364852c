import { createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Platform } from '../platform.ts';
import { sdkVersion } from '../sdk-version.ts';
import { webPlatform } from '../web-platform.ts';
import { getByNode } from './node-http-get.ts';

const compress = promisify(gzip);

/** Node.js: the web's parts, sockets that can be let go, and zlib, which costs less than a `CompressionStream`. */
export const nodePlatform: Platform = {
  ...webPlatform,
  userAgent: `stitchd-node/${sdkVersion}`,
  get: getByNode,
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest(),
  gzip: async (bytes) => new Uint8Array(await compress(bytes)),
};
