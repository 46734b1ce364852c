import { create, toJson } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import type { HoldoutRow } from '@stitchd/db/experiment';
import { referrersOf } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { HoldoutSchema, type Holdout } from '@stitchd/proto/experiment/v1/holdouts';

const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

/** A holdout as the others see it, with the flags that it covers now. */
export async function describeHoldout(tx: Tx, row: HoldoutRow): Promise<Holdout> {
  const covered = row.state === 'running' ? await referrersOf(tx, row.environment_id, { kind: 'holdout', key: row.key }) : [];
  return create(HoldoutSchema, {
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    state: row.state,
    unitKind: row.unit_kind,
    shareMilliPercent: row.share_milli_percent,
    exceptFlagKeys: row.except_flag_keys,
    metricKeys: row.metric_keys,
    metricVersions: row.metric_versions.map((version) => ({ ...version })),
    alpha: row.alpha,
    endsAt: timestamp(row.ends_at),
    startedAt: timestamp(row.started_at),
    endedAt: timestamp(row.ended_at),
    coveredFlagKeys: covered.filter(({ kind }) => kind === 'flag').map(({ key }) => key),
    version: row.version,
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
    environmentId: row.environment_id,
    projectId: row.project_id,
  });
}

/** For the audit log, and for a caller whose version is not the current one. */
export function holdoutJson(holdout: Holdout): JsonValue {
  return toJson(HoldoutSchema, holdout);
}
