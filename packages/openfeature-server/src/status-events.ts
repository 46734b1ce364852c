import { ErrorCode, ProviderEvents, type OpenFeatureEventEmitter } from '@openfeature/server-sdk';
import type { StitchdClient, SyncStatus } from '@stitchd/sdk';

/** What OpenFeature is told of how the client is doing. */
type State = 'unready' | 'ready' | 'stale' | 'refused';

function stateOf({ ready, stale, connection }: SyncStatus): State {
  // With definitions it goes on answering, whatever the server says of its key.
  if (ready) return stale ? 'stale' : 'ready';
  return connection === 'refused' ? 'refused' : 'unready';
}

/**
 * Tells OpenFeature of changes of the client from now on: that it became ready, that it can't be sure to have the latest
 * definitions, that the server refuses its key, and which flags may answer differently.
 *
 * @returns a function that ends it
 */
export function tellEvents(
  client: Pick<StitchdClient, 'status' | 'onStatus' | 'onChange'>,
  events: OpenFeatureEventEmitter,
): () => void {
  // What OpenFeature takes for granted after a start that went well.
  const first = stateOf(client.status());
  let told: State = first === 'stale' ? 'ready' : first;
  const tell = (status: SyncStatus): void => {
    const state = stateOf(status);
    if (state === told || status.connection === 'closed') return;
    told = state;
    const because = status.lastError === undefined ? {} : { message: status.lastError };
    if (state === 'ready') events.emit(ProviderEvents.Ready);
    else if (state === 'stale') events.emit(ProviderEvents.Stale, because);
    else if (state === 'refused') events.emit(ProviderEvents.Error, { ...because, errorCode: ErrorCode.PROVIDER_FATAL });
    else events.emit(ProviderEvents.Error, because);
  };
  const stopStatus = client.onStatus(tell);
  const stopChanges = client.onChange((flagsChanged) => {
    if (flagsChanged.length > 0) events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flagsChanged] });
  });
  tell(client.status());
  return () => {
    stopStatus();
    stopChanges();
  };
}

/**
 * Gathers which flags change while OpenFeature can't be told yet.
 *
 * @returns a function that ends it, and answers them
 */
export function gatherChanges(client: Pick<StitchdClient, 'onChange'>): () => readonly string[] {
  const flags = new Set<string>();
  const stop = client.onChange((changed) => changed.forEach((flag) => flags.add(flag)));
  return () => {
    stop();
    return [...flags];
  };
}
