import type { ExperimentRow } from '@stitchd/db/experiment';
import { recordChange, type Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { experimentJson } from './experiment-message.ts';

/** Writes audit and outbox of a change of an experiment. */
export function recordExperimentChange(
  tx: Tx,
  newId: () => string,
  author: Pick<Change, 'actor' | 'requestId'>,
  change: { readonly action: string; readonly before?: ExperimentRow; readonly after: ExperimentRow },
): Promise<void> {
  const { before, after } = change;
  return recordChange(tx, newId, {
    organisationId: after.organisation_id,
    projectId: after.project_id,
    environmentId: after.environment_id,
    ...author,
    action: change.action,
    resource: { kind: 'experiment', id: after.id, key: after.key },
    before: before && experimentJson(before),
    after: experimentJson(after),
  });
}
