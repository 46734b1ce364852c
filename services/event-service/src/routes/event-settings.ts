import * as store from '@stitchd/db/event';
import { changeEnvironments } from '@stitchd/db/platform';
import type { EnvironmentEventSettings, UpdateEventSettingsRequest } from '@stitchd/proto/event/v1/event_settings';
import { currentAuthor, environmentScope, requireVersion } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { settingsOf } from '../environment-settings/environment-settings.ts';
import { readSettingsChange } from '../environment-settings/read-settings-change.ts';
import { changedKinds, needsSecret, refuseNewKeysOf } from '../hashed-keys/change-hashed-kinds.ts';
import { eventServiceLimits } from '../limits.ts';
import type { RunningExperiment } from '../experiments/running-experiments.ts';
import { refuseShorterThanRunning } from '../retention/retention-days.ts';
import { settingsJson, settingsMessage } from '../environment-settings/settings-message.ts';
import { settingsPublication } from '../environment-settings/settings-publication.ts';

type SettingsChange = Partial<store.EnvironmentSettingsChange>;

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
  const asked = readSettingsChange(request.change ?? {});
  const running = bearsOnExperiments(asked) ? await ctx.runningExperiments(environmentId) : [];
  const message = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const current = await store.lockEnvironmentSettings(tx, scope);
    requireVersion(request.ifVersion, current, settingsJson(current));
    const row = await store.updateEnvironmentSettings(tx, current, {
      ...privacyChecked(ctx, current, asked, running),
      ...dated(ctx, current, asked),
    });
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

/** Notes the time of a change of what exposes, so that results can tell of it. */
function dated(ctx: EventContext, current: store.EnvironmentSettingsRow, asked: SettingsChange): SettingsChange {
  if (asked.exposures_on === undefined || asked.exposures_on === current.exposures_on) return {};
  const times = [...current.exposures_on_changed_at, new Date(ctx.nowMs())];
  return { exposures_on_changed_at: times.slice(-eventServiceLimits.rememberedExposureChanges) };
}

const bearsOnExperiments = (asked: SettingsChange): boolean => asked.hashed_kinds !== undefined || asked.retention !== undefined;

/**
 * The change with what it takes to hash keys.
 * @throws EXPERIMENTS_RUNNING
 */
function privacyChecked(
  ctx: EventContext,
  current: store.EnvironmentSettingsRow,
  asked: SettingsChange,
  running: readonly RunningExperiment[],
): SettingsChange {
  const { hashed_kinds: hashedKinds, retention } = asked;
  if (retention !== undefined) refuseShorterThanRunning(current.retention, retention, { running, nowMs: ctx.nowMs() });
  if (hashedKinds === undefined) return asked;
  refuseNewKeysOf(changedKinds(current.hashed_kinds, hashedKinds), running);
  if (!needsSecret(current, hashedKinds)) return asked;
  const sealed = ctx.unitNames.withNewSecret(current.environment_id, settingsOf(current), 0);
  return { ...asked, key_secret: Buffer.from(sealed) };
}
