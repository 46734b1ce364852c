import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import { endBinding, findBinding, findFlagById } from '@stitchd/db/flag';
import { lockEnvironments } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import { UnbindSplitResponseSchema, type UnbindSplitRequest, type UnbindSplitResponse } from '@stitchd/proto/flag/v1/flag';
import { publishChange, readFlagInEnvironment, writeConfiguration } from '../configuration/flag-in-environment.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

/** Ends an iteration: the split serves on as it is, and may be changed again. Repeating it answers the same. */
export async function unbindSplit(context: FlagContext, request: UnbindSplitRequest): Promise<UnbindSplitResponse> {
  return inEnvironment(context, async (tx, scope) => {
    await lockEnvironments(tx, [scope.environmentId]);
    const binding = isUuid(request.iterationId) ? await findBinding(tx, request.iterationId) : undefined;
    if (binding === undefined || binding.environment_id !== scope.environmentId)
      throw problem('NOT_FOUND', 'This iteration was never bound here.');
    const unboundAt = binding.unbound_at ?? (await end(tx, context, scope, binding.flag_id, request.iterationId));
    return create(UnbindSplitResponseSchema, { unboundAt: timestampFromDate(unboundAt) });
  });
}

async function end(tx: Tx, context: FlagContext, scope: EnvironmentScope, flagId: string, iterationId: string): Promise<Date> {
  const flag = await findFlagById(tx, flagId);
  const before = await readFlagInEnvironment(tx, scope, flag.key);
  const { recorded, unbound_at: unboundAt } = await endBinding(tx, iterationId);
  if (unboundAt === null) throw new Error('an ended iteration has the time of its end');
  if (!recorded) await writeConfiguration(tx, scope, before, before.configuration);
  await publishChange(tx, context.newId, scope, before, 'flag.unbind-iteration');
  return unboundAt;
}
