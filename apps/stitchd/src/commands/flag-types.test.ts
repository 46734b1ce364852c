import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checksumOf, createReplica, writeDefinitionsDocument, type FlagDefinition } from '@stitchd/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { flagTypes, type FlagTypesOptions } from './flag-types.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stitchd-types-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const options: FlagTypesOptions = { check: false, augment: true };

function documentOf(...flags: readonly Partial<FlagDefinition>[]): string {
  const entities = flags.map((flag, index) => ({ kind: 'flag', id: `f-${index}`, revision: 1, body: JSON.stringify(flag) }));
  const replica = createReplica();
  replica.apply({ revision: 1, fromRevision: 0, last: true, checksum: checksumOf(entities), entities, removed: [] });
  return JSON.stringify(writeDefinitionsDocument(replica, 'e-1'));
}
const release = { key: 'release', type: 'boolean', archived: false, variants: [{ key: 'on', value: true }] } as const;

test('A file is written from a definitions document, and checking says when it is out of date', async () => {
  const file = path.join(folder, 'definitions.json');
  const out = path.join(folder, 'not-there-yet', 'flags.d.ts');
  writeFileSync(file, documentOf(release, { ...release, key: 'gone', archived: true }, { key: 'newer' }));
  await expect(flagTypes({ ...options, file, out, check: true })).rejects.toThrow('is missing');
  await flagTypes({ ...options, file, out });
  expect(readFileSync(out, 'utf8')).toContain("'release'");
  expect(readFileSync(out, 'utf8')).not.toMatch(/gone|newer/);
  await flagTypes({ ...options, file, out, check: true });
  writeFileSync(file, documentOf({ ...release, key: 'renamed' }));
  await expect(flagTypes({ ...options, file, out, check: true })).rejects.toThrow('out of date: line 6 differs');
  expect(readFileSync(out, 'utf8')).toContain("'release'");
});

test('What can not be read is told, and so is a call that asks for nothing', async () => {
  const file = path.join(folder, 'broken.json');
  writeFileSync(file, '{}');
  await expect(flagTypes({ ...options, file })).rejects.toThrow('holds no definitions');
  await expect(flagTypes({ ...options, file: path.join(folder, 'absent.json') })).rejects.toThrow('can not be read');
  await expect(flagTypes({ ...options, file, check: true })).rejects.toMatchObject({ code: 'USAGE' });
});

test('An SDK key is enough to ask a running product, which may refuse it or be away', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.headers['x-stitchd-sdk-key'] === 'stsk_good' ? 200 : 401).end(documentOf(release));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const out = path.join(folder, 'asked.d.ts');
  await flagTypes({ ...options, url, sdkKey: 'stsk_good', out });
  expect(readFileSync(out, 'utf8')).toContain("'release'");
  await expect(flagTypes({ ...options, url, sdkKey: 'stsk_bad', out })).rejects.toThrow('HTTP 401');
  server.close();
  server.closeAllConnections();
  await expect(flagTypes({ ...options, url, sdkKey: 'stsk_good', out })).rejects.toMatchObject({ code: 'UNREACHABLE' });
});
