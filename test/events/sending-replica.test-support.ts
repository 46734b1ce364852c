import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { uuidv7 } from '@stitchd/core';
import { createEventStore } from '@stitchd/db/clickhouse';
import {
  encodeItems,
  itemTimes,
  openSpool,
  startShipper,
  unknownSender,
  type EncodedItems,
  type ItemRules,
} from '@stitchd/events';

export interface SendingOptions {
  readonly directory: string;
  readonly replicaId: string;
  readonly environmentId: string;
  readonly clickhouseUrl: string;
}

const noLog = () => undefined;
const log = { info: noLog, warn: noLog, error: noLog };

export function purchases(environmentId: string, ids: readonly string[]): EncodedItems {
  const nowMs = Date.now();
  const items = ids.map((id) => ({ type: 'event', id, at: nowMs, key: 'purchase', value: 1, context: { user: 'u-1' } }));
  const rules: ItemRules = {
    times: itemTimes(nowMs, nowMs, 0),
    eventRuleOf: () => ({ valueType: 'double', archived: false, requiredContexts: [] }),
  };
  return encodeItems(items, { environmentId, unpackedBytes: 0, rules, sdk: unknownSender }).items;
}

export function newIds(count: number): readonly string[] {
  return [...Array(count).keys()].map(() => uuidv7(Date.now(), randomBytes(10)));
}

/** Runs in the process that is killed. */
export async function sendForEver(options: SendingOptions): Promise<void> {
  const { directory, replicaId, environmentId } = options;
  const store = createEventStore({ url: options.clickhouseUrl, applicationName: 'test' });
  const spool = await openSpool({ directory, replicaId, nowMs: Date.now, log, segmentBytes: 64 * 1_024 });
  startShipper({ spool, store, nowMs: Date.now, log, onShipped: noLog, limits: { lingerMs: 5 } });
  for (;;) {
    const ids = newIds(50);
    if ((await spool.append(purchases(environmentId, ids))) === 'stored') process.stdout.write(`${JSON.stringify(ids)}\n`);
  }
}

/** Starts a replica, kills it with SIGKILL after so many acknowledged batches, and tells what it had acknowledged. */
export async function sendUntilKilled(options: SendingOptions, batches: number): Promise<readonly string[]> {
  const program = fileURLToPath(new URL('./sending-replica.test-support.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  const acknowledged: string[] = [];
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(...(JSON.parse(line) as string[]));
    if (++count === batches) child.kill('SIGKILL');
  }
  await exited;
  if (count < batches) throw new Error(`the replica ended by itself: ${complaints}`);
  return acknowledged;
}
