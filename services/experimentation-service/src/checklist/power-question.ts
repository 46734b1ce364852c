import type { MessageInitShape } from '@bufbuild/protobuf';
import { weightsOf } from '@stitchd/core';
import type { StoredArm } from '@stitchd/db/experiment';
import type { PowerQuestionSchema } from '@stitchd/proto/experiment/v1/experiment';
import type { StartFacts } from './start-facts.ts';

/** What the past has to be asked about a plan; undefined where there is no plan, or nobody to compare. */
export function powerQuestion({ experiment, flag }: StartFacts): MessageInitShape<typeof PowerQuestionSchema> | undefined {
  const { plan, analysis } = experiment;
  const metric = experiment.metrics.find(({ role }) => role === 'primary');
  if (experiment.kind === 'rollout' || plan.minimumEffect === undefined || metric === undefined) return undefined;
  const arms = armsOf(experiment, flag).filter(({ expectedMilliPercent }) => expectedMilliPercent > 0);
  const baseline = arms.filter(({ variant }) => variant === experiment.baseline_variant);
  const others = arms.filter(({ variant }) => variant !== experiment.baseline_variant);
  if (baseline.length === 0 || others.length === 0) return undefined;
  return {
    unitKind: experiment.unit_kind,
    arms: [...baseline, ...others],
    enrolmentMilliPercent: experiment.enrolment_milli_percent,
    metricKey: metric.key,
    flagKey: experiment.flag_key,
    alpha: experiment.alpha,
    power: plan.power,
    minimumEffect: plan.minimumEffect,
    prePeriodDays: analysis.adjustment === 'off' ? 0 : analysis.prePeriodDays,
    ...(plan.plannedUnits !== undefined && { plannedUnits: plan.plannedUnits }),
    ...(plan.plannedDays !== undefined && { plannedDays: plan.plannedDays }),
  };
}

function armsOf({ assignment, arms }: StartFacts['experiment'], flag: StartFacts['flag']): readonly StoredArm[] {
  if (assignment === 'recorded') return arms;
  return Object.entries(weightsOf(flag?.split?.ranges ?? [])).map(([variant, expectedMilliPercent]) => ({
    variant,
    expectedMilliPercent,
  }));
}
