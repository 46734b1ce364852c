import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JobRow } from '@stitchd/db/stats';
import { JobSchema, type Job } from '@stitchd/proto/stats/v1/stats';

const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

/** A job as the others see it. */
export function jobMessage(row: JobRow): Job {
  return create(JobSchema, {
    id: row.id,
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
