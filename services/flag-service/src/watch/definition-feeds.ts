import { isUuid } from '@stitchd/core';
import { tenantOfEnvironment } from '@stitchd/db/flag';
import { readDefinitions, type StoredDefinitions } from '@stitchd/db/platform';
import type { Database } from '@stitchd/db/postgres';
import { problem, type Logger, type EnvironmentScope } from '@stitchd/service-kit';
import { ensureEnvironment, type InitialisedEnvironments } from '../definitions/ensure-environment.ts';
import { EnvironmentFeed } from './environment-feed.ts';

/** The environments that are being watched through this replica. */
export interface DefinitionFeeds {
  /**
   * The environment's feed, loaded. Release it when the stream ends: the last one gives up what is held.
   * @throws NOT_FOUND, or SERVICE_UNAVAILABLE while this replica is stopping
   */
  readonly open: (environmentId: string, requestId: string) => Promise<OpenFeed>;
  /** A hint that an environment has changed. */
  readonly onRevision: (environmentId: string, revision: number) => void;
  /** Ends every stream, and takes no new ones. */
  readonly close: () => void;
}

export interface OpenFeed {
  readonly feed: EnvironmentFeed;
  readonly release: () => void;
}

export interface DefinitionFeedsOptions {
  readonly database: Database;
  readonly newId: () => string;
  readonly newSigningSecret: () => Uint8Array;
  readonly initialised: InitialisedEnvironments;
  readonly heartbeatMs: number;
  readonly log: Logger;
}

interface Held {
  readonly feed: EnvironmentFeed;
  readonly loaded: Promise<void>;
  streams: number;
}

export function createDefinitionFeeds(options: DefinitionFeedsOptions): DefinitionFeeds {
  const held = new Map<string, Held>();
  let closed = false;

  const release = (environmentId: string, entry: Held): void => {
    entry.streams--;
    if (entry.streams > 0) return;
    entry.feed.close();
    if (held.get(environmentId) === entry) held.delete(environmentId);
  };
  const hold = (scope: EnvironmentScope): Held => {
    const { environmentId } = scope;
    const known = held.get(environmentId);
    if (known !== undefined) return known;
    const feed = new EnvironmentFeed({
      read: (fromRevision) => readOrRefuse(options.database, scope, fromRevision),
      heartbeatMs: options.heartbeatMs,
      onTrouble: (error) =>
        options.log.warn({ err: error, environmentId }, 'definitions could not be read; they stay as they are'),
    });
    const entry = { feed, loaded: feed.load(), streams: 0 };
    held.set(environmentId, entry);
    return entry;
  };

  return {
    async open(environmentId, requestId) {
      const scope = await findScope(options.database, environmentId);
      await ensureEnvironment(options, scope, requestId);
      if (closed) throw problem('SERVICE_UNAVAILABLE', 'This replica is stopping; another one answers.');
      const entry = hold(scope);
      entry.streams++;
      try {
        await entry.loaded;
      } catch (error) {
        release(environmentId, entry);
        throw error;
      }
      return { feed: entry.feed, release: () => release(environmentId, entry) };
    },
    onRevision(environmentId, revision) {
      const entry = held.get(environmentId);
      if (entry !== undefined && revision !== entry.feed.revision) void entry.feed.refresh();
    },
    close() {
      closed = true;
      for (const { feed } of held.values()) feed.close();
    },
  };
}

async function findScope(database: Database, environmentId: string): Promise<EnvironmentScope> {
  const tenant = isUuid(environmentId) ? await database.beforeTenant((tx) => tenantOfEnvironment(tx, environmentId)) : undefined;
  if (tenant === undefined) throw problem('NOT_FOUND', 'There is no such environment.');
  return { ...tenant, environmentId };
}

async function readOrRefuse(database: Database, scope: EnvironmentScope, fromRevision: number): Promise<StoredDefinitions> {
  const stored = await database.inTenant(scope.organisationId, (tx) => readDefinitions(tx, scope.environmentId, fromRevision));
  if (stored === undefined) throw problem('NOT_FOUND', 'There is no such environment.');
  return stored;
}
