import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { HoldoutRow } from '@stitchd/db/experiment';
import {
  AnalysisPlanSchema,
  ExperimentSchema,
  type AnalysisPlan,
  type Experiment,
} from '@stitchd/proto/experiment/v1/experiment';
import { experimentLimits, holdoutLimits, wholeShare } from '../limits.ts';

const stateOf = { draft: 'draft', running: 'running', ended: 'stopped' } as const;

/** Both sides of a holdout: the units that it holds are what the others are compared with. */
function sidesOf({ share_milli_percent: held }: HoldoutRow) {
  return [
    { variant: 'held', expectedMilliPercent: held },
    { variant: 'free', expectedMilliPercent: wholeShare - held },
  ];
}

/**
 * A holdout as what it is to those who compute: a rollout that is watched, with always-valid intervals and no verdict to ship.
 * Its id stands for that of its one iteration.
 */
export function holdoutAsExperiment(row: HoldoutRow): Experiment {
  const { prePeriodDays, scheduleMinutes } = experimentLimits.analysis;
  const at = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));
  return create(ExperimentSchema, {
    id: row.id,
    key: row.key,
    name: row.name,
    kind: 'rollout',
    state: stateOf[row.state],
    assignment: 'split',
    baselineVariant: 'held',
    arms: sidesOf(row),
    metrics: row.metric_keys.map((key) => ({ key, role: 'secondary' })),
    metricVersions: row.metric_versions.map((version) => ({ ...version })),
    unitKind: row.unit_kind,
    alpha: row.alpha,
    ...(row.started_at !== null && { iterationId: row.id, iterationNumber: 1 }),
    startedAt: at(row.started_at),
    stoppedAt: at(row.ended_at),
    version: row.version,
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
    environmentId: row.environment_id,
    projectId: row.project_id,
    enrolmentMilliPercent: wholeShare,
    analysis: {
      design: 'sequential',
      adjustment: 'on',
      prePeriodDays: prePeriodDays.default,
      scheduleMinutes: scheduleMinutes.default,
      onHarm: 'tell',
    },
    graceUntil: at(graceUntil(row)),
  });
}

function graceUntil({ ended_at: endedAt }: HoldoutRow): Date | null {
  return endedAt === null ? null : new Date(endedAt.getTime() + holdoutLimits.graceMs);
}

/** What is to be computed of a holdout; of a draft there is no period. */
export function holdoutPlan(row: HoldoutRow): AnalysisPlan {
  const experiment = holdoutAsExperiment(row);
  const { startedAt: from, stoppedAt: to, graceUntil: grace, projectId } = experiment;
  return create(AnalysisPlanSchema, {
    experiment,
    projectId,
    holdoutKey: row.key,
    from,
    to,
    graceUntil: grace,
    ...(from !== undefined && {
      periods: [{ number: 1, from, to, arms: sidesOf(row), enrolmentMilliPercent: wholeShare, isPause: false }],
    }),
  });
}
