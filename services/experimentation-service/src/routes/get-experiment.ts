import { findExperiment, type ExperimentRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { Experiment, GetExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';

export async function getExperiment(ctx: ExperimentationContext, { key }: GetExperimentRequest): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  return ctx.database.inTenant(organisationId, async (tx) => experimentMessage(await requireExperiment(tx, environmentId, key)));
}

/** @throws NOT_FOUND */
export async function requireExperiment(
  tx: Tx,
  environmentId: string,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<ExperimentRow> {
  const row = await findExperiment(tx, { environmentId, key }, options);
  if (row === undefined) throw problem('NOT_FOUND', `There is no experiment "${key}" in this environment.`);
  return row;
}
