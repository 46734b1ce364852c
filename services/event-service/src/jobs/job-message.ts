import { create, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JobRow } from '@stitchd/db/event';
import { EventJobSchema, type EventJob } from '@stitchd/proto/event/v1/job';

const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

/** A job as the others see it. */
export function jobMessage(row: JobRow): EventJob {
  return create(EventJobSchema, {
    id: row.id,
    kind: row.kind,
    state: row.state,
    request: row.request as JsonObject,
    progress: row.progress as JsonObject,
    attempts: row.attempts,
    cancelling: row.cancelling && row.state === 'running',
    errorCode: row.error_code ?? '',
    errorMessage: row.error_message ?? '',
    createdBy: row.created_by,
    createdAt: timestamp(row.created_at),
    startedAt: timestamp(row.started_at),
    finishedAt: timestamp(row.finished_at),
  });
}
