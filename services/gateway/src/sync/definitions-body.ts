import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Replica, writeDefinitionsDocument } from '@stitchd/core';
import { eventIdOf } from './wire-form.ts';

const compress = promisify(gzip);

/** The state of an environment as polling answers it: bytes that are made once for all who ask. */
export interface DefinitionsBody {
  /** A strong ETag each: the compressed bytes are another representation (RFC 9110 §8.8.1). */
  readonly etag: string;
  readonly etagOfGzip: string;
  readonly json: () => Buffer;
  readonly gzip: () => Promise<Buffer>;
}

export function createDefinitionsBody(
  replica: Pick<Replica, 'revision' | 'checksum' | 'entities'>,
  environmentId: string,
): DefinitionsBody {
  const document = writeDefinitionsDocument(replica, environmentId);
  const name = eventIdOf(document);
  let json: Buffer | undefined;
  let compressed: Promise<Buffer> | undefined;
  const jsonOnce = (): Buffer => (json ??= Buffer.from(JSON.stringify(document), 'utf8'));
  return {
    etag: `"${name}"`,
    etagOfGzip: `"${name}-gzip"`,
    json: jsonOnce,
    gzip: () => (compressed ??= compress(jsonOnce())),
  };
}
