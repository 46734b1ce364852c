import * as store from '@stitchd/db/event';
import { changeEnvironments } from '@stitchd/db/platform';
import type { EnvironmentEventSettings, UpdateEventSettingsRequest } from '@stitchd/proto/event/v1/event_settings';
import { currentAuthor, environmentScope, requireVersion } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { settingsOf } from '../environment-settings/environment-settings.ts';
import { readSettingsChange } from '../environment-settings/read-settings-change.ts';
import { settingsJson, settingsMessage } from '../environment-settings/settings-message.ts';
import { settingsPublication } from '../environment-settings/settings-publication.ts';

export async function getEventSettings(ctx: EventContext): Promise<EnvironmentEventSettings> {
  const { organisationId, environmentId } = environmentScope();
  const row = await ctx.database.inTenant(organisationId, (tx) => store.findEnvironmentSettings(tx, environmentId));
  return settingsMessage(row);
}

export async function updateEventSettings(
  ctx: EventContext,
  request: UpdateEventSettingsRequest,
): Promise<EnvironmentEventSettings> {
  const scope = environmentScope();
  const { environmentId } = scope;
  const message = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const current = await store.lockEnvironmentSettings(tx, scope);
    requireVersion(request.ifVersion, current, settingsJson(current));
    const row = await store.updateEnvironmentSettings(tx, current, readSettingsChange(request.change ?? {}));
    const change = {
      ...scope,
      ...currentAuthor(),
      action: 'event-settings.update',
      resource: { kind: 'event-settings', id: environmentId, key: environmentId },
      before: settingsJson(current),
      after: settingsJson(row),
    };
    await changeEnvironments(tx, ctx.newId, [environmentId], change, async () =>
      settingsPublication(environmentId, settingsOf(row)),
    );
    return settingsMessage(row);
  });
  ctx.environmentSettings.forget(environmentId);
  return message;
}
