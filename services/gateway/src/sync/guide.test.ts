import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heartbeatMs, maxBlockedMs, maxSyncMessageBytes, sessionPingMs } from '../limits.ts';
import { syncPath } from './serve-sync.ts';

const guide = readFileSync(new URL('../../../../docs/guide/sync.md', import.meta.url), 'utf8');

test.each([
  ['where streams are opened', syncPath.slice(1)],
  ['how often a heartbeat comes', `a heartbeat at least every ${heartbeatMs / 1_000} seconds`],
  ['how often a connection is asked', `PING every ${sessionPingMs / 1_000} seconds`],
  ['when a reader that takes nothing is cut', `takes nothing for ${maxBlockedMs / 1_000} seconds`],
  ['how large a message may be', `at most ${maxSyncMessageBytes / 1_048_576} MiB`],
])('The guide to the protocol says %s as it is', (_, sentence) => {
  expect(guide).toContain(sentence);
});
