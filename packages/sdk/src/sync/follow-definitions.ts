import { sleep, type StopTimer } from '../background-timer.ts';
import { backoffMs } from '../backoff.ts';
import type { Platform } from '../platform.ts';
import type { SyncLimits } from './sync-limits.ts';
import type { Transport, TransportKind } from './transport.ts';
import type { TransportEnd } from './transport-end.ts';

/** One connection by one transport. */
export interface Connection {
  readonly transport: Transport;
  readonly ended: Promise<TransportEnd>;
  /** Whether anything that counts was heard. */
  readonly worked: () => boolean;
  readonly close: () => void;
}

export interface FollowOptions {
  /** The better ones first. */
  readonly transports: readonly Transport[];
  /**
   * Makes a connection. `fromStart`: asks for a snapshot, whatever is here. `onWorks` is called at the first thing that is
   * heard, before it is taken in.
   */
  readonly connect: (transport: Transport, how: { readonly fromStart: boolean; readonly onWorks: () => void }) => Connection;
  /** Told of each end, and whether another transport is tried at once. */
  readonly onEnd: (end: TransportEnd, transport: TransportKind, next: TransportKind | undefined) => void;
  readonly platform: Pick<Platform, 'random' | 'monotonicMs'>;
  readonly limits: SyncLimits;
  readonly signal: AbortSignal;
}

/**
 * Follows definitions for as long as the client lives. A transport that gets no answer gives way to the next one at once;
 * when none gets one, a pause that grows comes before the best is tried again. While a lesser one works, the better ones are
 * tried now and then beside it, and take over as soon as they are heard.
 */
export async function followDefinitions(options: FollowOptions): Promise<void> {
  const { transports, limits, platform, signal } = options;
  let at = 0;
  let triedInVain = 0;
  let attempt = 0;
  let fromStart = false;
  while (!signal.aborted) {
    const transport = transports[at] as Transport;
    const beganAt = platform.monotonicMs();
    const { connection, end } = await holdConnection(options, transport, fromStart);
    if (signal.aborted || end.kind === 'closed') return;
    at = transports.indexOf(connection.transport);
    const askedFromStart = fromStart && connection.transport === transport;
    fromStart = end.kind === 'unfit';
    const worked = connection.worked();
    triedInVain = worked || end.kind === 'refused' ? 0 : triedInVain + 1;
    const tryNext = triedInVain > 0 && triedInVain < transports.length;
    const next = (at + 1) % transports.length;
    options.onEnd(end, connection.transport.kind, tryNext ? transports[next]?.kind : undefined);
    // A delta that did not fit is put right at once; a snapshot that did not is the server's trouble, and asking on would add to it.
    if (end.kind === 'unfit' && !askedFromStart) continue;
    if (tryNext) {
      at = next;
      continue;
    }
    if (!worked) at = 0;
    triedInVain = 0;
    if (worked && platform.monotonicMs() - beganAt >= limits.goodConnectionMs) attempt = 0;
    await sleep(pauseMs(end, attempt, options), signal);
    attempt = end.kind === 'refused' ? 0 : attempt + 1;
  }
}

function pauseMs(end: TransportEnd, attempt: number, { limits, platform }: FollowOptions): number {
  if (end.kind === 'refused') return giveOrTakeHalf(limits.refusedRetryMs, platform.random);
  const backoff = backoffMs(attempt, limits.reconnectMs, platform.random);
  const asked = end.kind === 'lost' ? (end.retryAfterMs ?? 0) : 0;
  // Not all at the moment that the server named, either.
  return asked === 0 ? backoff : asked + backoff;
}

function giveOrTakeHalf(ms: number, random: () => number): number {
  return ms * (0.5 + random());
}

/** Keeps one connection until it ends; or the better one that took over from it. */
async function holdConnection(
  options: FollowOptions,
  transport: Transport,
  fromStart: boolean,
): Promise<{ readonly connection: Connection; readonly end: TransportEnd }> {
  let connection = options.connect(transport, { fromStart, onWorks: () => undefined });
  const stopProbing = probe(options, transport, (better) => {
    const before = connection;
    connection = better;
    before.close();
  });
  for (;;) {
    const held = connection;
    const end = await held.ended;
    if (held !== connection) continue;
    stopProbing();
    return { connection, end };
  }
}

/** Tries what is better than `transport` now and then, until the best took over or it is stopped. */
function probe(options: FollowOptions, transport: Transport, takeOver: (better: Connection) => void): StopTimer {
  const { transports, platform, limits } = options;
  const stopping = new AbortController();
  const tryBetter = async (than: Transport): Promise<Transport> => {
    for (const candidate of transports.slice(0, transports.indexOf(than))) {
      const better = await firstSign(options, candidate, stopping.signal);
      if (stopping.signal.aborted) better?.close();
      else if (better !== undefined) {
        takeOver(better);
        return candidate;
      }
    }
    return than;
  };
  const run = async (): Promise<void> => {
    const { first, longest } = limits.betterTransportMs;
    let held = transport;
    for (let attempt = 0; held !== transports[0]; attempt++) {
      const pause = Math.min(longest, first * 2 ** Math.min(attempt, 30));
      await sleep(giveOrTakeHalf(pause, platform.random), stopping.signal);
      if (stopping.signal.aborted) return;
      held = await tryBetter(held);
    }
  };
  void run();
  return () => stopping.abort();
}

/** Connects, and answers the connection as soon as it works, or undefined where it ended before. */
async function firstSign(options: FollowOptions, transport: Transport, stop: AbortSignal): Promise<Connection | undefined> {
  let hear: () => void = () => undefined;
  const works = new Promise<'works'>((resolve) => (hear = () => resolve('works')));
  const connection = options.connect(transport, { fromStart: false, onWorks: hear });
  stop.addEventListener('abort', connection.close);
  const outcome = await Promise.race([works, connection.ended]);
  stop.removeEventListener('abort', connection.close);
  return outcome === 'works' ? connection : undefined;
}
