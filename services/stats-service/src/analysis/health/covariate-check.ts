import {
  combineCrossMoments,
  combinePeriods,
  covariateImbalance,
  emptyCrossMoments,
  estimateOf,
  imbalanceAlpha,
  meanStatistic,
  ratioStatistic,
  type CrossMoments,
  type HealthFigures,
} from '@stitchd/statistics';
import type { MeansFigures } from '../../computation/figures.ts';
import type { HealthCheck } from '../../results/health-check.ts';
import { lookKey, type AnalysisInputs } from '../analysis-inputs.ts';
import type { ComputablePass } from '../metric-pass.ts';
import { finding, listText } from './findings.ts';
import { timesOfConstantWeights } from './played-periods.ts';

export interface CovariateHealth {
  readonly check: HealthCheck;
  readonly covariates: HealthFigures['covariates'];
  /** To be remembered, by metric and variant. */
  readonly pValues: Readonly<Record<string, number>>;
  readonly checks: number;
}

interface Measured {
  readonly pass: ComputablePass;
  readonly figures: MeansFigures;
}

/** Whether the arms differed in what was measured before anybody was exposed, by the least p-value of all looks. */
export function covariateHealth(inputs: AnalysisInputs, passes: readonly ComputablePass[]): CovariateHealth {
  const measured = passes.flatMap(({ figures, ...pass }): readonly Measured[] =>
    figures.kind === 'means' && figures.columns.length % 2 === 0 && figures.columns.at(-1) !== 'denominator'
      ? [{ pass: { ...pass, figures }, figures }]
      : [],
  );
  const checks = measured.reduce((sum, { pass }) => sum + pass.arms.length, 0);
  const found = measured.flatMap(({ pass, figures }) =>
    pass.arms.map((arm) => imbalanceOf(inputs, pass, figures, arm.variant, checks)),
  );
  const known = found.filter((each) => each.pValue !== null);
  const pValues = Object.fromEntries(known.map(({ key, pValue }) => [key, pValue ?? 1]));
  const covariates = known.map(({ name, pValue }) => ({ covariate: name, pValue: pValue ?? 1 }));
  const figures = known.map(({ name, z }) => ({ label: `${name}, z`, value: Math.round(z * 100) / 100 }));
  const base = { covariates, pValues, checks };
  if (known.length === 0)
    return { ...base, check: finding('pre-period', 'waiting', 'Nothing was measured before the exposure, or of too few units.') };
  // The mixed units are one more check of the same level.
  const alpha = imbalanceAlpha / (known.length + 1);
  const broken = known.filter(({ pValue }) => (pValue ?? 1) < alpha);
  if (broken.length === 0)
    return { ...base, check: finding('pre-period', 'ok', 'The arms did not differ in what was measured before.', { figures }) };
  const names = listText(broken.map(({ name }) => name));
  const cause = `The arms differed in ${names} before anybody was exposed; by chance that happens in fewer than 1 of 1,000 experiments. They are not alike, so that a difference says nothing about the treatment.`;
  const remedy =
    'Restart with a new randomisation: the arms may carry over what an earlier experiment did to the same units, or one of them may lose a part of its units.';
  return { ...base, check: finding('pre-period', 'broken', cause, { remedy, figures }) };
}

function imbalanceOf(inputs: AnalysisInputs, pass: ComputablePass, figures: MeansFigures, variant: string, checks: number) {
  const { arms, baselineVariant } = inputs.plan;
  const statistic = figures.columns.length === 4 ? ratioStatistic(2, 3) : meanStatistic(1);
  // Units of different weights must not be summed up: who comes early differs from who comes late.
  const periods = timesOfConstantWeights(inputs).flatMap(({ periods: numbers }) => {
    const estimate = (name: string) => {
      const place = arms.findIndex((arm) => arm.variant === name);
      const cells = figures.all.filter(({ arm, period }) => arm === place && numbers.has(period));
      return estimateOf(cells.reduce<CrossMoments>(combineCrossMoments, emptyCrossMoments(figures.columns.length)), statistic);
    };
    const [control, treatment] = [estimate(baselineVariant), estimate(variant)];
    return control.kind === 'ok' && treatment.kind === 'ok' ? [{ control: control.estimate, treatment: treatment.estimate }] : [];
  });
  const key = lookKey(pass.metric.key, variant);
  const name = arms.length > 2 ? `${pass.metric.name} (${variant})` : pass.metric.name;
  const before = inputs.past.evidence?.covariates[key];
  const none = { key, name, z: 0, pValue: before ?? null };
  if (periods.length === 0) return none;
  const { control, treatment } = combinePeriods(periods);
  const found = covariateImbalance(control, treatment, checks);
  return found.kind === 'ok' ? { key, name, z: found.z, pValue: Math.min(found.pValue, before ?? 1) } : none;
}
