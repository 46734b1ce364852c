import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineLog } from '../engine-log.ts';
import { embeddedLimits } from '../limits.ts';
import { endOrphans } from '../process/end-orphans.ts';

/** Ends the server that an earlier run left on this directory, and removes its `postmaster.pid`. See `endOrphans`. */
export async function clearOrphan(clusterDirectory: string, log: EngineLog): Promise<void> {
  await endOrphans({
    directory: clusterDirectory,
    program: 'postgres',
    stops: [
      { signal: 'SIGINT', timeoutMs: embeddedLimits.postgresStopMs },
      { signal: 'SIGQUIT', timeoutMs: embeddedLimits.postgresImmediateStopMs },
      { signal: 'SIGKILL', timeoutMs: embeddedLimits.orphanKillMs },
    ],
    report: (message) => log({ engine: 'postgresql', level: 'warn', message }),
  });
  // Nobody is on the directory, so the process id in there is another's by now, and PostgreSQL must not refuse because of it.
  rmSync(join(clusterDirectory, 'postmaster.pid'), { force: true });
}
