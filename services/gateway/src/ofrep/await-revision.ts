import type { EnvironmentFeed } from '../sync/environment-feed.ts';
import type { EnvironmentState } from '../sync/environment-state.ts';
import type { SyncStream } from '../sync/sync-stream.ts';

/**
 * Answers once a feed has reached a revision, or after the time: a client that heard of a change from another gateway may ask
 * this one before the change is here.
 */
export async function awaitRevision(feed: EnvironmentFeed, revision: number, timeoutMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (state: EnvironmentState): void => {
      if ((state.compiled()?.revision ?? 0) >= revision) done();
    };
    const follower: SyncStream = {
      keyHash: '',
      catchUp: check,
      offer: (_delta, state) => check(state),
      heartbeat: () => undefined,
      end: () => done(),
    };
    const timer = setTimeout(() => done(), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      feed.remove(follower);
      resolve();
    };
    feed.add(follower);
  });
}
