import type { ValidationError } from '@stitchd/core';
import { updateFlag as writeFlag, type FlagFields, type FlagRow } from '@stitchd/db/flag';
import { requireVersion, projectScope } from '@stitchd/service-kit';
import type { Flag, UpdateFlagRequest } from '@stitchd/proto/flag/v1/flag';
import type { FlagContext } from '../context.ts';
import { lockProject, publishEverywhere, readFlagEverywhere } from '../flags/change-project-flag.ts';
import { describeFlag } from '../flags/describe-flag.ts';
import { findFlagOrRefuse } from '../flags/find-flag-or-refuse.ts';
import { flagState } from '../flags/flag-message.ts';
import { checkFields, isPurpose, refuseInvalid } from '../flags/read-fields.ts';
import { readVariants } from '../flags/read-variants.ts';
import { refuseUsedVariants } from '../flags/refuse-used-variants.ts';
import { changeInCall } from '../change-in-call.ts';

/** Changes what was given of a flag and leaves the rest. */
export async function updateFlag(context: FlagContext, request: UpdateFlagRequest): Promise<Flag> {
  const scope = projectScope();
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const environmentIds = await lockProject(tx, scope);
    const before = await findFlagOrRefuse(tx, scope.projectId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, flagState(before));
    const fields = readChange(request, before);
    const everywhere = await readFlagEverywhere(tx, before.id, environmentIds);
    if (fields.variants !== undefined) await refuseUsedVariants(tx, before, fields.variants, everywhere);
    const flag = await writeFlag(tx, before.id, fields);
    const resource = { kind: 'flag', id: flag.id, key: flag.key };
    const change = changeInCall(scope, {
      action: 'flag.update',
      resource,
      before: flagState(before),
      after: flagState(flag),
    });
    await publishEverywhere(tx, context.newId, flag, everywhere, change);
    return describeFlag(tx, scope, flag);
  });
}

function readChange(request: UpdateFlagRequest, flag: FlagRow): Partial<FlagFields> {
  const { name, description, owner, purpose, expectedLifetimeDays, clientVisible } = request;
  const given = {
    ...(name !== undefined && { name: name === '' ? flag.key : name }),
    ...(description !== undefined && { description }),
    ...(request.tags !== undefined && { tags: request.tags.items }),
    ...(owner !== undefined && { owner }),
    ...(expectedLifetimeDays !== undefined && { expected_lifetime_days: expectedLifetimeDays }),
    ...(clientVisible !== undefined && { client_visible: clientVisible }),
  };
  const errors: ValidationError[] = [];
  checkFields({ ...given, purpose }, errors);
  const variants = request.variants && readVariants(request.variants.items, flag.type, errors);
  refuseInvalid(errors, { ...given, variants });
  return {
    ...given,
    ...(purpose !== undefined && isPurpose(purpose) && { purpose }),
    ...(variants !== undefined && { variants }),
  };
}
