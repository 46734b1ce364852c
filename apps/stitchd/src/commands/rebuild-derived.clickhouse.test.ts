import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { rebuildDerived } from './rebuild-derived.ts';

let events: TestEventStore;
let folder: string;
beforeAll(async () => {
  events = await createTestEventStore();
  folder = mkdtempSync(path.join(tmpdir(), 'stitchd-rebuild-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await events.drop();
});

/** What the command says. */
async function said(json: boolean): Promise<string> {
  vi.stubEnv('STITCHD_DATA_DIR', folder);
  vi.stubEnv('STITCHD_CLICKHOUSE_URL', events.url);
  // Not asked: what is derived lies in ClickHouse.
  vi.stubEnv('STITCHD_DATABASE_URL', 'postgres://nobody@127.0.0.1:1/none');
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await rebuildDerived({ json });
  const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  write.mockRestore();
  return text;
}

test('A rebuild says at its end that results are yet to be computed', async () => {
  expect(await said(false)).toMatch(/ends this command, but not the rebuild\.\n.+ is computed anew from all items/);
  expect(JSON.parse(await said(true))).toEqual({ kind: 'units', left: 'results' });
});
