import { runLater, type StopTimer } from '../background-timer.ts';

export interface WatchdogLimits {
  /** Longest time in which not a single byte arrives. */
  readonly silenceMs: number;
  /** Longest time in which no message is complete: a server that sends byte after byte keeps nobody waiting for ever. */
  readonly messageMs: number;
}

/** Notices a connection on which nothing happens any more. */
export interface Watchdog {
  readonly heardBytes: () => void;
  readonly heardMessage: () => void;
  readonly stop: StopTimer;
}

/** @param monotonicMs - never the wall clock, whose jumps would end good connections, or keep dead ones */
export function startWatchdog(monotonicMs: () => number, limits: WatchdogLimits, onSilent: (message: string) => void): Watchdog {
  let bytesAt = monotonicMs();
  let messageAt = bytesAt;
  let stop: StopTimer = () => undefined;
  // One timer that looks again when the time may be up, instead of one that is set anew at each byte.
  const look = (): void => {
    const now = monotonicMs();
    const silent = bytesAt + limits.silenceMs - now;
    const unfinished = messageAt + limits.messageMs - now;
    if (silent <= 0) onSilent(`nothing was heard for ${limits.silenceMs / 1_000} s`);
    else if (unfinished <= 0) onSilent(`no message was complete for ${limits.messageMs / 1_000} s`);
    else stop = runLater(Math.ceil(Math.min(silent, unfinished)), look);
  };
  look();
  return {
    heardBytes: () => void (bytesAt = monotonicMs()),
    heardMessage: () => void (messageAt = bytesAt = monotonicMs()),
    stop: () => stop(),
  };
}
