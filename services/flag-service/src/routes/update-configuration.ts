import { publishedKeys } from '@stitchd/db/platform';
import { problem, requireVersion } from '@stitchd/service-kit';
import type { Configuration, UpdateConfigurationRequest } from '@stitchd/proto/flag/v1/flag';
import { configurationState } from '../configuration/configuration-message.ts';
import { lockFlagInEnvironment, publishChange, writeConfiguration } from '../configuration/flag-in-environment.ts';
import { withoutEndedHoldouts } from '../configuration/holdout-covers.ts';
import { readConfigurationChange } from '../configuration/read-configuration-change.ts';
import { refuseBrokenReferences } from '../configuration/refuse-broken-references.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

/** Replaces the parts of a configuration that were given. */
export async function updateConfiguration(context: FlagContext, request: UpdateConfigurationRequest): Promise<Configuration> {
  return inEnvironment(context, async (tx, scope) => {
    const before = await lockFlagInEnvironment(tx, scope, request.flagKey);
    const { flag, configuration, running } = before;
    requireVersion(request.ifVersion, configuration, configurationState(before.message));
    if (flag.archived) throw problem('INVALID_STATE', `The flag ${flag.key} is archived; restore it first.`);
    const holdouts = await publishedKeys(tx, scope.environmentId, 'holdout');
    const present = withoutEndedHoldouts(configuration.document, holdouts);
    const next = readConfigurationChange(
      context,
      { enabled: request.enabled, document: request.document },
      flag,
      { ...configuration, document: present },
      { running, holdouts },
    );
    const { enabled, ...document } = next;
    await refuseBrokenReferences(tx, flag, scope.environmentId, next);
    await writeConfiguration(tx, scope, before, { enabled, document });
    const { message } = await publishChange(tx, context.newId, scope, before, 'flag.configure');
    return message;
  });
}
