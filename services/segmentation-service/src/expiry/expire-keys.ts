import { projectOfEnvironment } from '@stitchd/db/platform';
import {
  allowLongStatements,
  deleteExpiredKeys,
  listSides,
  listsWithExpiredKeys,
  lockSegmentById,
  type ExpiringList,
} from '@stitchd/db/segment';
import type { Logger } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { listLimits } from '../limits.ts';
import { goneFingerprints, publishListChange } from '../lists/publish-list-change.ts';
import { prefixesOf } from '../lists/stored-keys.ts';

type ExpiryContext = Pick<SegmentContext, 'database' | 'lists' | 'newId'> & { readonly log: Logger };

/**
 * Takes keys out of their lists whose time has passed, of every organisation, and publishes it. Evaluators then need no clock
 * for lists. Several replicas may do it at once: whoever has a list's row first takes its keys out, and the others find
 * nothing left. Lists take turns, so that one with many such keys keeps no other waiting; nor does one whose turn fails, which
 * is tried again the next time.
 */
export async function expireKeys(context: ExpiryContext, signal: AbortSignal): Promise<void> {
  const failed = new Set<string>();
  let isMore = true;
  while (isMore) {
    isMore = false;
    for (const list of await listsWithExpiredKeys(context.database, listLimits.expiredKeysLookedAt)) {
      if (failed.has(list.segmentId)) continue;
      if (signal.aborted) return;
      try {
        isMore = (await expireSome(context, list)) || isMore;
      } catch (error) {
        failed.add(list.segmentId);
        context.log.warn({ err: error, segmentId: list.segmentId }, 'keys of a list that have expired have to wait');
      }
    }
  }
}

/** @returns whether there may be more */
async function expireSome(context: ExpiryContext, { organisationId, segmentId }: ExpiringList): Promise<boolean> {
  return context.database.inTenant(organisationId, async (tx) => {
    await allowLongStatements(tx, listLimits.statementTimeoutMs);
    let segment = await lockSegmentById(tx, segmentId);
    const environmentId = segment?.environment_id ?? '';
    const projectId = segment && (await projectOfEnvironment(tx, environmentId));
    if (segment === undefined || projectId === undefined) return false;
    const scope = { organisationId, projectId, environmentId };
    let isMore = false;
    for (const side of listSides) {
      const expired = await deleteExpiredKeys(tx, { segmentId, side }, listLimits.expiredKeysAtOnce);
      if (expired.length === 0) continue;
      const removed = await goneFingerprints(tx, { segmentId, organisationId, side }, expired);
      segment = await publishListChange(tx, context, scope, segment, {
        changed: { side, prefixes: prefixesOf(expired), added: [], removed },
        growth: -expired.length,
        author: { actor: ownActor, requestId: context.newId(), action: 'segment.expire-keys' },
      });
      isMore ||= expired.length === listLimits.expiredKeysAtOnce;
    }
    return isMore;
  });
}

const ownActor = { kind: 'service', id: 'segmentation-service', name: 'segmentation-service' };
