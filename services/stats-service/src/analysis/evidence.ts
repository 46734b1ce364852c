import type { ComputedMetric } from '../results/metric-result.ts';
import type { AnalysisInputs, Evidence } from './analysis-inputs.ts';
import { harmKey } from './harm.ts';
import type { SplitHealth } from './health/split-checks.ts';
import { enrolmentNow } from './weekly-traffic.ts';

/** What was found in data that is left out by now, such as bots, is no evidence any more. */
export function withCurrentEvidence(inputs: AnalysisInputs): AnalysisInputs {
  const { evidence } = inputs.past;
  if (evidence === null || evidence.exclusions === JSON.stringify(inputs.plan.exclusions)) return inputs;
  const { exclusions, enrolment } = { exclusions: JSON.stringify(inputs.plan.exclusions), enrolment: evidence.enrolment };
  const forgotten: Evidence = {
    exclusions,
    sampleRatio: null,
    triggerRate: null,
    splitParts: null,
    mixed: null,
    covariates: {},
    harm: {},
    overlaps: null,
    enrolment,
  };
  return { ...inputs, past: { ...inputs.past, evidence: forgotten } };
}

/** What the next look has to know of this one and of all before. */
export function evidenceAfter(
  inputs: AnalysisInputs,
  found: Pick<SplitHealth, 'logEvidence' | 'triggerEvidence' | 'mixedEvidence' | 'splitParts'> &
    Pick<Evidence, 'covariates' | 'overlaps'>,
  metrics: readonly ComputedMetric[],
): Evidence {
  const harm = metrics.flatMap(({ key, comparisons }) =>
    comparisons.flatMap((comparison) =>
      comparison.harm.flatMap(({ windowHours, pValue }) =>
        pValue === null ? [] : [[harmKey(key, windowHours, comparison.variant), pValue] as const],
      ),
    ),
  );
  const past = inputs.past.evidence;
  return {
    exclusions: JSON.stringify(inputs.plan.exclusions),
    enrolment: enrolmentNow(inputs),
    sampleRatio: found.logEvidence ?? past?.sampleRatio ?? null,
    triggerRate: found.triggerEvidence ?? past?.triggerRate ?? null,
    splitParts: found.splitParts ?? past?.splitParts ?? null,
    mixed: found.mixedEvidence ?? past?.mixed ?? null,
    covariates: { ...past?.covariates, ...found.covariates },
    overlaps: found.overlaps,
    harm: { ...past?.harm, ...Object.fromEntries(harm) },
  };
}
