import { startLoop } from '@stitchd/service-kit';
import { retentionLimits } from './retention-limits.ts';
import { sweepEnvironments, type SweepParts } from './sweep-environments.ts';

/** Deletes what is too old, with other replicas, until it is stopped. */
export function startRetention(parts: SweepParts): { readonly stop: () => Promise<void> } {
  return startLoop({
    intervalMs: retentionLimits.pollMs,
    async once(stopping) {
      while (!stopping.aborted && (await sweepEnvironments(parts, stopping)) > 0);
    },
    onTrouble: (error) => parts.log.warn({ err: error }, 'rows that are too old have to wait'),
  });
}
