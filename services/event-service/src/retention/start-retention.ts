import { startLoop } from '@stitchd/service-kit';
import { retentionLimits } from './retention-limits.ts';
import { sweepEnvironments, type SweepParts } from './sweep-environments.ts';

/** Deletes what is too old, with other replicas, until it is stopped; begins one pause after the start, which has enough to do. */
export function startRetention(parts: SweepParts): { readonly stop: () => Promise<void> } {
  let isStart = true;
  return startLoop({
    intervalMs: retentionLimits.pollMs,
    async once(stopping) {
      if (isStart) return void (isStart = false);
      while (!stopping.aborted && (await sweepEnvironments(parts, stopping)) > 0);
    },
    onTrouble: (error) => parts.log.warn({ err: error }, 'rows that are too old have to wait'),
  });
}
