import { environmentScope, type EnvironmentScope } from '@stitchd/service-kit';
import { create } from '@bufbuild/protobuf';
import type { ValidationError } from '@stitchd/core';
import { changeEnvironments } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import {
  addKeys,
  allowLongStatements,
  listSides,
  presentFingerprints,
  removeKeys,
  updateSegment,
  type FingerprintedKey,
  type ListOf,
  type ListSide,
  type SegmentRow,
} from '@stitchd/db/segment';
import {
  ChangeListKeysResponseSchema,
  type ChangeListKeysRequest,
  type ChangeListKeysResponse,
} from '@stitchd/proto/segment/v1/segment';
import type { SegmentContext } from '../context.ts';
import { listLimits } from '../limits.ts';
import { checkKeyCount, checkKeys } from '../lists/check-keys.ts';
import { shardsOf } from '../lists/list-form.ts';
import { listForms, listPublication } from '../lists/list-publication.ts';
import type { ChangedSide } from '../lists/list-shards.ts';
import { refuseTooLong } from '../lists/refuse-too-long.ts';
import { storedKeys, wireValues } from '../lists/stored-keys.ts';
import { changeInCall } from '../change-in-call.ts';
import { findListOrRefuse } from '../segments/find-segment-or-refuse.ts';
import { refuseInvalid } from '../segments/refuse-invalid.ts';
import { describeSegment, segmentState } from '../segments/segment-message.ts';

/** Adds and removes keys of one side of a list. Doing it again changes nothing, so that it needs no version. */
export async function changeListKeys(context: SegmentContext, request: ChangeListKeysRequest): Promise<ChangeListKeysResponse> {
  const scope = environmentScope();
  const side = readChange(request);
  // Hashed before the transaction begins, so that nobody waits for it.
  const [adding, removing] = [storedKeys(request.add), storedKeys(request.remove)];
  return context.database.inTenant(scope.organisationId, async (tx) => {
    await allowLongStatements(tx, listLimits.statementTimeoutMs);
    const before = await findListOrRefuse(tx, scope, request.key, { lock: true });
    const list = { segmentId: before.id, organisationId: scope.organisationId, side };
    const added = await addKeys(tx, list, adding);
    const removed = await removeKeys(tx, list, request.remove);
    const change = {
      side,
      prefixes: [...added.prefixes, ...removed.prefixes],
      added: wireValues(adding),
      removed: removed.count === 0 ? new Set<bigint>() : await goneFingerprints(tx, list, removing),
    };
    const growth = added.count - removed.count;
    const segment = change.prefixes.length === 0 ? before : await publishChange(tx, context, scope, before, change, growth);
    return create(ChangeListKeysResponseSchema, {
      added: added.count,
      removed: removed.count,
      segment: await describeSegment(tx, segment),
    });
  });
}

function readChange(request: ChangeListKeysRequest): ListSide {
  const errors: ValidationError[] = [];
  const side = listSides.find((one) => one === request.side);
  if (side === undefined) errors.push({ path: '/side', message: `must be one of ${listSides.join(', ')}` });
  checkKeyCount(request.add.length + request.remove.length, '/add', errors);
  checkKeys(request.add, '/add', errors);
  checkKeys(request.remove, '/remove', errors);
  const adding = new Set(request.add);
  const both = request.remove.findIndex((key) => adding.has(key));
  if (both !== -1) errors.push({ path: `/remove/${both}`, message: 'is to be added too' });
  refuseInvalid(errors);
  if (side === undefined) throw new Error('an unknown side is refused');
  return side;
}

/** A fingerprint that another key of the list has too stays. */
async function goneFingerprints(tx: Tx, list: ListOf, removed: readonly FingerprintedKey[]): Promise<ReadonlySet<bigint>> {
  const present = await presentFingerprints(
    tx,
    list,
    removed.map(({ fingerprint }) => fingerprint),
  );
  return new Set(wireValues(removed.filter(({ fingerprint }) => !present.has(fingerprint))));
}

async function publishChange(
  tx: Tx,
  context: SegmentContext,
  scope: EnvironmentScope,
  before: SegmentRow,
  changed: ChangedSide,
  growth: number,
): Promise<SegmentRow> {
  const count = `${changed.side}_count` as const;
  const counted = { ...before, version: before.version + 1, [count]: before[count] + growth };
  refuseTooLong(counted, context.lists);
  const forms = listForms(counted, context.lists);
  const publication = await listPublication(tx, counted, forms, changed);
  const segment = await updateSegment(tx, before.id, {
    included_count: counted.included_count,
    excluded_count: counted.excluded_count,
    included_shards: shardsOf(forms.included),
    excluded_shards: shardsOf(forms.excluded),
  });
  const change = changeInCall(scope, {
    action: 'segment.change-keys',
    resource: { kind: 'segment', id: segment.id, key: segment.key },
    before: segmentState(before),
    after: segmentState(segment),
  });
  // The environment is locked only now: rendering a long list keeps nobody else waiting.
  await changeEnvironments(tx, context.newId, [scope.environmentId], change, async () => publication);
  return segment;
}
