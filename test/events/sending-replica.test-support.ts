import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
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

const program = fileURLToPath(new URL('./sending-replica.test-support.mjs', import.meta.url));
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

/**
 * Starts a replica, kills it with SIGKILL after so many acknowledged batches, and tells what it had acknowledged.
 * @param killToo - kills something else at the same moment
 */
export async function sendUntilKilled(
  options: SendingOptions,
  batches: number,
  killToo?: () => void,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, 'sendForEver', JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  const acknowledged: string[] = [];
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(...(JSON.parse(line) as string[]));
    if (++count !== batches) continue;
    killToo?.();
    child.kill('SIGKILL');
  }
  await exited;
  if (count < batches) throw new Error(`the replica ended by itself: ${complaints}`);
  return acknowledged;
}

/** Runs in a process that may write files of some size only. */
export async function appendUntilEnough({ directory }: { readonly directory: string }): Promise<void> {
  const spool = await openSpool({ directory, replicaId: randomUUID(), nowMs: Date.now, log });
  const environmentId = randomUUID();
  let refused = 0;
  let trouble: string | undefined;
  for (let stored = 0; stored < 60;) {
    const outcome = await spool.append(purchases(environmentId, newIds(50)));
    if (outcome === 'stored') stored++;
    else if (outcome === 'disk-full') {
      refused++;
      trouble = spool.state().trouble;
    } else throw new Error(outcome);
  }
  process.stdout.write(`${JSON.stringify({ stored: 60, refused, trouble })}\n`, () => process.kill(process.pid, 'SIGKILL'));
}

/** Runs in a process that may write files of some size only; prints why a batch could not be put aside. */
export async function quarantineTooMuch({ directory }: { readonly directory: string }): Promise<void> {
  const spool = await openSpool({ directory, replicaId: randomUUID(), nowMs: Date.now, log });
  const environmentId = randomUUID();
  await spool.append(purchases(environmentId, newIds(1)));
  await spool.seal();
  const [segment] = spool.sealed();
  if (segment === undefined) throw new Error('nothing was sealed');
  const reason = await spool.quarantine(segment, 0, purchases(environmentId, newIds(5_000))).then(() => 'none', String);
  process.stdout.write(`${JSON.stringify({ reason })}\n`, () => process.kill(process.pid, 'SIGKILL'));
}

/** Appends to a spool where a file may hold some dozen batches; what the process printed before it was killed. */
export async function fillDisk(directory: string): Promise<{ stored: number; refused: number; trouble: string }> {
  return printedWithSmallFiles('appendUntilEnough', directory);
}

/** Puts a batch aside that is larger than a file may be. */
export async function fillQuarantine(directory: string): Promise<{ reason: string }> {
  return printedWithSmallFiles('quarantineTooMuch', directory);
}

async function printedWithSmallFiles<T extends object>(work: string, directory: string): Promise<T> {
  const limited = 'ulimit -f 200; exec "$@"';
  const words = [process.execPath, program, work, JSON.stringify({ directory })];
  return printedBy(spawn('sh', ['-c', limited, 'sh', ...words], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Runs in a process that takes its right to write the directory away from itself, and back. */
export async function appendWithoutRight({ directory }: { readonly directory: string }): Promise<void> {
  const replicaId = randomUUID();
  const spool = await openSpool({ directory, replicaId, nowMs: Date.now, log });
  const append = () => spool.append(purchases(randomUUID(), newIds(1)));
  const before = await append();
  await spool.seal();
  // To root no right is missing.
  const isRoot = process.getuid?.() === 0;
  const segments = path.join(directory, 'replicas', replicaId);
  if (isRoot) process.seteuid?.(65_534);
  else await chmod(segments, 0o500);
  const meanwhile = [await append(), spool.state().trouble];
  await spool.tryDisk();
  meanwhile.push(spool.state().trouble);
  if (isRoot) process.seteuid?.(0);
  else await chmod(segments, 0o700);
  await spool.tryDisk();
  const after = [spool.state().trouble ?? null, await append()];
  await spool.close();
  process.stdout.write(`${JSON.stringify({ before, meanwhile, after })}\n`);
}

export async function loseDisk(directory: string): Promise<object> {
  const words = [program, 'appendWithoutRight', JSON.stringify({ directory })];
  return printedBy(spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The one line that a process prints. */
async function printedBy<T extends object>(child: ChildProcessByStdio<null, Readable, Readable>): Promise<T> {
  const exited = once(child, 'exit');
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (complaints += chunk));
  await exited;
  if (!printed.endsWith('\n')) throw new Error(`nothing was printed: ${complaints}`);
  return JSON.parse(printed) as T;
}
