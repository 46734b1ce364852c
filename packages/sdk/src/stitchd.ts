import { readFile, stat } from 'node:fs/promises';
import type { DefinitionsDocument } from '@stitchd/core';
import type { StitchdClient } from './client.ts';
import type { KnownFlags } from './flags/flag-table.ts';
import { finishBeforeExit } from './node/finish-before-exit.ts';
import { openLocalOverrides } from './node/open-local-overrides.ts';
import { nodePlatform } from './node/node-platform.ts';
import { snapshotFile } from './node/snapshot-file.ts';
import { type NodeOptions, parseUrl, type ResolvedOptions, resolveOptions, type StitchdOptions } from './options.ts';
import { sdkLimits } from './sdk-limits.ts';
import { startClient } from './start-client.ts';
import { pollTransport } from './sync/poll-transport.ts';
import { sseTransport } from './sync/sse-transport.ts';
import { streamTransport } from './node/stream-transport.ts';
import { type Transport, transportKinds } from './sync/transport.ts';

/** The way in. */
export const Stitchd = {
  /**
   * Makes a client, and waits for the first definitions for at most `waitUntilReadyMs`. It resolves all the same when they
   * have not come: evaluations then answer from what is kept on disk or from the bootstrap, or else their fallbacks with
   * `PROVIDER_NOT_READY` until they do.
   * @throws TypeError for options that can't work; nothing else
   */
  async init<Flags extends object = KnownFlags>(options: StitchdOptions): Promise<StitchdClient<Flags>> {
    const resolved = resolveOptions(options);
    const transports = resolved.offline ? [] : transportsOf(options, resolved);
    const { bootstrap, storageDirectory } = options;
    if (storageDirectory !== undefined && resolved.sdkKey === '')
      throw new TypeError('storageDirectory needs sdkKey: only the key that wrote definitions can read them');
    return startClient<Flags>(resolved, {
      platform: nodePlatform,
      transports,
      bootstrap: bootstrap === undefined ? undefined : () => readBootstrap(bootstrap),
      snapshots:
        storageDirectory === undefined
          ? undefined
          : snapshotFile({
              directory: storageDirectory,
              sdkKey: resolved.sdkKey,
              maxBytes: sdkLimits.maxSnapshotBytes,
              abandonedMs: sdkLimits.abandonedSnapshotMs,
              nowMs: nodePlatform.nowMs,
            }),
      overrides: openLocalOverrides({ overridesFile: options.overridesFile, logger: resolved.logger }, process.env),
      beforeExit: finishBeforeExit,
    });
  },
};

/** The one that was chosen, and those to fall back to. */
function transportsOf({ mode = 'stream', syncUrl }: NodeOptions, { url, sdkKey, pollIntervalMs }: ResolvedOptions): Transport[] {
  const from = transportKinds.indexOf(mode);
  if (from === -1) throw new TypeError(`mode must be one of ${transportKinds.join(', ')}`);
  const shared = { url, sdkKey, platform: nodePlatform, limits: sdkLimits };
  const { protocol, hostname } = new URL(url);
  const sync = syncUrl === undefined ? `${protocol}//${hostname}:${sdkLimits.syncPort}` : parseUrl('syncUrl', syncUrl).origin;
  const all = [streamTransport({ ...shared, syncUrl: sync }), sseTransport(shared), pollTransport({ ...shared, pollIntervalMs })];
  return all.slice(from);
}

async function readBootstrap(bootstrap: NonNullable<NodeOptions['bootstrap']>): Promise<string | DefinitionsDocument> {
  if (!('file' in bootstrap)) return bootstrap;
  const { size } = await stat(bootstrap.file);
  if (size > sdkLimits.maxSnapshotBytes) throw new Error(`it has ${size} bytes, more than ${sdkLimits.maxSnapshotBytes}`);
  return readFile(bootstrap.file, 'utf8');
}
