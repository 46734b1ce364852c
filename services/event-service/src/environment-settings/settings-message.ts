import { create, fromJson, toJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import { ListValueSchema, timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { EnvironmentSettingsRow } from '@stitchd/db/event';
import { EnvironmentEventSettingsSchema, type EnvironmentEventSettings } from '@stitchd/proto/event/v1/event_settings';
import { settingsOf } from './environment-settings.ts';

export function settingsMessage(row: EnvironmentSettingsRow | undefined): EnvironmentEventSettings {
  const { keySecret: _secret, retention, exclusions, exposuresOnChangedAt, ...plain } = settingsOf(row);
  return create(EnvironmentEventSettingsSchema, {
    ...plain,
    exposureAttributes: [...plain.exposureAttributes],
    exposuresOnChangedAt: exposuresOnChangedAt.map(timestampFromDate),
    hashedKinds: [...plain.hashedKinds],
    retention: { ...retention },
    exclusions: fromJson(ListValueSchema, exclusions as unknown as JsonValue),
    ...(row !== undefined && { updatedAt: timestampFromDate(row.updated_at) }),
  });
}

/** As audit and VERSION_MISMATCH show it. */
export function settingsJson(row: EnvironmentSettingsRow): JsonObject {
  return toJson(EnvironmentEventSettingsSchema, settingsMessage(row), { alwaysEmitImplicit: true }) as JsonObject;
}
