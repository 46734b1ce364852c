import { timestampDate } from '@bufbuild/protobuf/wkt';
import { isKey } from '@stitchd/core';
import { insertHoldout } from '@stitchd/db/experiment';
import { doOnce } from '@stitchd/db/platform';
import {
  CreateHoldoutRequestSchema,
  HoldoutSchema,
  type CreateHoldoutRequest,
  type Holdout,
} from '@stitchd/proto/experiment/v1/holdouts';
import {
  currentAuthor,
  environmentScope,
  problem,
  repeatableRequest,
  repeatableResponse,
  storedResponse,
} from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { checkMetrics } from '../draft/check-flag.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { checkHoldoutFields, type HoldoutFields } from '../holdouts/check-holdout.ts';
import { describeHoldout } from '../holdouts/holdout-message.ts';
import { recordHoldoutChange } from '../holdouts/record-holdout-change.ts';
import { experimentLimits, holdoutLimits } from '../limits.ts';

/** A holdout that keeps nobody from anything until it is started. */
export async function createHoldout(ctx: ExperimentationContext, request: CreateHoldoutRequest): Promise<Holdout> {
  const scope = environmentScope();
  const { fields, unitKind, alpha } = readNewHoldout(request, ctx.nowMs());
  await checkMetrics(ctx, fields.metricKeys, 'metricKeys');
  const repeatable = repeatableRequest('CreateHoldout', CreateHoldoutRequestSchema, request);
  const outcome = await ctx.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(HoldoutSchema), async () => {
      const row = await insertHoldout(tx, {
        id: ctx.newId(),
        organisation_id: scope.organisationId,
        project_id: scope.projectId,
        environment_id: scope.environmentId,
        key: request.key,
        name: fields.name,
        description: fields.description,
        unit_kind: unitKind,
        salt: ctx.newSalt(),
        share_milli_percent: fields.shareMilliPercent,
        except_flag_keys: [...fields.exceptFlagKeys],
        metric_keys: [...fields.metricKeys],
        alpha,
        ends_at: fields.endsAt,
      });
      if (row === undefined)
        throw problem(
          'ALREADY_EXISTS',
          `There is, or was, a holdout "${request.key}" in this environment: flags may still name it.`,
        );
      const holdout = await describeHoldout(tx, row);
      await recordHoldoutChange(tx, ctx.newId, { ...scope, ...currentAuthor() }, { action: 'holdout.create', after: holdout });
      return holdout;
    }),
  );
  return repeatableResponse(HoldoutSchema, outcome);
}

function readNewHoldout(request: CreateHoldoutRequest, nowMs: number) {
  const errors = createFieldErrors();
  const fields: HoldoutFields = {
    name: request.name.trim() || request.key,
    description: request.description,
    shareMilliPercent: request.shareMilliPercent,
    exceptFlagKeys: request.exceptFlagKeys,
    metricKeys: request.metricKeys,
    endsAt: request.endsAt === undefined ? null : timestampDate(request.endsAt),
  };
  const { low, high, default: usual } = experimentLimits.alpha;
  const alpha = request.alpha === 0 ? usual : request.alpha;
  errors.check(isKey(request.key), 'key', 'must be 1 to 100 lower-case letters, digits and -_. and begin with a letter or digit');
  errors.check(request.unitKind.length <= holdoutLimits.unitKindLength, 'unitKind', 'is too long for a kind of context');
  errors.check(alpha > low && alpha < high, 'alpha', `must lie between ${low} and ${high}`);
  checkHoldoutFields(fields, nowMs, errors);
  errors.refuse();
  return { fields, alpha, unitKind: request.unitKind || experimentLimits.defaultUnitKind };
}
