import { deleteSlice, findLayer, sliceOfExperiment, updateLayer, type ExperimentRow } from '@stitchd/db/experiment';
import { recordChange, type Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { describeLayer, layerJson } from './layer-message.ts';

/** Frees what an experiment has of a layer, once nothing of it is served any more or nobody looks at it. Its row is locked. */
export async function giveBackSlice(
  tx: Tx,
  newId: () => string,
  author: Pick<Change, 'actor' | 'requestId'>,
  experiment: ExperimentRow,
): Promise<void> {
  const held = await sliceOfExperiment(tx, experiment.id);
  if (held === undefined) return;
  const { environment_id: environmentId, key, id } = held.layer;
  const layer = await findLayer(tx, { environmentId, key }, { lock: true });
  if (layer === undefined) throw new Error(`layer ${id} is gone, though a share of it is not`);
  const before = await describeLayer(tx, layer);
  await deleteSlice(tx, experiment.id);
  const after = await describeLayer(tx, await updateLayer(tx, id, {}));
  await recordChange(tx, newId, {
    organisationId: experiment.organisation_id,
    projectId: experiment.project_id,
    environmentId,
    ...author,
    action: 'layer.release',
    resource: { kind: 'layer', id, key },
    before: layerJson(before),
    after: layerJson(after),
  });
}
