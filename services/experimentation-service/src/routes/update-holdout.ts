import { timestampDate } from '@bufbuild/protobuf/wkt';
import { updateHoldout as updateRow, type HoldoutRow } from '@stitchd/db/experiment';
import type { Holdout, UpdateHoldoutRequest } from '@stitchd/proto/experiment/v1/holdouts';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { checkMetrics } from '../draft/check-flag.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { latestMetricVersions } from '../draft/metric-versions.ts';
import { checkHoldoutFields, type HoldoutFields } from '../holdouts/check-holdout.ts';
import { lockHoldout } from '../holdouts/find-holdout-or-refuse.ts';
import { describeHoldout } from '../holdouts/holdout-message.ts';
import { recordHoldoutChange } from '../holdouts/record-holdout-change.ts';

/** What is left out stays. While it runs its share is fixed; once it has ended only its texts can change. */
export async function updateHoldout(ctx: ExperimentationContext, request: UpdateHoldoutRequest): Promise<Holdout> {
  const scope = environmentScope();
  const metricKeys = request.metricKeys?.items;
  if (metricKeys !== undefined) await checkMetrics(ctx, metricKeys, 'metricKeys');
  const latest = metricKeys === undefined ? [] : await latestMetricVersions(ctx, metricKeys);
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { row, message: before } = await lockHoldout(tx, scope.environmentId, request);
    refuseFixed(row, request);
    const fields = fieldsAfter(row, request);
    const errors = createFieldErrors();
    const asked = request.endsAt === undefined ? { ...fields, endsAt: null } : fields;
    checkHoldoutFields(asked, ctx.nowMs(), errors);
    errors.refuse();
    // A metric that it was measured by already keeps its definition.
    const versions = latest.map((metric) => row.metric_versions.find(({ key }) => key === metric.key) ?? metric);
    const changed = await updateRow(tx, row.id, {
      name: fields.name,
      description: fields.description,
      share_milli_percent: fields.shareMilliPercent,
      except_flag_keys: [...fields.exceptFlagKeys],
      metric_keys: [...fields.metricKeys],
      ends_at: fields.endsAt,
      ...(metricKeys !== undefined && row.state === 'running' && { metric_versions: versions }),
    });
    const after = await describeHoldout(tx, changed);
    await recordHoldoutChange(tx, ctx.newId, { ...scope, ...currentAuthor() }, { action: 'holdout.update', before, after });
    return after;
  });
}

function refuseFixed(row: HoldoutRow, request: UpdateHoldoutRequest): void {
  const { shareMilliPercent, exceptFlagKeys, metricKeys, endsAt } = request;
  if (row.state !== 'draft' && shareMilliPercent !== undefined && shareMilliPercent !== row.share_milli_percent)
    throw problem('INVALID_STATE', 'The share of a holdout is fixed once it has started: other units would have seen both.');
  const more = [exceptFlagKeys, metricKeys, endsAt].some((field) => field !== undefined);
  if (row.state === 'ended' && more)
    throw problem('INVALID_STATE', 'Of a holdout that has ended only name and description can change.');
}

function fieldsAfter(row: HoldoutRow, request: UpdateHoldoutRequest): HoldoutFields {
  const { name, description, shareMilliPercent, exceptFlagKeys, metricKeys, endsAt } = request;
  return {
    name: name === undefined ? row.name : name.trim() || row.key,
    description: description ?? row.description,
    shareMilliPercent: shareMilliPercent ?? row.share_milli_percent,
    exceptFlagKeys: exceptFlagKeys?.items ?? row.except_flag_keys,
    metricKeys: metricKeys?.items ?? row.metric_keys,
    endsAt: endsAt === undefined ? row.ends_at : endsAt.at === undefined ? null : timestampDate(endsAt.at),
  };
}
