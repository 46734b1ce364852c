import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { EventLog } from './item-sink.ts';
import { openSpool, type Spool, type SpoolOptions } from './spool.ts';

/** A directory for the spools of one test. */
export async function spoolDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-spool-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function recordingLog(): { readonly log: EventLog; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']): EventLog['info'] =>
    (fields, message) =>
      void lines.push({ level, fields, message });
  return { log: { info: at('info'), warn: at('warn'), error: at('error') }, lines };
}

export function openTestSpool(directory: string, more: Partial<SpoolOptions> = {}): Promise<Spool> {
  return openSpool({ directory, replicaId: randomUUID(), nowMs: Date.now, log: recordingLog().log, ...more });
}
