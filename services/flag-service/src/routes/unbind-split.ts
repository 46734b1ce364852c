import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import type { Serve, Split } from '@stitchd/core';
import { endBinding, findBinding, findFlagById, type BindingRow } from '@stitchd/db/flag';
import { lockEnvironments } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import { UnbindSplitResponseSchema, type UnbindSplitRequest, type UnbindSplitResponse } from '@stitchd/proto/flag/v1/flag';
import { publishChange, readFlagInEnvironment, writeConfiguration } from '../configuration/flag-in-environment.ts';
import { replaceSplit } from '../configuration/change-placement.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

/** Ends an iteration: what is asked for is served from then on, and may be changed again. Repeating it answers the same. */
export async function unbindSplit(context: FlagContext, request: UnbindSplitRequest): Promise<UnbindSplitResponse> {
  return inEnvironment(context, async (tx, scope) => {
    await lockEnvironments(tx, [scope.environmentId]);
    const binding = isUuid(request.iterationId) ? await findBinding(tx, request.iterationId) : undefined;
    if (binding === undefined || binding.environment_id !== scope.environmentId)
      throw problem('NOT_FOUND', 'This iteration was never bound here.');
    const unboundAt = binding.unbound_at ?? (await end(tx, context, scope, binding, request.serveVariant));
    return create(UnbindSplitResponseSchema, { unboundAt: timestampFromDate(unboundAt) });
  });
}

async function end(
  tx: Tx,
  context: FlagContext,
  scope: EnvironmentScope,
  { flag_id: flagId, iteration_id: iterationId, split_id: splitId, recorded }: BindingRow,
  variant: string,
): Promise<Date> {
  const flag = await findFlagById(tx, flagId);
  if (variant !== '' && (recorded || !flag.variants.some(({ key }) => key === variant)))
    throw problem('VALIDATION_FAILED', `serve_variant: ${variant} can't be served instead of this split.`);
  const before = await readFlagInEnvironment(tx, scope, flag.key);
  const { unbound_at: unboundAt } = await endBinding(tx, iterationId);
  if (unboundAt === null) throw new Error('an ended iteration has the time of its end');
  if (!recorded) {
    const { enabled, document } = before.configuration;
    const served = variant === '' ? document : replaceSplit(document, splitId, (split) => serveInstead(split, variant));
    await writeConfiguration(tx, scope, before, { enabled, document: served }, iterationId);
  }
  await publishChange(tx, context.newId, scope, before, 'flag.unbind-iteration');
  return unboundAt;
}

/** A holdout goes on covering what its experiments shipped. */
function serveInstead({ holdouts }: Split, variant: string): Serve {
  return { variant, ...(holdouts !== undefined && { holdouts }) };
}
