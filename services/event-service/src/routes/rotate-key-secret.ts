import * as store from '@stitchd/db/event';
import { recordChange } from '@stitchd/db/platform';
import type { EnvironmentEventSettings } from '@stitchd/proto/event/v1/event_settings';
import { currentAuthor, environmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { settingsOf } from '../environment-settings/environment-settings.ts';
import { settingsMessage } from '../environment-settings/settings-message.ts';
import { refuseNewKeysOf } from '../hashed-keys/change-hashed-kinds.ts';
import { oldestKeptMs } from '../retention/retention-days.ts';

/** Hashes keys with a new secret from now on. The audit log says that, never by which. */
export async function rotateKeySecret(ctx: EventContext): Promise<EnvironmentEventSettings> {
  const scope = environmentScope();
  const { environmentId } = scope;
  const running = await ctx.runningExperiments(environmentId);
  const message = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const current = await store.lockEnvironmentSettings(tx, scope);
    refuseNewKeysOf(current.hashed_kinds, running);
    const settings = settingsOf(current);
    const sealed = ctx.unitNames.withNewSecret(environmentId, settings, oldestKeptMs(settings, ctx.nowMs()));
    const row = await store.updateEnvironmentSettings(tx, current, { key_secret: Buffer.from(sealed) });
    await recordChange(tx, ctx.newId, {
      ...scope,
      ...currentAuthor(),
      action: 'event-settings.rotate-key-secret',
      resource: { kind: 'event-settings', id: environmentId, key: environmentId },
    });
    return settingsMessage(row);
  });
  ctx.environmentSettings.forget(environmentId);
  return message;
}
