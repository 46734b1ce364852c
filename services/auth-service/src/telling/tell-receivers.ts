import { isTopic, type Topic } from '@stitchd/core';
import type { Tx } from '@stitchd/db';
import {
  countWaiting,
  deleteOldDeliveries,
  insertDelivery,
  listEnvironments,
  listTold,
  readOrganisation,
  readProject,
  type ReceiverRow,
} from '@stitchd/db/auth';
import { organisationsToTell, takeUntoldRecords, type UntoldRecord } from '@stitchd/db/platform';
import type { AuthContext } from '../context.ts';
import { authLimits } from '../limits.ts';
import { writeMessage, type Place } from './write-message.ts';

type ToldRecord = UntoldRecord & { readonly topic: Topic; readonly projectId: string };

/** Queues a message for each receiver of what has happened; each record is looked at once, by one replica. */
export async function tellReceivers(context: AuthContext, stopping: AbortSignal): Promise<void> {
  const organisations = await organisationsToTell(context.database, authLimits.organisationsToldAtOnce);
  for (const organisationId of organisations) {
    if (stopping.aborted) return;
    await context.database.inTenant(organisationId, async (tx) => {
      const records = (await takeUntoldRecords(tx, authLimits.recordsToldAtOnce)).filter(isTold);
      const receivers = await listTold(tx, [...new Set(records.map(({ projectId }) => projectId))]);
      const place = rememberPlaces(tx);
      for (const record of records)
        for (const receiver of receivers)
          if (wants(receiver, record)) await queueFor(tx, context, receiver, record, await place(record));
      await deleteOldDeliveries(tx, authLimits.deliveryKeepDays, authLimits.deliveriesForgottenAtOnce);
    });
  }
}

function isTold(record: UntoldRecord): record is ToldRecord {
  return record.projectId !== null && isTopic(record.topic);
}

/** Of what happened before it was there, nobody tells a receiver. */
function wants(receiver: ReceiverRow, record: ToldRecord): boolean {
  return (
    receiver.project_id === record.projectId &&
    receiver.topics.includes(record.topic) &&
    receiver.created_at.getTime() <= record.createdAt.getTime()
  );
}

async function queueFor(tx: Tx, context: AuthContext, receiver: ReceiverRow, record: ToldRecord, place: Place): Promise<void> {
  const isFull = (await countWaiting(tx, receiver.id)) >= authLimits.waitingDeliveries;
  await insertDelivery(tx, {
    ...writeMessage(record, place, context.publicUrl),
    id: context.newId(),
    receiver,
    recordId: record.id,
    ...(isFull && {
      refused: { code: 'QUEUE_FULL', message: `${authLimits.waitingDeliveries} messages wait for this receiver already.` },
    }),
  });
}

/** Reads the names of each place once. */
function rememberPlaces(tx: Tx): (record: ToldRecord) => Promise<Place> {
  const known = new Map<string, Promise<Place>>();
  return (record) => {
    const key = `${record.projectId}/${record.environmentId}`;
    const place = known.get(key) ?? readPlace(tx, record.projectId, record.environmentId);
    known.set(key, place);
    return place;
  };
}

/** The names of a project, and of one of its environments where one is given. */
export async function readPlace(tx: Tx, projectId: string, environmentId: string | null): Promise<Place> {
  const unknown = { key: '', name: '' };
  const environments = environmentId === null ? [] : await listEnvironments(tx, projectId);
  return {
    organisation: (await readOrganisation(tx)) ?? unknown,
    project: (await readProject(tx, projectId)) ?? unknown,
    environment: environments.find(({ id }) => id === environmentId),
  };
}
