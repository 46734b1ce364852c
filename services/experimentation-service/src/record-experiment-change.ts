import type { ExperimentRow, StoredActor } from '@stitchd/db/experiment';
import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { actorOf, currentCall, currentPrincipal } from '@stitchd/service-kit';
import { experimentJson } from './experiment-message.ts';

export interface Author {
  readonly actor: StoredActor;
  readonly requestId: string;
}

/** Who makes the call that is being served. */
export function currentAuthor(): Author {
  return { actor: actorOf(currentPrincipal()), requestId: currentCall()?.requestId ?? '' };
}

/** Writes audit and outbox of a change of an experiment. */
export function recordExperimentChange(
  tx: Tx,
  newId: () => string,
  author: Author,
  change: { readonly action: string; readonly before?: ExperimentRow; readonly after: ExperimentRow },
): Promise<void> {
  const { before, after } = change;
  return recordChange(tx, newId, {
    organisationId: after.organisation_id,
    projectId: after.project_id,
    environmentId: after.environment_id,
    actor: author.actor,
    requestId: author.requestId,
    action: change.action,
    resource: { kind: 'experiment', id: after.id, key: after.key },
    before: before && experimentJson(before),
    after: experimentJson(after),
  });
}
