import type { Harm } from '@stitchd/statistics';
import type { ExperimentResults } from '../results/experiment-results.ts';

/** What people are told of once for each iteration and reason. */
export interface Alarm {
  readonly kind: 'broken' | 'harm';
  readonly reason: string;
  readonly title: string;
  readonly text: readonly string[];
}

/** Every reason of this look. */
export function alarmsOf({ decision, metrics, health }: ExperimentResults, harms: readonly Harm[]): readonly Alarm[] {
  const alarms: Alarm[] = [];
  if (decision.code === 'broken')
    for (const { check, status, title, cause, remedy } of health)
      if (status === 'broken')
        alarms.push({ kind: 'broken', reason: `broken:${check}`, title, text: remedy === null ? [cause] : [cause, remedy] });
  for (const harm of harms) {
    const key = metrics.find((metric) => metric.kind === 'computed' && metric.name === harm.metric)?.key ?? harm.metric;
    alarms.push({
      kind: 'harm',
      reason: `harm:${key}:${harm.armKey}`,
      title: 'Harm',
      text: [`${harm.metric} got worse with ${harm.armKey}.`],
    });
  }
  return alarms;
}
