import type { DefinitionsDocument } from '@stitchd/core';
import type { StitchdClient } from '../client.ts';
import type { KnownFlags } from '../flags/flag-table.ts';
import { type ClientOptions, type OfflineOptions, resolveOptions, type ServerOptions } from '../options.ts';
import { sdkLimits } from '../sdk-limits.ts';
import { startClient } from '../start-client.ts';
import { pollTransport } from '../sync/poll-transport.ts';
import { sseTransport } from '../sync/sse-transport.ts';
import { webPlatform } from '../web-platform.ts';

/** How a client is made where there are web globals alone; only `url` and `sdkKey` are needed. */
export type EdgeOptions = (ServerOptions | OfflineOptions) &
  ClientOptions & {
    /** `poll` where left out, since such runtimes seldom keep a connection; `sse` falls back to it. */
    readonly mode?: 'sse' | 'poll';
    /** Definitions to begin with, as `GET /v1/sdk/definitions` answers them. */
    readonly bootstrap?: DefinitionsDocument;
  };

/** The way in. */
export const Stitchd = {
  /**
   * Makes a client, and waits for the first definitions for at most `waitUntilReadyMs`. It resolves all the same when they
   * have not come: evaluations then answer from the bootstrap, or their fallbacks with `PROVIDER_NOT_READY` until they do.
   * @throws TypeError for options that can't work; nothing else
   */
  async init<Flags extends object = KnownFlags>(options: EdgeOptions): Promise<StitchdClient<Flags>> {
    const resolved = resolveOptions(options);
    const { url, sdkKey, pollIntervalMs } = resolved;
    const { mode = 'poll', bootstrap } = options;
    // Types don't reach every caller.
    if (!['sse', 'poll'].includes(mode)) throw new TypeError('mode must be sse or poll');
    const shared = { url, sdkKey, platform: webPlatform, limits: sdkLimits };
    const poll = pollTransport({ ...shared, pollIntervalMs });
    return startClient<Flags>(resolved, {
      platform: webPlatform,
      transports: mode === 'poll' ? [poll] : [sseTransport(shared), poll],
      snapshots: undefined,
      overrides: undefined,
      bootstrap: bootstrap === undefined ? undefined : async () => bootstrap,
      // No such runtime says when it is about to end: the application calls `flush`.
      beforeExit: () => () => undefined,
    });
  },
};
