import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway } from '../backend.test-support.ts';

let directory: string;
let gateway: Awaited<ReturnType<typeof startGateway>>;
const page = '<!doctype html><title>Stitchd</title>';

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-admin-'));
  await mkdir(path.join(directory, 'assets'));
  await writeFile(path.join(directory, 'index.html'), page);
  await writeFile(path.join(directory, 'assets/index-4f2a.js'), 'export {};');
  gateway = await startGateway([], { STITCHD_GATEWAY_ADMIN_DIR: directory });
});
afterAll(async () => {
  await gateway.stop();
  await rm(directory, { recursive: true, force: true });
});

const visit = (url: string) => gateway.ask('GET', url, { headers: { accept: 'text/html,*/*' } });

test('Every page of the admin UI is its one document, asked for each time, with scripts of our origin only', async () => {
  for (const url of ['/', '/projects/shop/flags/checkout', '/sign-in?next=%2F']) {
    const { status, text, headers } = await visit(url);
    expect([status, text, headers.get('cache-control')]).toEqual([200, page, 'no-cache']);
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
  }
});

test('Files whose names change with their content are kept for good', async () => {
  const { status, headers } = await visit('/assets/index-4f2a.js');
  expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
});

test('What is no page stays a problem: paths of the interface, missing assets, programs that accept no HTML', async () => {
  for (const url of ['/v1/nothing', '/ofrep/nothing', '/assets/gone.js'])
    expect((await visit(url)).json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect((await gateway.ask('GET', '/anything', { headers: { accept: 'application/json' } })).json).toMatchObject({
    status: 404,
  });
  expect((await gateway.ask('POST', '/anything', { headers: { accept: 'text/html' } })).json).toMatchObject({ status: 404 });
});

test('A file outside of the directory is not reached', async () => {
  await writeFile(path.join(directory, '../stitchd-outside.txt'), 'outside');
  try {
    expect((await gateway.ask('GET', '/..%2fstitchd-outside.txt')).text).not.toBe('outside');
    expect((await gateway.ask('GET', '/assets/..%2f..%2fstitchd-outside.txt')).text).not.toBe('outside');
  } finally {
    await rm(path.join(directory, '../stitchd-outside.txt'));
  }
});
