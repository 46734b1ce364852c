import type { ExperimentRow, IterationRow, StoredPeriod } from '@stitchd/db/experiment';
import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { versionsOf } from '../draft/metric-versions.ts';
import { experimentMessage } from '../experiment-message.ts';
import { changedSettings } from './changed-settings.ts';

/** The experiment as one of its iterations is measured: what was edited since is for the next one. */
export function measuredExperiment(row: ExperimentRow, iteration: IterationRow, periods: readonly StoredPeriod[]): Experiment {
  const { settings } = iteration;
  return experimentMessage({
    ...(iteration.id === row.iteration_id ? row : earlier(row, iteration, periods)),
    hypothesis: settings.hypothesis,
    unit_kind: settings.unitKind,
    baseline_variant: settings.baselineVariant,
    arms: settings.arms,
    metrics: settings.metrics,
    metric_versions: versionsOf(settings.metrics),
    alpha: settings.alpha,
    plan: settings.plan,
    analysis: settings.analysis,
  });
}

/** An iteration that another one followed has stopped, whatever the experiment does by now. */
function earlier(row: ExperimentRow, iteration: IterationRow, periods: readonly StoredPeriod[]): ExperimentRow {
  const { snapshot, settings } = iteration;
  const isRecorded = settings.assignment === 'recorded';
  return {
    ...row,
    state: 'stopped',
    kind: settings.kind,
    assignment: settings.assignment,
    iteration_id: iteration.id,
    iteration_number: iteration.number,
    started_at: iteration.started_at,
    stopped_at: iteration.stopped_at,
    grace_until: iteration.grace_until,
    served_after: iteration.served_after,
    snapshot_hash: iteration.snapshot_hash,
    changed_after_start: [...changedSettings(snapshot, settings)],
    // Only those of recorded assignments are asked for, and not found.
    period_from: isRecorded ? (periods.at(0)?.from ?? null) : null,
    period_to: isRecorded ? (periods.at(-1)?.to ?? null) : null,
    wanted_enrolment_milli_percent: null,
    enrolment_milli_percent: periods.at(-1)?.enrolmentMilliPercent ?? row.enrolment_milli_percent,
    start_problem: null,
  };
}
