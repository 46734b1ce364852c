import * as zlib from 'node:zlib';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { itemLimits } from './item-limits.ts';
import { readBody } from './read-body.ts';
import { contentEncodings } from './unpack-body.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const codeOf = async (body: Uint8Array, encoding = '') => {
  const read = await readBody(body, encoding);
  return read.kind === 'batch' ? 'batch' : read.code;
};

test('A batch is read as it is and packed', async () => {
  const body = json({ sentAt: 5, items: [1, 2] });
  const expected = { kind: 'batch', sentAtMs: 5, items: [1, 2], sdk: { name: '', version: '' }, unpackedBytes: body.length };
  expect(await readBody(body, '')).toEqual(expected);
  expect(await readBody(gzipSync(body), 'gzip')).toEqual(expected);
  expect(await readBody(gzipSync(body), 'GZIP')).toEqual(expected);
  expect(await readBody(brotliCompressSync(body), 'br')).toEqual(expected);
});

test('What is wrong with a body as a whole has a code of its own', async () => {
  expect(await codeOf(Buffer.from('{"sentAt":1,"items":['))).toBe('MALFORMED_JSON');
  expect(await codeOf(Buffer.alloc(0))).toBe('MALFORMED_JSON');
  expect(await codeOf(Buffer.from([0x22, 0xff, 0x22]))).toBe('MALFORMED_JSON');
  expect(await codeOf(json([]))).toBe('VALIDATION_FAILED');
  expect(await codeOf(json(null))).toBe('VALIDATION_FAILED');
  expect(await codeOf(json({ items: [] }))).toBe('VALIDATION_FAILED');
  expect(await codeOf(json({ sentAt: 'now', items: [] }))).toBe('VALIDATION_FAILED');
  expect(await codeOf(json({ sentAt: 1, items: {} }))).toBe('VALIDATION_FAILED');
  expect(await codeOf(json({ sentAt: 1, items: [], mode: 'x' }))).toBe('UNKNOWN_FIELD');
  expect(await codeOf(Buffer.from('{"sentAt":1,"items":[],"__proto__":1}'))).toBe('UNKNOWN_FIELD');
  expect(await codeOf(json({ sentAt: 1, items: [] }), 'lz4')).toBe('UNSUPPORTED_MEDIA_TYPE');
  expect(await codeOf(json({ sentAt: 1, items: [] }), 'gzip, br')).toBe('UNSUPPORTED_MEDIA_TYPE');
  expect(await codeOf(json({ sentAt: 1, items: [] }), 'br')).toBe('VALIDATION_FAILED');
  expect(await codeOf(json({ sentAt: 1, items: [] }), 'gzip')).toBe('VALIDATION_FAILED');
});

test('A batch of 1,000 items is read and one of 1,001 is not', async () => {
  const items = (count: number) => json({ sentAt: 1, items: Array.from({ length: count }, () => 0) });
  expect(await codeOf(items(itemLimits.items))).toBe('batch');
  expect(await codeOf(items(itemLimits.items + 1))).toBe('VALIDATION_FAILED');
});

test('A body of exactly 1 MiB is read and one a byte larger is not', async () => {
  const sized = (bytes: number) => Buffer.from('{"sentAt":1,"items":[]}'.padEnd(bytes));
  expect(await codeOf(sized(itemLimits.bodyBytes))).toBe('batch');
  expect(await codeOf(sized(itemLimits.bodyBytes + 1))).toBe('BODY_TOO_LARGE');
});

/** Absent in the oldest Node.js that runs this. */
const { zstdCompressSync } = zlib as { readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer };

test('A packed body may become exactly 4 MiB, and is given up a byte later, however small it came', async () => {
  const quick = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } };
  const packings = {
    gzip: (bytes: Buffer) => gzipSync(bytes, { level: 1 }),
    br: (bytes: Buffer) => brotliCompressSync(bytes, quick),
    ...(zstdCompressSync !== undefined && { zstd: (bytes: Buffer) => zstdCompressSync(bytes) }),
  };
  expect(contentEncodings).toEqual(Object.keys(packings));
  for (const [encoding, pack] of Object.entries(packings)) {
    const packed = (bytes: number) => pack(Buffer.from('{"sentAt":1,"items":[]}'.padEnd(bytes)));
    expect(await codeOf(packed(itemLimits.unpackedBytes), encoding)).toBe('batch');
    expect(await codeOf(packed(itemLimits.unpackedBytes + 1), encoding)).toBe('BODY_TOO_LARGE');
    expect(await codeOf(pack(Buffer.alloc(128 * 1_024 * 1_024)), encoding)).toBe('BODY_TOO_LARGE');
  }
});

test('Where Node.js has no zstd, a body packed with it is refused with what would be needed', async () => {
  const read = await readBody(json({ sentAt: 1, items: [] }), 'zstd');
  expect(read).toMatchObject(
    zstdCompressSync === undefined
      ? { code: 'UNSUPPORTED_MEDIA_TYPE', detail: expect.stringContaining('zstd needs Node.js 22.15') }
      : { code: 'VALIDATION_FAILED' },
  );
});

test('The SDK that sends a batch may say its name and version, of 100 characters each, and nothing else', async () => {
  const from = (sdk: unknown) => codeOf(json({ sentAt: 1, items: [], sdk }));
  const text = 'x'.repeat(itemLimits.sdkCharacters);
  expect(await readBody(json({ sentAt: 1, items: [], sdk: { name: text, version: text } }), '')).toMatchObject({
    sdk: { name: text, version: text },
  });
  expect(itemLimits.sdkCharacters).toBe(100);
  expect(await from({ name: `${text}x`, version: '1' })).toBe('VALIDATION_FAILED');
  expect(await from({ name: 'x', version: `${text}x` })).toBe('VALIDATION_FAILED');
  expect(await from({ name: 'x', version: '' })).toBe('VALIDATION_FAILED');
  expect(await from({ name: 'x' })).toBe('VALIDATION_FAILED');
  expect(await from('x')).toBe('VALIDATION_FAILED');
  expect(await from({ name: 'x', version: '1', host: 'h' })).toBe('UNKNOWN_FIELD');
});
