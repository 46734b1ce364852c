import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkDisk, checkNode, checkPort } from './check-host.ts';

test.each([
  ['v20.19.0', 'good'],
  ['v20.18.9', 'bad'],
  ['v18.20.0', 'bad'],
  ['v24.1.0', 'good'],
])('Node.js %s is %s', (version, verdict) => {
  expect(checkNode(version).verdict).toBe(verdict);
});

test('A port that is taken is bad, and the remedy names its variable', async () => {
  const holder = createServer();
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const found = await checkPort('FlagSync', '127.0.0.1', port, 'STITCHD_GATEWAY_GRPC_PORT');
  expect(found).toMatchObject({ verdict: 'bad', name: `Port ${port} (FlagSync)` });
  expect(found.remedy).toContain('STITCHD_GATEWAY_GRPC_PORT');
  holder.close();
  await once(holder, 'close');
  expect((await checkPort('FlagSync', '127.0.0.1', port, 'X')).verdict).toBe('good');
});

test('A data directory that can not be made is bad, one with room is not', async () => {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'stitchd-doctor-'));
  await writeFile(path.join(parent, 'file'), '');
  expect(await checkDisk(path.join(parent, 'file', 'inside'))).toMatchObject([{ verdict: 'bad', name: 'Data directory' }]);
  expect(await checkDisk(path.join(parent, 'new'))).toMatchObject([{ name: 'Disk' }]);
  await rm(parent, { recursive: true });
});
