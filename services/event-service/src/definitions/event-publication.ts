import type { EventDefinitionBody } from '@stitchd/core';
import { changeEnvironments, environmentsOfProject, lockEnvironments, type Change, type NewId } from '@stitchd/db/platform';
import type { EventDefinitionRow } from '@stitchd/db/event';
import type { Tx } from '@stitchd/db/postgres';
import type { ProjectScope } from '@stitchd/service-kit';

/**
 * The environments of a project, locked: one that is made meanwhile finds what is changed here. Before the definition itself is
 * locked, as with flags, so that two changes wait for each other in the same order.
 */
export async function lockProjectEnvironments(tx: Tx, { projectId }: ProjectScope): Promise<readonly string[]> {
  await lockEnvironments(tx, await environmentsOfProject(tx, projectId));
  return environmentsOfProject(tx, projectId);
}

/**
 * Tells SDKs of an event definition in every environment, with audit and outbox. The schema of properties does not travel: an
 * SDK names what a line of code has wrong, the server what a user's data has.
 */
export async function publishEvent(
  tx: Tx,
  newId: NewId,
  environmentIds: readonly string[],
  row: EventDefinitionRow,
  change: Change,
): Promise<void> {
  const { key, value_type: valueType, required_contexts: requiredContexts, archived } = row;
  const definition: EventDefinitionBody = { key, valueType, requiredContexts, archived };
  const body = JSON.stringify(definition);
  await changeEnvironments(tx, newId, environmentIds, change, async () => ({ upsert: [{ kind: 'event', id: row.id, body }] }));
}
