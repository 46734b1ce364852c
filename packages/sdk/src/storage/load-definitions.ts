import type { DefinitionsDocument } from '@stitchd/core';
import type { SdkLogger } from '../sdk-logger.ts';
import type { DefinitionsStore } from '../sync/definitions-store.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/**
 * Loads what there is to begin with. What is kept on disk came from the server, by this key: it goes before a bootstrap,
 * unless that is of the same environment and newer. What can't be used is told and passed over.
 */
export async function loadDefinitions(
  definitions: DefinitionsStore,
  from: {
    readonly snapshots: SnapshotStore | undefined;
    readonly bootstrap: (() => Promise<string | DefinitionsDocument>) | undefined;
    readonly logger: SdkLogger;
  },
): Promise<void> {
  const { snapshots, bootstrap, logger } = from;
  if (snapshots !== undefined) {
    const loaded = await snapshots.load();
    const why =
      loaded.kind === 'ok' ? definitions.load(loaded.document, 'disk') : loaded.kind === 'refused' ? loaded.why : undefined;
    if (why !== undefined) logger.warn(`the definitions kept on disk are not used: ${why}`);
  }
  if (bootstrap === undefined) return;
  const why = await bootstrap().then(
    (document) => definitions.load(document, 'bootstrap'),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (why !== undefined) logger.error(`the bootstrap is not used: ${why}`);
}
