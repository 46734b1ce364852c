import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPlayers } from './read-players.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-players-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(...lines: string[]): Promise<string> {
  const name = path.join(directory, `${Math.random()}.csv`);
  await writeFile(name, ['userid,version,sum_gamerounds,retention_1,retention_7', ...lines].join('\r\n'));
  return name;
}

test('Players are read with what happened to them', async () => {
  expect(await readPlayers(await file('116,gate_30,3,FALSE,FALSE', '337,gate_40,38,TRUE,FALSE', ''))).toEqual([
    { userId: '116', version: 'gate_30', rounds: 3, retention1: false, retention7: false },
    { userId: '337', version: 'gate_40', rounds: 38, retention1: true, retention7: false },
  ]);
});

test.each([
  ['116,gate_50,3,FALSE,FALSE', 'line 2'],
  ['116,gate_30,-3,FALSE,FALSE', 'line 2'],
  ['116,gate_30,3,FALSE', 'line 2'],
  ['116,gate_30,3,yes,FALSE', 'line 2'],
])('A line that is no player is named: %s', async (line, where) => {
  await expect(readPlayers(await file(line))).rejects.toThrow(where);
});

test('A player who comes twice, an empty file and one that is not there are refused', async () => {
  await expect(readPlayers(await file('1,gate_30,3,FALSE,FALSE', '1,gate_40,3,FALSE,FALSE'))).rejects.toThrow('comes twice');
  await expect(readPlayers(await file())).rejects.toThrow('holds no players');
  await expect(readPlayers(path.join(directory, 'nowhere.csv'))).rejects.toThrow("can't be read");
});
