import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  listIterations as listRows,
  readPeriods,
  type ExperimentRow,
  type IterationRow,
  type StoredPeriod,
} from '@stitchd/db/experiment';
import {
  ListIterationsResponseSchema,
  type IterationSchema,
  type ListIterationsRequest,
  type ListIterationsResponse,
} from '@stitchd/proto/experiment/v1/experiment';
import { environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { changedSettings } from '../iterations/changed-settings.ts';
import { periodMessage } from '../iterations/period-message.ts';
import { serveMessage } from '../plan-message.ts';
import { requireExperiment } from './get-experiment.ts';

/** The first one first. */
export async function listIterations(
  ctx: ExperimentationContext,
  { key }: ListIterationsRequest,
): Promise<ListIterationsResponse> {
  const { organisationId, environmentId } = environmentScope();
  return ctx.database.inTenant(organisationId, async (tx) => {
    const experiment = await requireExperiment(tx, environmentId, key);
    const rows = await listRows(tx, experiment.id);
    const periods = await readPeriods(
      tx,
      rows.map(({ id }) => id),
    );
    return create(ListIterationsResponseSchema, {
      items: rows.map((row) => iterationMessage(row, periods.get(row.id) ?? [], experiment)),
    });
  });
}

function iterationMessage(
  row: IterationRow,
  periods: readonly StoredPeriod[],
  experiment: ExperimentRow,
): MessageInitShape<typeof IterationSchema> {
  const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));
  return {
    id: row.id,
    number: row.number,
    startedAt: timestampFromDate(row.started_at),
    stoppedAt: timestamp(row.stopped_at),
    state: row.stopped_at !== null ? 'stopped' : experiment.state === 'paused' ? 'paused' : 'running',
    endedAs: row.decision,
    reRandomised: row.re_randomised,
    snapshot: row.snapshot as unknown as JsonObject,
    snapshotHash: row.snapshot_hash,
    changedAfterStart: [...changedSettings(row.snapshot, row.settings)],
    periods: periods.map(periodMessage),
    servedAfter: serveMessage(row.served_after),
    graceUntil: timestamp(row.grace_until),
  };
}
