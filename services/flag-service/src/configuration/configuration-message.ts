import { create, toJson, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import type { BindingRow, FlagRow } from '@stitchd/db/flag';
import { ConfigurationSchema, type Configuration } from '@stitchd/proto/flag/v1/flag';
import type { EffectiveConfiguration } from './effective-configuration.ts';
import { stampIterations } from './placed-splits.ts';

/** A configuration as other services see it. */
export function configurationMessage(
  flag: FlagRow,
  environmentId: string,
  configuration: EffectiveConfiguration,
  running: readonly BindingRow[],
): Configuration {
  const { enabled, version, updatedAt } = configuration;
  const { offVariant, prerequisites, targets, rules, defaultServe } = stampIterations(configuration.document, running);
  return create(ConfigurationSchema, {
    flagKey: flag.key,
    environmentId,
    enabled,
    document: { offVariant, prerequisites, targets, rules, defaultServe } as unknown as JsonObject,
    version,
    updatedAt: timestampFromDate(updatedAt),
  });
}

/** A configuration as the audit log keeps it, and as a stale writer is shown it. */
export function configurationState(message: Configuration): JsonValue {
  return toJson(ConfigurationSchema, message) as JsonValue;
}
