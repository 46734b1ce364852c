import type { ArmResult, ExposureCounts, PeriodResult, ResultInputs } from '../results/experiment-results.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import { deliveredUnits } from './delivered-units.ts';
import type { Progress } from './plan-progress.ts';

const wholeShare = 100_000;

export function periodResults({ settings }: AnalysisInputs): readonly PeriodResult[] {
  return settings.periods.map(({ number, from, to, enrolmentMilliPercent, isPause }) => ({
    number,
    from,
    to,
    enrolmentShare: enrolmentMilliPercent / wholeShare,
    isPause,
  }));
}

export function armResults(
  { plan, settings, figures }: AnalysisInputs,
  progress: Progress,
  expected: readonly number[],
): readonly ArmResult[] {
  const units = figures.units.reduce((sum, each) => sum + each.units, 0);
  return plan.arms.map(({ variant }, arm) => {
    const own = figures.units.find((each) => each.arm === arm);
    return {
      variant,
      units: own?.units ?? 0,
      mixedUnits: own?.mixedUnits ?? 0,
      deliveredUnits: deliveredUnits(figures, arm),
      expectedShare: progress.expectedShares[arm] ?? 0,
      expectedUnits: units === 0 ? null : (expected[arm] ?? 0),
      periods: settings.periods.map(({ number, expectedMilliPercent }) => ({
        period: number,
        units: figures.periodUnits.find((each) => each.period === number && each.arm === arm)?.units ?? 0,
        expectedShare: (expectedMilliPercent[arm] ?? 0) / wholeShare,
      })),
    };
  });
}

export function exposureCounts({ plan, figures }: AnalysisInputs): ExposureCounts {
  const { exposures, days } = figures;
  const isArm = new Set(plan.arms.map(({ variant }) => variant));
  const counted = exposures.filter(({ exclusion }) => exclusion === 0);
  const sumOf = (counts: typeof exposures, name: 'items' | 'withoutUnit' | 'units'): number =>
    counts.reduce((sum, count) => sum + count[name], 0);
  return {
    items: sumOf(counted, 'items'),
    withoutUnit: sumOf(counted, 'withoutUnit'),
    otherVariants: counted.filter(({ variant }) => !isArm.has(variant)).map(({ variant, items }) => ({ variant, items })),
    excluded: plan.exclusions.map(({ name }, index) => {
      const ofIt = exposures.filter(({ exclusion }) => exclusion === index + 1);
      return { name, items: sumOf(ofIt, 'items'), units: sumOf(ofIt, 'units') };
    }),
    days: days.map(({ day, arm, units }) => ({ day, variant: plan.arms[arm]?.variant ?? '', units })),
  };
}

export function resultInputs({ figures, derivation }: AnalysisInputs, maturedUnits: number): ResultInputs {
  const units = figures.units.reduce((sum, each) => sum + each.units, 0);
  return {
    sql: figures.query.sql,
    parameters: figures.query.parameters,
    rowsRead: figures.rowsRead,
    watermark: figures.watermark,
    lateShare: figures.events?.lateShare ?? 0,
    maturedShare: units === 0 ? 0 : maturedUnits / units,
    lastExposureAt: figures.lastExposureAt,
    lastEventAt: figures.lastEventAt,
    derivation,
  };
}
