import { problem } from '@stitchd/service-kit';

/** How many streams a gateway holds, whatever they carry: FlagSync's and those of server-sent events count together. */
export interface StreamPlaces {
  /**
   * Takes a place; what it returns gives it back, once.
   * @throws RATE_LIMITED where all are taken, SERVICE_UNAVAILABLE once this gateway is stopping
   */
  readonly take: () => () => void;
  /** @throws SERVICE_UNAVAILABLE once this gateway is stopping */
  readonly requireOpen: () => void;
  /** No further stream from now on. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

export function createStreamPlaces(most: number): StreamPlaces {
  let taken = 0;
  let isClosed = false;
  const requireOpen = (): void => {
    if (isClosed) throw problem('SERVICE_UNAVAILABLE', 'This gateway is stopping; connect to another.');
  };
  return {
    take() {
      requireOpen();
      if (taken >= most) throw problem('RATE_LIMITED', `This gateway holds ${most} streams already.`);
      taken++;
      let isHeld = true;
      return () => {
        if (isHeld) taken--;
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
