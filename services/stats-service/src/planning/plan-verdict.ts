import { longestForecastDays } from '@stitchd/statistics';
import type { PlannedMetric, PlanVerdict } from './experiment-plan.ts';

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
const count = (units: number): string => Math.round(units).toLocaleString('en-GB');

const noTrafficTexts = {
  flag: 'The flag exposed nobody in this time: it is new, or no experiment ran on it. So nobody can say how long one takes.',
  events: 'No unit of this kind was seen in this time: nobody can say how long an experiment takes.',
} as const;

/** What a plan comes to, in words, by its primary metric. */
export function planVerdict(
  primary: PlannedMetric | undefined,
  traffic: { readonly source: 'flag' | 'events'; readonly units: number; readonly perDay: number },
): PlanVerdict {
  if (traffic.units === 0) return { code: 'no-traffic', words: noTrafficTexts[traffic.source] };
  if (primary === undefined || primary.kind === 'failed')
    return { code: 'no-baseline', words: `The primary metric can't be planned for: ${primary?.message ?? 'there is none.'}` };
  const { point, name } = primary;
  if (point === null)
    return { code: 'no-baseline', words: primary.warnings[0] ?? `The past of ${name} does not say how much it varies.` };
  if (point.days === null) return tooLittle(primary, point.minimumEffect, point.units, traffic.perDay);
  return {
    code: 'feasible',
    words:
      `To see a change of ${percent(point.minimumEffect)} in ${name}, ${count(point.units)} units are needed: about ${point.days} ` +
      `${point.days === 1 ? 'day' : 'days'} at today's traffic.`,
  };
}

function tooLittle(
  { name, curve }: Extract<PlannedMetric, { readonly kind: 'planned' }>,
  effect: number,
  units: number,
  perDay: number,
): PlanVerdict {
  const possible = curve.find(({ days }) => days !== null);
  const instead =
    possible === undefined
      ? 'Not even a change of 50 % could be seen in that time.'
      : `What can be seen at today's traffic is a change of ${percent(possible.minimumEffect)}, in ${possible.days} days.`;
  return {
    code: 'too-little-traffic',
    words:
      `There is too little traffic: a change of ${percent(effect)} in ${name} takes ${count(units)} units, and ${count(perDay)} new ones ` +
      `come a day. That takes over ${longestForecastDays} days longer than the past that was looked at. ${instead}`,
  };
}
