import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JobRow } from '@stitchd/db/stats';
import { JobSchema, type Job } from '@stitchd/proto/stats/v1/stats';
import { statsLimits } from '../limits.ts';

const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

/** Between two attempts a job runs, but in nobody's hands. */
const isPausing = (row: JobRow): boolean => row.state === 'running' && row.lease_token === null;

/** A job as the others see it. */
export function jobMessage(row: JobRow): Job {
  return create(JobSchema, {
    id: row.id,
    kind: row.kind,
    // What is told of it on the way may come late.
    progress: row.state === 'succeeded' ? 1 : row.progress,
    stage: row.stage,
    maxAttempts: statsLimits.attempts,
    nextAttemptAt: isPausing(row) ? timestampFromDate(row.due_at) : undefined,
    cancelRequestedAt: timestamp(row.cancel_requested_at),
    full: row.is_full,
    iteration: row.iteration,
    experimentId: row.experiment_id,
    cause: row.cause,
    state: row.state,
    errorCode: row.error_code ?? '',
    errorMessage: row.error_message ?? '',
    attempts: row.attempts,
    createdAt: timestamp(row.created_at),
    startedAt: timestamp(row.started_at),
    finishedAt: timestamp(row.finished_at),
  });
}
