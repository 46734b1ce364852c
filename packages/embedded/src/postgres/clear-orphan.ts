import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import type { EngineLog } from '../engine-log.ts';
import { embeddedLimits } from '../limits.ts';
import { processesOn, signalProcess, waitUntilGone } from '../process/process-table.ts';

/**
 * Ends the server that an earlier run left on this directory, and removes its `postmaster.pid`. Only to be called by whoever
 * holds the directory's lock: then no live start owns that server.
 */
export async function clearOrphan(clusterDirectory: string, log: EngineLog): Promise<void> {
  const orphans = (): readonly number[] => processesOn(clusterDirectory, 'postgres');
  const found = orphans();
  if (found.length > 0) {
    log({
      engine: 'postgresql',
      level: 'warn',
      message: `Stopping the server that an earlier run left: process ${found.join(', ')}.`,
    });
    const stops = [
      { signal: 'SIGINT', timeoutMs: embeddedLimits.postgresStopMs },
      { signal: 'SIGQUIT', timeoutMs: embeddedLimits.postgresImmediateStopMs },
      { signal: 'SIGKILL', timeoutMs: embeddedLimits.postgresImmediateStopMs },
    ] as const;
    let gone = false;
    for (const { signal, timeoutMs } of stops) {
      for (const pid of orphans()) signalProcess(pid, signal);
      gone = await waitUntilGone(() => orphans().length === 0, timeoutMs);
      if (gone) break;
    }
    if (!gone) {
      throw new EmbeddedEngineError(
        'ENGINE_ORPHAN_STAYS',
        `Process ${orphans().join(', ')} from an earlier run still works on ${clusterDirectory} and does not end.`,
      );
    }
  }
  // Nobody is on the directory, so the process id in there is another's by now, and PostgreSQL must not refuse because of it.
  rmSync(join(clusterDirectory, 'postmaster.pid'), { force: true });
}
