import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ServerException } from './exception.mjs';
import { limits } from './limits.mjs';

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */

/** Where INSERT data lie while they are inserted, in the working directory. */
export const bodiesDirectory = 'bodies';

/** Removes what a killed run left. */
export async function emptyBodiesDirectory() {
  await rm(bodiesDirectory, { recursive: true, force: true });
  await mkdir(bodiesDirectory, { recursive: true, mode: 0o700 });
}

/**
 * Reads a statement from the body, unpacked.
 * @param {IncomingMessage} request
 * @returns {Promise<string>}
 */
export async function readStatement(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of unpacked(request, limits.statementBytes)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Writes INSERT data into a private file: the engine takes inline data to end at the first blank line and runs what follows
 * as SQL, so that data never come inline.
 *
 * @param {string} before what came with the statement
 * @param {IncomingMessage | undefined} request the rest, in the body; undefined where it has been read
 * @returns {Promise<{ readonly path: string, readonly engineName: string, readonly remove: () => Promise<void> }>}
 */
export async function writeInsertData(before, request) {
  const path = `${bodiesDirectory}/${randomUUID()}`;
  const remove = () => rm(path, { force: true });
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  try {
    if (before !== '') file.write(before);
    await pipeline(request === undefined ? Readable.from([]) : unpacked(request, limits.bodyBytes), file);
  } catch (error) {
    await remove();
    throw error;
  }
  // An absolute path would be searched for wildcards, and the data directory's may hold some.
  return { path, engineName: `/proc/self/cwd/${path}`, remove };
}

/**
 * The body, unpacked and capped. A pipeline would close the client's connection when it fails, and the client would never
 * read why: so the rest of a refused body is read and thrown away.
 *
 * @param {IncomingMessage} request
 * @param {number} most
 */
function unpacked(request, most) {
  const cap = capBytes(most);
  const unpacker = unpackerFor(request.headers['content-encoding']);
  const first = unpacker ?? cap;
  request.once('error', (error) => first.destroy(error));
  cap.once('error', () => request.resume());
  request.pipe(first);
  unpacker?.once('error', (error) => cap.destroy(error));
  unpacker?.pipe(cap);
  return cap;
}

/** @param {string | undefined} encoding */
function unpackerFor(encoding) {
  switch (encoding) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new ServerException('UNKNOWN_EXCEPTION', `The content encoding ${encoding} is not supported.`);
  }
}

/** @param {number} most */
function capBytes(most) {
  let count = 0;
  return new Transform({
    transform(chunk, _encoding, done) {
      count += chunk.length;
      if (count > most) done(new ServerException('TOO_MANY_BYTES', `The body is larger than ${most} bytes.`));
      else done(null, chunk);
    },
  });
}
