import { isDeepStrictEqual } from 'node:util';
import type { IterationSettings } from '@stitchd/db/experiment';

/**
 * Names of what is no longer as in the snapshot, in the order of names: a setting such as `hypothesis`, one inside of `plan`
 * or `analysis` with a dot, and of a metric its margin or version, such as `metrics.revenue.margin`.
 */
export function changedSettings(snapshot: IterationSettings, settings: IterationSettings): readonly string[] {
  const { metrics: metricsThen, plan: planThen, analysis: analysisThen, ...then } = snapshot;
  const { metrics, plan, analysis, ...now } = settings;
  return [
    ...differing(then, now, ''),
    ...differing(planThen, plan, 'plan.'),
    ...differing(analysisThen, analysis, 'analysis.'),
    ...metrics.flatMap((metric) => {
      const before = metricsThen.find(({ key }) => key === metric.key);
      return before === undefined ? [`metrics.${metric.key}`] : differing(before, metric, `metrics.${metric.key}.`);
    }),
  ].toSorted();
}

function differing(then: object, now: object, prefix: string): readonly string[] {
  const [before, after] = [new Map(Object.entries(then)), new Map(Object.entries(now))];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(before.get(name), after.get(name))).map((name) => `${prefix}${name}`);
}
