import { problem, requireVersion } from '@stitchd/service-kit';
import type { Configuration, SetEnabledRequest } from '@stitchd/proto/flag/v1/flag';
import { configurationState } from '../configuration/configuration-message.ts';
import { lockFlagInEnvironment, publishChange, writeConfiguration } from '../configuration/flag-in-environment.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

/** Switching off needs no version and is refused by no state, version or experiment; switching on is a change like others. */
export async function setEnabled(context: FlagContext, request: SetEnabledRequest): Promise<Configuration> {
  return inEnvironment(context, async (tx, scope) => {
    const before = await lockFlagInEnvironment(tx, scope, request.flagKey);
    const { flag, configuration } = before;
    const { enabled } = request;
    if (enabled) {
      requireVersion(request.ifVersion, configuration, configurationState(before.message));
      if (flag.archived) throw problem('INVALID_STATE', `The flag ${flag.key} is archived; restore it first.`);
    }
    if (configuration.enabled === enabled) return before.message;
    await writeConfiguration(tx, scope, before, { enabled, document: configuration.document });
    const action = enabled ? 'flag.enable' : 'flag.disable';
    const { message } = await publishChange(tx, context.newId, scope, before, action);
    return message;
  });
}
