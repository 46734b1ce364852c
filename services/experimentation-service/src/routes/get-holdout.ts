import type { GetHoldoutRequest, Holdout } from '@stitchd/proto/experiment/v1/holdouts';
import { environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { findHoldoutOrRefuse } from '../holdouts/find-holdout-or-refuse.ts';
import { describeHoldout } from '../holdouts/holdout-message.ts';

export async function getHoldout(ctx: ExperimentationContext, { key }: GetHoldoutRequest): Promise<Holdout> {
  const { organisationId, environmentId } = environmentScope();
  return ctx.database.inTenant(organisationId, async (tx) =>
    describeHoldout(tx, await findHoldoutOrRefuse(tx, environmentId, key)),
  );
}
