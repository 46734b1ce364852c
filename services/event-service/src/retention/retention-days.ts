import { retainedTables, type RetainedTable } from '@stitchd/db/clickhouse';
import { problem } from '@stitchd/service-kit';
import type { EnvironmentSettings } from '../environment-settings/environment-settings.ts';
import type { RunningExperiment } from '../experiments/running-experiments.ts';
import { retentionLimits } from './retention-limits.ts';

const dayMs = 86_400_000;

type Retention = EnvironmentSettings['retention'];

export function daysOf(retention: Retention, table: RetainedTable): number {
  return retention[table] ?? retentionLimits.days.usual;
}

/** Nothing of an environment is older, whatever the table. */
export function oldestKeptMs({ retention }: Pick<EnvironmentSettings, 'retention'>, nowMs: number): number {
  return nowMs - Math.max(...retainedTables.map((table) => daysOf(retention, table))) * dayMs;
}

/** From when on a table keeps rows. What an experiment counts is kept until its results are final, however long it runs. */
export function keptFromMs(
  retention: Retention,
  table: RetainedTable,
  { running, nowMs }: { readonly running: readonly RunningExperiment[]; readonly nowMs: number },
): number {
  return Math.min(nowMs - daysOf(retention, table) * dayMs, ...running.map(({ fromMs }) => fromMs));
}

/**
 * @throws EXPERIMENTS_RUNNING where a table would be kept shorter than before, and than an experiment has run
 */
export function refuseShorterThanRunning(
  before: Retention,
  after: Retention,
  { running, nowMs }: { readonly running: readonly RunningExperiment[]; readonly nowMs: number },
): void {
  for (const table of retainedTables) {
    const days = daysOf(after, table);
    if (days >= daysOf(before, table)) continue;
    // An experiment that was started again is there once more for each iteration that still takes late data.
    const longer = new Set(running.filter(({ fromMs }) => fromMs < nowMs - days * dayMs).map(({ key }) => key));
    if (longer.size === 0) continue;
    throw problem(
      'EXPERIMENTS_RUNNING',
      `${days} days of ${table} are less than what is counted for results that are not final: ${[...longer].join(', ')}; wait for them, or keep more.`,
    );
  }
}
