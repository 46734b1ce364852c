import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@stitchd/core';
import type { ExperimentRow, IterationMetric, IterationSettings, StoredArm } from '@stitchd/db/experiment';

/** What an iteration is measured by: everything of the experiment that decides its results. */
export function iterationSettings(
  experiment: ExperimentRow,
  measured: {
    readonly arms: readonly StoredArm[];
    readonly unitKind: string;
    readonly metrics: readonly IterationMetric[];
    /** As definitions carry it; null where arms are assigned elsewhere. */
    readonly split: JsonValue;
  },
): IterationSettings {
  return {
    kind: experiment.kind,
    hypothesis: experiment.hypothesis,
    flagKey: experiment.flag_key,
    ruleId: experiment.rule_id,
    assignment: experiment.assignment,
    unitKind: measured.unitKind,
    baselineVariant: experiment.baseline_variant,
    arms: measured.arms,
    metrics: measured.metrics,
    alpha: experiment.alpha,
    plan: experiment.plan,
    analysis: experiment.analysis,
    split: measured.split,
  };
}

/** SHA-256 in hex of the canonical JSON: two that are equal in everything have one hash. */
export function snapshotHash(settings: IterationSettings): string {
  return createHash('sha256')
    .update(canonicalJson(settings as unknown as JsonValue))
    .digest('hex');
}
