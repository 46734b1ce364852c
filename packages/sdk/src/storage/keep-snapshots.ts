import { runLater, type StopTimer } from '../background-timer.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import type { DefinitionsStore } from '../sync/definitions-store.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** What writes definitions down in the background. */
export interface SnapshotKeeper {
  /** Why definitions could not be written last; undefined once they were. */
  readonly lastError: () => string | undefined;
  /** Writes what is not written yet. Never rejects. */
  readonly flush: () => Promise<void>;
  readonly close: () => void;
}

/** Writes definitions a while after they changed, one write at a time; a failing disk is told once and hinders nothing. */
export function keepSnapshots(options: {
  readonly definitions: Pick<DefinitionsStore, 'document' | 'onChange' | 'source'>;
  readonly snapshots: SnapshotStore;
  readonly saveAfterMs: number;
  readonly logger: SdkLogger;
}): SnapshotKeeper {
  const { definitions, snapshots, logger } = options;
  let isChanged = false;
  let stopTimer: StopTimer | undefined;
  let writing: Promise<void> = Promise.resolve();
  let lastError: string | undefined;

  const write = async (): Promise<void> => {
    if (!isChanged) return;
    const document = definitions.document();
    if (document === undefined) return;
    isChanged = false;
    try {
      await snapshots.save(JSON.stringify(document));
      if (lastError !== undefined) logger.info('definitions can be kept on disk again');
      lastError = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== lastError)
        logger.warn(`definitions can't be kept on disk: ${message}; a start without servers will lack them`);
      lastError = message;
      // With the next change it is tried again, and when the client is closed.
      isChanged = true;
    }
  };
  const flush = (): Promise<void> => {
    stopTimer?.();
    stopTimer = undefined;
    writing = writing.then(write);
    return writing;
  };
  const stopListening = definitions.onChange(() => {
    if (definitions.source() === 'disk') return;
    isChanged = true;
    stopTimer ??= runLater(options.saveAfterMs, () => void flush());
  });
  return {
    lastError: () => lastError,
    flush,
    close() {
      stopListening();
      stopTimer?.();
    },
  };
}
