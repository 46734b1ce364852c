import type { Configuration, GetConfigurationRequest } from '@stitchd/proto/flag/v1/flag';
import { readFlagInEnvironment } from '../configuration/flag-in-environment.ts';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

export async function getConfiguration(context: FlagContext, request: GetConfigurationRequest): Promise<Configuration> {
  return inEnvironment(context, async (tx, scope) => {
    const { message } = await readFlagInEnvironment(tx, scope, request.flagKey);
    return message;
  });
}
