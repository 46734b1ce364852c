import { problem } from '@stitchd/service-kit';
import { clientStreamShare, organisationStreamsPerFree } from '../limits.ts';

/** Whose key opened a stream. */
export type StreamHolder = 'server' | 'client';

/** A place that was taken. */
export interface StreamPlace {
  /**
   * Says whose it is, once that is known.
   * @throws RATE_LIMITED where few are free and the organisation holds many: one alone can't shut out the others
   */
  readonly giveTo: (organisationId: string | undefined) => void;
  /** Any further time changes nothing. */
  readonly giveBack: () => void;
}

/** How many streams a gateway holds, whatever they carry: FlagSync's and those of server-sent events count together. */
export interface StreamPlaces {
  /**
   * Takes a place. Client keys are public: they can't take the places of servers.
   * @throws RATE_LIMITED where all are taken, or all that clients may have, SERVICE_UNAVAILABLE once this gateway is stopping
   */
  readonly take: (holder: StreamHolder) => StreamPlace;
  /** @throws SERVICE_UNAVAILABLE once this gateway is stopping */
  readonly requireOpen: () => void;
  /** No further stream from now on. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

export function createStreamPlaces(most: number): StreamPlaces {
  const mostOfClients = Math.ceil(most * clientStreamShare);
  const taken = { server: 0, client: 0 };
  /** Of those that are taken: whose they are is known. */
  const given = { server: 0, client: 0 };
  /** By holder and organisation. */
  const held = new Map<string, number>();
  let isClosed = false;

  const requireOpen = (): void => {
    if (isClosed) throw problem('SERVICE_UNAVAILABLE', 'This gateway is stopping; connect to another.');
  };
  const left = (of: typeof taken, holder: StreamHolder): number => {
    const all = most - of.server - of.client;
    return holder === 'server' ? all : Math.min(all, mostOfClients - of.client);
  };

  return {
    take(holder) {
      requireOpen();
      if (left(taken, holder) <= 0)
        throw problem('RATE_LIMITED', `This gateway holds as many streams of ${holder} keys as it can already.`);
      taken[holder]++;
      let owner: string | undefined;
      let isHeld = true;
      return {
        giveTo(organisationId = '') {
          if (!isHeld || owner !== undefined) return;
          const name = `${holder} ${organisationId}`;
          const own = held.get(name) ?? 0;
          // Those that were taken by nobody knows whom don't count: thousands come at once after an outage.
          if (own >= organisationStreamsPerFree * left(given, holder))
            throw problem(
              'RATE_LIMITED',
              'Few streams are left on this gateway, and your organisation holds most of the others.',
            );
          owner = name;
          given[holder]++;
          held.set(name, own + 1);
        },
        giveBack() {
          if (!isHeld) return;
          isHeld = false;
          taken[holder]--;
          if (owner === undefined) return;
          given[holder]--;
          const own = (held.get(owner) ?? 0) - 1;
          if (own === 0) held.delete(owner);
          else held.set(owner, own);
        },
      };
    },
    requireOpen,
    close() {
      isClosed = true;
    },
    isClosed: () => isClosed,
  };
}
