import { create, toJson } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import type { ExperimentRow } from '@stitchd/db/experiment';
import { ExperimentSchema, type Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { analysisMessage, planMessage, serveMessage } from './plan-message.ts';

const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

/** An experiment as the others see it. */
export function experimentMessage(row: ExperimentRow): Experiment {
  return create(ExperimentSchema, {
    id: row.id,
    key: row.key,
    name: row.name,
    hypothesis: row.hypothesis,
    state: row.state,
    flagKey: row.flag_key,
    ruleId: row.rule_id,
    assignment: row.assignment,
    baselineVariant: row.baseline_variant,
    arms: row.arms.map((arm) => ({ ...arm })),
    kind: row.kind,
    owner: row.owner,
    archivedAt: timestamp(row.archived_at),
    metrics: row.metrics.map(({ key, role, margin }) => ({ key, role, margin })),
    metricVersions: row.metric_versions.map((version) => ({ ...version })),
    unitKind: row.unit_kind,
    alpha: row.alpha,
    iterationId: row.iteration_id ?? '',
    iterationNumber: row.iteration_number,
    startedAt: timestamp(row.started_at),
    stoppedAt: timestamp(row.stopped_at),
    version: row.version,
    createdAt: timestamp(row.created_at),
    updatedAt: timestamp(row.updated_at),
    projectId: row.project_id,
    environmentId: row.environment_id,
    periodFrom: timestamp(row.period_from),
    periodTo: timestamp(row.period_to),
    enrolmentMilliPercent: row.wanted_enrolment_milli_percent ?? row.enrolment_milli_percent,
    plan: planMessage(row.plan),
    analysis: analysisMessage(row.analysis),
    snapshotHash: row.snapshot_hash,
    changedAfterStart: row.changed_after_start,
    graceUntil: timestamp(row.grace_until),
    servedAfter: serveMessage(row.served_after),
    ...(row.start_problem !== null && { startProblem: { ...row.start_problem } }),
  });
}

/** For the audit log, and for a caller whose version is not the current one. */
export function experimentJson(row: ExperimentRow): JsonValue {
  return toJson(ExperimentSchema, experimentMessage(row));
}
