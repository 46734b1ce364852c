import { isKey, type ValidationError } from '@stitchd/core';
import { insertFlag, type FlagFields } from '@stitchd/db/flag';
import { doOnce } from '@stitchd/db/platform';
import { problem, repeatableRequest, repeatableResponse, storedResponse, projectScope } from '@stitchd/service-kit';
import { CreateFlagRequestSchema, FlagSchema, type CreateFlagRequest, type Flag } from '@stitchd/proto/flag/v1/flag';
import type { FlagContext } from '../context.ts';
import { lockProject, publishEverywhere } from '../flags/change-project-flag.ts';
import { describeFlag } from '../flags/describe-flag.ts';
import { flagState } from '../flags/flag-message.ts';
import { initialServe } from '../flags/initial-serve.ts';
import { checkFields, isFlagType, isPurpose, refuseInvalid } from '../flags/read-fields.ts';
import { booleanVariants, readVariants } from '../flags/read-variants.ts';
import { changeInCall } from '../change-in-call.ts';

/** A new flag is disabled in every environment. */
export async function createFlag(context: FlagContext, request: CreateFlagRequest): Promise<Flag> {
  const scope = projectScope();
  const fields = readNewFlag(request);
  const repeatable = repeatableRequest('CreateFlag', CreateFlagRequestSchema, request);
  const { off, serve } = initialServe(fields.type, fields.variants);
  const outcome = await context.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(FlagSchema), async () => {
      const environmentIds = await lockProject(tx, scope);
      const flag = await insertFlag(tx, {
        ...fields,
        id: context.newId(),
        organisation_id: scope.organisationId,
        project_id: scope.projectId,
        initial_off_variant: off,
        initial_serve_variant: serve,
      });
      if (flag === undefined) throw problem('ALREADY_EXISTS', `There is a flag ${fields.key} in this project already.`);
      const resource = { kind: 'flag', id: flag.id, key: flag.key };
      const change = changeInCall(scope, { action: 'flag.create', resource, after: flagState(flag) });
      await publishEverywhere(tx, context.newId, flag, { environmentIds, configurations: [], running: [] }, change);
      return describeFlag(tx, scope, flag);
    }),
  );
  return repeatableResponse(FlagSchema, outcome);
}

function readNewFlag(request: CreateFlagRequest) {
  const { key, type } = request;
  const purpose = request.purpose === '' ? 'release' : request.purpose;
  const fields = {
    name: request.name === '' ? key : request.name,
    description: request.description,
    tags: request.tags,
    owner: request.owner,
    purpose,
    expected_lifetime_days: request.expectedLifetimeDays,
    client_visible: request.clientVisible,
  };
  const errors: ValidationError[] = [];
  if (!isKey(key))
    errors.push({
      path: '/key',
      message: 'must be 1 to 100 lower-case letters, digits and -_. beginning with a letter or digit',
    });
  checkFields(fields, errors);
  if (!isFlagType(type)) {
    errors.push({ path: '/type', message: 'must be one of boolean, string, integer, double, json' });
    refuseInvalid(errors, fields);
    throw new Error('an unknown type is refused');
  }
  const given = type === 'boolean' && request.variants.length === 0 ? undefined : request.variants;
  const variants = given === undefined ? booleanVariants : readVariants(given, type, errors);
  refuseInvalid(errors, { ...fields, variants });
  if (!isPurpose(purpose)) throw new Error('an unknown purpose is refused');
  const checked: FlagFields = { ...fields, purpose, variants };
  return { ...checked, key, type };
}
