import { create, fromJson, toJson, type JsonValue as ProtoJson } from '@bufbuild/protobuf';
import { timestampFromDate, ValueSchema } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import type { ConfigurationState, FlagRow } from '@stitchd/db/flag';
import { EnvironmentStateSchema, FlagSchema, type EnvironmentState, type Flag } from '@stitchd/proto/flag/v1/flag';

/** A flag as other services see it. */
export function flagMessage(flag: FlagRow, environments: readonly EnvironmentState[]): Flag {
  return create(FlagSchema, {
    id: flag.id,
    key: flag.key,
    name: flag.name,
    description: flag.description,
    type: flag.type,
    tags: [...flag.tags],
    owner: flag.owner,
    purpose: flag.purpose,
    expectedLifetimeDays: flag.expected_lifetime_days,
    clientVisible: flag.client_visible,
    archived: flag.archived,
    variants: flag.variants.map((variant) => ({ ...variant, value: fromJson(ValueSchema, variant.value as ProtoJson) })),
    version: flag.version,
    createdAt: timestampFromDate(flag.created_at),
    updatedAt: timestampFromDate(flag.updated_at),
    environments: [...environments],
  });
}

/** The state of a flag in every environment of its project; one without a configuration is disabled, at version 1. */
export function environmentStates(
  flag: FlagRow,
  environmentIds: readonly string[],
  states: readonly ConfigurationState[],
): readonly EnvironmentState[] {
  return environmentIds.map((environmentId) => {
    const state = states.find((one) => one.flag_id === flag.id && one.environment_id === environmentId);
    return create(EnvironmentStateSchema, {
      environmentId,
      enabled: state?.enabled ?? false,
      version: state?.version ?? 1,
      updatedAt: timestampFromDate(state?.updated_at ?? flag.created_at),
    });
  });
}

/** A flag as the audit log keeps it, and as a stale writer is shown it. */
export function flagState(flag: FlagRow): JsonValue {
  return toJson(FlagSchema, flagMessage(flag, [])) as JsonValue;
}
