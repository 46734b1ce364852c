import type { Schemas } from '@stitchd/rest-client';
import type { SplitChoice } from './splits-of.ts';
import { metricsOf, typed, type WizardValues } from './wizard-values.ts';
import { milliPercentPerPercent, wholeMilliPercent } from '../../parts/milli-percent.ts';

const percent = 100;

/** What to ask the planner; undefined while something is missing. */
export function planRequest(values: WizardValues, split: SplitChoice | undefined): Schemas['PlanRequest'] | undefined {
  const { given, flagKey, baselineVariant, primary, prePeriodDays, adjustment } = values;
  const effect = typed(values.minimumEffect);
  const number = typed(values[given]);
  const enrolment = typed(values.enrolment);
  if (split === undefined || flagKey === null || baselineVariant === null || primary === null) return undefined;
  if (number === undefined || number <= 0) return undefined;
  return {
    unitKind: split.contextKind,
    metricKeys: metricsOf(values).map(({ key }) => key),
    arms: plannedArms(split, baselineVariant),
    flagKey,
    alpha: (typed(values.alpha) ?? 5) / percent,
    power: (typed(values.power) ?? 80) / percent,
    prePeriodDays: adjustment === 'off' ? 0 : (typed(prePeriodDays) ?? 14),
    ...(enrolment !== undefined && { enrolmentMilliPercent: Math.round(enrolment * milliPercentPerPercent) }),
    ...(given === 'minimumEffect' && { minimumEffect: (effect ?? 0) / percent }),
    ...(given === 'plannedUnits' && { units: number }),
    ...(given === 'plannedDays' && { days: number }),
  };
}

/** Their shares of those who take part, the baseline first; what rounding leaves over is the baseline's. */
function plannedArms({ shares }: SplitChoice, baselineVariant: string): { variant: string; milliPercent: number }[] {
  const sum = shares.reduce((total, share) => total + share.percent, 0) || 1;
  const others = shares
    .filter(({ variant }) => variant !== baselineVariant)
    .map((share) => ({ variant: share.variant, milliPercent: Math.round((share.percent / sum) * wholeMilliPercent) }));
  const rest = wholeMilliPercent - others.reduce((total, { milliPercent }) => total + milliPercent, 0);
  return [{ variant: baselineVariant, milliPercent: rest }, ...others];
}
