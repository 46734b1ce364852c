import { projectScope } from '@stitchd/service-kit';
import type { Flag, GetFlagRequest } from '@stitchd/proto/flag/v1/flag';
import type { FlagContext } from '../context.ts';
import { describeFlag } from '../flags/describe-flag.ts';
import { findFlagOrRefuse } from '../flags/find-flag-or-refuse.ts';

export async function getFlag(context: FlagContext, request: GetFlagRequest): Promise<Flag> {
  const scope = projectScope();
  return context.database.inTenant(scope.organisationId, async (tx) =>
    describeFlag(tx, scope, await findFlagOrRefuse(tx, scope.projectId, request.key)),
  );
}
