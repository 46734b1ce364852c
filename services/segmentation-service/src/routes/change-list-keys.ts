import { create } from '@bufbuild/protobuf';
import { doOnce } from '@stitchd/db/platform';
import { addKeys, allowLongStatements, removeKeys } from '@stitchd/db/segment';
import {
  ChangeListKeysRequestSchema,
  ChangeListKeysResponseSchema,
  type ChangeListKeysRequest,
  type ChangeListKeysResponse,
} from '@stitchd/proto/segment/v1/segment';
import { currentAuthor, environmentScope, repeatableRequest, repeatableResponse, storedResponse } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { listLimits } from '../limits.ts';
import { goneFingerprints, publishListChange } from '../lists/publish-list-change.ts';
import { readKeysChange } from '../lists/read-keys-change.ts';
import { lastingKeys, storedKeys, wireValues } from '../lists/stored-keys.ts';
import { findListOrRefuse } from '../segments/find-segment-or-refuse.ts';
import { describeSegment } from '../segments/segment-message.ts';

/** Adds and removes keys of one side of a list. Doing it again changes nothing, so that it needs no version. */
export async function changeListKeys(context: SegmentContext, request: ChangeListKeysRequest): Promise<ChangeListKeysResponse> {
  const scope = environmentScope();
  const { side, add, remove } = readKeysChange(request, context.nowMs());
  // Hashed before the transaction begins, so that nobody waits for it.
  const [adding, removing] = [storedKeys(add), storedKeys(lastingKeys(remove))];
  const repeatable = repeatableRequest('ChangeListKeys', ChangeListKeysRequestSchema, request);
  const outcome = await context.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(ChangeListKeysResponseSchema), async () => {
      await allowLongStatements(tx, listLimits.statementTimeoutMs);
      const before = await findListOrRefuse(tx, scope, request.key, { lock: true });
      const list = { segmentId: before.id, organisationId: scope.organisationId, side };
      const added = await addKeys(tx, list, adding);
      const removed = await removeKeys(tx, list, remove);
      const isChanged = added.count + added.updated + removed.count > 0;
      const fingerprints = removing.map(({ fingerprint }) => fingerprint);
      const changed = {
        side,
        prefixes: [...added.prefixes, ...removed.prefixes],
        added: wireValues(adding.map(({ fingerprint }) => fingerprint)),
        removed: removed.count === 0 ? new Set<bigint>() : await goneFingerprints(tx, list, fingerprints),
      };
      const author = { ...currentAuthor(), action: 'segment.change-keys' };
      const growth = added.count - removed.count;
      const segment = isChanged ? await publishListChange(tx, context, scope, before, { changed, growth, author }) : before;
      return create(ChangeListKeysResponseSchema, {
        added: added.count,
        updated: added.updated,
        removed: removed.count,
        segment: await describeSegment(tx, segment),
      });
    }),
  );
  return repeatableResponse(ChangeListKeysResponseSchema, outcome);
}
