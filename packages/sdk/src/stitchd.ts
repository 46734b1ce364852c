import type { StitchdClient } from './client.ts';
import type { KnownFlags } from './flags/flag-table.ts';
import { nodePlatform } from './node/node-platform.ts';
import { resolveOptions, type StitchdOptions } from './options.ts';
import { startClient } from './start-client.ts';
import { startDefinitionsSync } from './sync/definitions-sync.ts';

/** The way in. */
export const Stitchd = {
  /**
   * Makes a client, and waits for the first definitions for at most `waitUntilReadyMs`. It resolves all the same when they
   * have not come: evaluations then answer their fallbacks with `PROVIDER_NOT_READY` until they do.
   * @throws TypeError for options that can't work; nothing else
   */
  async init<Flags extends object = KnownFlags>(options: StitchdOptions): Promise<StitchdClient<Flags>> {
    const resolved = resolveOptions(options);
    const { userAgent, random } = nodePlatform;
    const sync = startDefinitionsSync({ ...resolved, userAgent, random });
    return startClient<Flags>(resolved, { platform: nodePlatform, sync });
  },
};
