import { ErrorCode, ProviderEvents, type OpenFeatureEventEmitter } from '@openfeature/web-sdk';
import type { StitchdWebClient, WebStatus } from '@stitchd/web';

/** What OpenFeature is told of how the client is doing. */
type State = 'unready' | 'ready' | 'stale' | 'refused';

function stateOf({ ready, connection }: WebStatus): State {
  const isLost = connection === 'waiting' || connection === 'refused';
  // With values it goes on answering, whatever the server says of its key.
  if (ready) return isLost ? 'stale' : 'ready';
  return connection === 'refused' ? 'refused' : 'unready';
}

/**
 * Tells OpenFeature of changes of the client from now on.
 *
 * @returns a function that ends it
 */
export function tellEvents(
  client: Pick<StitchdWebClient, 'status' | 'onStatus' | 'onChange'>,
  events: OpenFeatureEventEmitter,
): () => void {
  const first = stateOf(client.status());
  // What OpenFeature takes for granted after a start that went well.
  let told: State = first === 'stale' ? 'ready' : first;
  const tell = (status: WebStatus): void => {
    const state = stateOf(status);
    if (state === told || status.connection === 'closed') return;
    told = state;
    const because = status.lastError === undefined ? {} : { message: status.lastError };
    if (state === 'ready') events.emit(ProviderEvents.Ready);
    else if (state === 'stale') events.emit(ProviderEvents.Stale, because);
    else if (state === 'refused') events.emit(ProviderEvents.Error, { ...because, errorCode: ErrorCode.PROVIDER_FATAL });
    else events.emit(ProviderEvents.Error, because);
  };
  const stops = [
    client.onStatus(tell),
    client.onChange((flagsChanged) => {
      if (flagsChanged.length > 0) events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flagsChanged] });
    }),
  ];
  tell(client.status());
  return () => stops.forEach((stop) => stop());
}

/**
 * Gathers which flags change while OpenFeature can't be told yet.
 *
 * @returns a function that ends it, and answers them
 */
export function gatherChanges(client: Pick<StitchdWebClient, 'onChange'>): () => readonly string[] {
  const flags = new Set<string>();
  const stop = client.onChange((changed) => changed.forEach((flag) => flags.add(flag)));
  return () => {
    stop();
    return [...flags];
  };
}
