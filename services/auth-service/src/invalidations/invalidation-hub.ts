import type { Database } from '@stitchd/db';
import {
  authStoreLimits,
  invalidatedWithin,
  invalidationText,
  watchInvalidations,
  type InvalidationWatch,
  type StoredInvalidation,
} from '@stitchd/db/auth';
import { problem, type Logger } from '@stitchd/service-kit';
import { authLimits } from '../limits.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';

export type Heartbeat = { readonly kind: 'heartbeat' };

/** Passes what this replica hears of revocations on to all its streams. */
export interface InvalidationHub {
  readonly start: () => void;
  /** First what was revoked lately, then a heartbeat, then every revocation as it commits, with heartbeats in between. */
  readonly watch: (signal: AbortSignal) => AsyncGenerator<StoredInvalidation | Heartbeat>;
  /** Ends the streams. */
  readonly stop: () => Promise<void>;
}

export function createInvalidationHub(options: {
  readonly database: Database;
  readonly nowMs: () => number;
  readonly log: Logger;
}): InvalidationHub {
  const { database, nowMs, log } = options;
  const mailboxes = new Set<Mailbox<StoredInvalidation>>();
  const passOnOnce = createRepetitionFilter(nowMs);
  const stopping = new AbortController();
  let caughtUpAtMs = Number.NEGATIVE_INFINITY;
  let watching: InvalidationWatch | undefined;

  return {
    start() {
      watching = watchInvalidations({
        database,
        onInvalidation(invalidation) {
          if (!passOnOnce(invalidation)) return;
          for (const mailbox of mailboxes) mailbox.put(invalidation);
        },
        onCaughtUp() {
          caughtUpAtMs = nowMs();
        },
        onTrouble: (error) => log.warn({ err: error }, 'revocations can not be read from the store; trying again'),
      });
    },
    async *watch(caller) {
      const signal = AbortSignal.any([caller, stopping.signal]);
      const mailbox = createMailbox<StoredInvalidation>(authLimits.waitingInvalidations);
      mailboxes.add(mailbox);
      try {
        yield* await database.beforeTenant((tx) =>
          invalidatedWithin(tx, {
            keysSeconds: authLimits.keyReplaySeconds,
            sessionsSeconds: authLimits.sessionReplaySeconds,
          }),
        );
        yield { kind: 'heartbeat' };
        while (!signal.aborted) {
          const taken = await mailbox.take(authLimits.heartbeatMs, signal);
          if (taken === 'overflowed')
            throw problem('RATE_LIMITED', 'This stream was read too slowly; open it again to catch up.');
          yield* taken;
          if (taken.length === 0 && nowMs() - caughtUpAtMs < authLimits.heartbeatStaleMs) yield { kind: 'heartbeat' };
        }
      } finally {
        mailboxes.delete(mailbox);
      }
    },
    async stop() {
      stopping.abort();
      await watching?.stop();
    },
  };
}

/** Polls tell the same again while it is recent: says whether something is heard of for the first time. */
function createRepetitionFilter(nowMs: () => number): (invalidation: StoredInvalidation) => boolean {
  const keepMs = 2 * authStoreLimits.invalidationOverlapSeconds * 1_000;
  const heardAtMs = new Map<string, number>();
  return (invalidation) => {
    for (const [text, atMs] of heardAtMs) {
      if (nowMs() - atMs < keepMs) break;
      heardAtMs.delete(text);
    }
    const text = invalidationText(invalidation);
    if (heardAtMs.has(text)) return false;
    heardAtMs.set(text, nowMs());
    return true;
  };
}
