import type { Schemas } from '@stitchd/rest-client';
import { draftOf, newWizardValues, type WizardValues } from './wizard-values.ts';
import { milliPercentPerPercent } from '../../parts/milli-percent.ts';

type Experiment = Schemas['Experiment'];

const percent = 100;

/** A share as people type it, without the digits that a binary fraction adds. */
const typedPercent = (share: number): number => Number((share * percent).toPrecision(9));

/** What the wizard asks, as it was answered for an experiment that exists. */
export function valuesOf(experiment: Experiment): WizardValues {
  const { kind, name, key, hypothesis, flagKey, ruleId, baselineVariant, unitKind, alpha, analysis, plan, metrics } = experiment;
  const { minimumEffect, power, plannedUnits = '', plannedDays = '' } = plan;
  return {
    ...newWizardValues,
    kind,
    name,
    key,
    hypothesis,
    flagKey,
    ruleId,
    baselineVariant,
    unitKind,
    enrolment: experiment.enrolmentMilliPercent / milliPercentPerPercent,
    primary: metrics.find(({ role }) => role === 'primary')?.key ?? null,
    guardrails: metrics
      .filter(({ role }) => role === 'guardrail')
      .map((metric) => ({ key: metric.key, margin: typedPercent(metric.margin ?? 0.01) })),
    secondary: metrics.filter(({ role }) => role === 'secondary').map((metric) => metric.key),
    minimumEffect: minimumEffect === undefined ? '' : typedPercent(minimumEffect),
    power: typedPercent(power),
    plannedUnits,
    plannedDays,
    alpha: typedPercent(alpha),
    design: analysis.design,
    adjustment: analysis.adjustment,
    prePeriodDays: analysis.prePeriodDays,
    scheduleMinutes: analysis.scheduleMinutes,
    onHarm: analysis.onHarm,
    dimensions: [...analysis.dimensions],
  };
}

/** What of the answers may change. An end date, which the wizard does not ask for, stays. */
export function patchOf(values: WizardValues, experiment: Experiment): Schemas['ExperimentPatch'] {
  const { name, hypothesis, baselineVariant, metrics, alpha, plan, analysis, enrolmentMilliPercent } = draftOf(values);
  const { endsAt } = experiment.plan;
  return {
    ...(name !== undefined && { name }),
    ...(hypothesis !== undefined && { hypothesis }),
    baselineVariant,
    metrics,
    ...(alpha !== undefined && { alpha }),
    ...(plan !== undefined && { plan: { ...plan, ...(endsAt !== undefined && { endsAt }) } }),
    ...(analysis !== undefined && { analysis }),
    // Of recorded arms there is none, and saying it again would be refused.
    ...(enrolmentMilliPercent !== undefined &&
      enrolmentMilliPercent !== experiment.enrolmentMilliPercent && { enrolmentMilliPercent }),
  };
}
