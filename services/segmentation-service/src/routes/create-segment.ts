import { isKey, type Condition, type ValidationError } from '@stitchd/core';
import { changeEnvironments, doOnce, lockEnvironments, type Publication } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import {
  addKeys,
  allowLongStatements,
  insertSegment,
  segmentTypes,
  setListSizes,
  type SegmentRow,
  type SegmentType,
} from '@stitchd/db/segment';
import {
  CreateSegmentRequestSchema,
  SegmentSchema,
  type CreateSegmentRequest,
  type Segment,
} from '@stitchd/proto/segment/v1/segment';
import {
  problem,
  repeatableRequest,
  repeatableResponse,
  storedResponse,
  environmentScope,
  type EnvironmentScope,
} from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { listLimits } from '../limits.ts';
import { checkKeyCount, checkKeys } from '../lists/check-keys.ts';
import { shardsOf } from '../lists/list-form.ts';
import { listForms, listPublication } from '../lists/list-publication.ts';
import { refuseTooLong } from '../lists/refuse-too-long.ts';
import { lastingKeys, storedKeys } from '../lists/stored-keys.ts';
import { changeInCall } from '../change-in-call.ts';
import { checkTexts } from '../segments/check-texts.ts';
import { readCondition } from '../segments/read-condition.ts';
import { refuseBrokenReferences } from '../segments/refuse-broken-references.ts';
import { refuseInvalid } from '../segments/refuse-invalid.ts';
import { refuseUnknownFlags } from '../segments/refuse-unknown-flags.ts';
import { rulePublication } from '../segments/rule-publication.ts';
import { describeSegment, segmentState } from '../segments/segment-message.ts';

export async function createSegment(context: SegmentContext, request: CreateSegmentRequest): Promise<Segment> {
  const scope = environmentScope();
  const { type, condition } = readNewSegment(request);
  if (condition !== null) await refuseUnknownFlags(context.reach, condition);
  const repeatable = repeatableRequest('CreateSegment', CreateSegmentRequestSchema, request);
  const outcome = await context.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(SegmentSchema), async () => {
      const inserted = await insertSegment(tx, {
        id: context.newId(),
        organisation_id: scope.organisationId,
        environment_id: scope.environmentId,
        key: request.key,
        name: request.name === '' ? request.key : request.name,
        description: request.description,
        type,
        condition,
        context_kind: type === 'list' ? request.contextKind || 'user' : '',
        exact: request.exact,
      });
      if (inserted === undefined)
        throw problem('ALREADY_EXISTS', `There is a segment ${request.key} in this environment already.`);
      const { segment, publication } = await fillSegment(tx, context, scope, inserted, request);
      const change = changeInCall(scope, {
        action: 'segment.create',
        resource: { kind: 'segment', id: segment.id, key: segment.key },
        after: segmentState(segment),
      });
      await changeEnvironments(tx, context.newId, [scope.environmentId], change, async () => publication);
      return describeSegment(tx, segment);
    }),
  );
  return repeatableResponse(SegmentSchema, outcome);
}

function readNewSegment(request: CreateSegmentRequest): { readonly type: SegmentType; readonly condition: Condition | null } {
  const errors: ValidationError[] = [];
  if (!isKey(request.key))
    errors.push({
      path: '/key',
      message: 'must be 1 to 100 lower-case letters, digits and -_. beginning with a letter or digit',
    });
  checkTexts(request, errors);
  const type = segmentTypes.find((one) => one === request.type);
  if (type === undefined) errors.push({ path: '/type', message: `must be one of ${segmentTypes.join(', ')}` });
  const condition = type === 'rule' ? readCondition(request.when, errors) : undefined;
  if (type === 'rule') checkNoList(request, errors);
  if (type === 'list') {
    if (request.when !== undefined) errors.push({ path: '/when', message: 'belongs to rule segments only' });
    checkKeyCount(request.included.length + request.excluded.length, '/included', errors);
    checkKeys(request.included, '/included', errors);
    checkKeys(request.excluded, '/excluded', errors);
  }
  refuseInvalid(errors);
  if (type === undefined) throw new Error('an unknown type is refused');
  return { type, condition: condition ?? null };
}

function checkNoList(request: CreateSegmentRequest, errors: ValidationError[]): void {
  const given = {
    contextKind: request.contextKind !== '',
    exact: request.exact,
    included: request.included.length > 0,
    excluded: request.excluded.length > 0,
  };
  for (const [name, isGiven] of Object.entries(given))
    if (isGiven) errors.push({ path: `/${name}`, message: 'belongs to list segments only' });
}

interface Filled {
  readonly segment: SegmentRow;
  readonly publication: Publication;
}

async function fillSegment(
  tx: Tx,
  context: SegmentContext,
  scope: EnvironmentScope,
  segment: SegmentRow,
  request: CreateSegmentRequest,
): Promise<Filled> {
  if (segment.type === 'list') return fillList(tx, context, scope, segment, request);
  await lockOrRefuse(tx, scope);
  if (segment.condition !== null) await refuseBrokenReferences(tx, scope, segment.key, segment.condition);
  return { segment, publication: rulePublication(segment) };
}

async function fillList(
  tx: Tx,
  context: SegmentContext,
  scope: EnvironmentScope,
  empty: SegmentRow,
  request: CreateSegmentRequest,
): Promise<Filled> {
  await allowLongStatements(tx, listLimits.statementTimeoutMs);
  const list = { segmentId: empty.id, organisationId: scope.organisationId };
  const included = await addKeys(tx, { ...list, side: 'included' }, storedKeys(lastingKeys(request.included)));
  const excluded = await addKeys(tx, { ...list, side: 'excluded' }, storedKeys(lastingKeys(request.excluded)));
  const counted = { ...empty, included_count: included.count, excluded_count: excluded.count };
  refuseTooLong(counted, context.lists);
  const forms = listForms(empty, counted, context.lists);
  const publication = await listPublication(tx, counted, forms, undefined);
  const segment = await setListSizes(tx, empty.id, {
    included_count: included.count,
    excluded_count: excluded.count,
    included_shards: shardsOf(forms.included),
    excluded_shards: shardsOf(forms.excluded),
  });
  await lockOrRefuse(tx, scope);
  return { segment, publication };
}

/** @throws NOT_FOUND where the organisation has no such environment */
async function lockOrRefuse(tx: Tx, { environmentId }: EnvironmentScope): Promise<void> {
  const [locked] = await lockEnvironments(tx, [environmentId]);
  if (locked === undefined) throw problem('NOT_FOUND', 'There is no such environment.');
}
