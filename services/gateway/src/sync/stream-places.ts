import { problem } from '@stitchd/service-kit';
import { clientStreamShare } from '../limits.ts';

/** Whose key opened a stream. */
export type StreamHolder = 'server' | 'client';

/** How many streams a gateway holds, whatever they carry: FlagSync's and those of server-sent events count together. */
export interface StreamPlaces {
  /**
   * Takes a place; what it returns gives it back, once. Client keys are public: they can't take the places of servers.
   * @throws RATE_LIMITED where all are taken, or all that clients may have, SERVICE_UNAVAILABLE once this gateway is stopping
   */
  readonly take: (holder: StreamHolder) => () => void;
  /** @throws SERVICE_UNAVAILABLE once this gateway is stopping */
  readonly requireOpen: () => void;
  /** No further stream from now on. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

export function createStreamPlaces(most: number): StreamPlaces {
  const mostOfClients = Math.ceil(most * clientStreamShare);
  const taken = { server: 0, client: 0 };
  let isClosed = false;
  const requireOpen = (): void => {
    if (isClosed) throw problem('SERVICE_UNAVAILABLE', 'This gateway is stopping; connect to another.');
  };
  return {
    take(holder) {
      requireOpen();
      if (taken.server + taken.client >= most) throw problem('RATE_LIMITED', `This gateway holds ${most} streams already.`);
      if (holder === 'client' && taken.client >= mostOfClients)
        throw problem('RATE_LIMITED', `This gateway holds ${mostOfClients} streams of client keys already.`);
      taken[holder]++;
      let isHeld = true;
      return () => {
        if (isHeld) taken[holder]--;
        isHeld = false;
      };
    },
    requireOpen,
    close() {
      isClosed = true;
    },
    isClosed: () => isClosed,
  };
}
