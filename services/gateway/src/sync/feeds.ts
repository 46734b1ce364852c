import { problem, type Logger, type Principal } from '@stitchd/service-kit';
import { environmentIdleMs, heartbeatMs, maxEnvironments } from '../limits.ts';
import { startEnvironmentFeed, type EnvironmentFeed, type WatchDefinitions } from './environment-feed.ts';

/** The environments in use. */
export interface Feeds {
  /** The feed of the environment that a principal is scoped to, started where there is none. */
  readonly of: (principal: Principal) => EnvironmentFeed;
  /** Ends the streams that a key opened. */
  readonly endStreamsOf: (keyHash: string, error: unknown) => void;
  readonly endAllStreams: (error: unknown) => void;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

export function createFeeds(options: {
  readonly watch: WatchDefinitions;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: Logger;
  readonly onCount: (environments: number) => void;
}): Feeds {
  const { nowMs, onCount } = options;
  const feeds = new Map<string, EnvironmentFeed>();
  const ending = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  function drop(environmentId: string, feed: EnvironmentFeed): void {
    feeds.delete(environmentId);
    onCount(feeds.size);
    const ended = feed.stop().finally(() => ending.delete(ended));
    ending.add(ended);
  }

  /** Makes room by the one that was used the longest ago and that nobody follows. */
  function makeRoom(): void {
    const idle = [...feeds]
      .filter(([, feed]) => feed.streams.size === 0)
      .toSorted(([, a], [, b]) => a.lastUsedMs() - b.lastUsedMs());
    const [oldest] = idle;
    if (oldest === undefined) throw problem('SERVICE_UNAVAILABLE', 'This gateway holds as many environments as it can.');
    drop(...oldest);
  }

  function tick(): void {
    for (const [environmentId, feed] of feeds) {
      feed.heartbeat();
      if (nowMs() - feed.lastUsedMs() > environmentIdleMs) drop(environmentId, feed);
    }
  }

  const everyStream = () => [...feeds.values()].flatMap((feed) => [...feed.streams]);

  return {
    of({ organisationId, projectId, environmentId }) {
      if (environmentId === undefined) throw problem('VALIDATION_FAILED', 'An environment is needed.');
      const known = feeds.get(environmentId);
      if (known !== undefined) return known;
      if (feeds.size >= maxEnvironments) makeRoom();
      const feed = startEnvironmentFeed({ ...options, scope: { organisationId, projectId, environmentId } });
      feeds.set(environmentId, feed);
      onCount(feeds.size);
      return feed;
    },
    endStreamsOf(keyHash, error) {
      for (const stream of everyStream()) if (stream.keyHash === keyHash) stream.end(error);
    },
    endAllStreams(error) {
      for (const stream of everyStream()) stream.end(error);
    },
    start() {
      timer = setInterval(tick, heartbeatMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      for (const [environmentId, feed] of feeds) drop(environmentId, feed);
      await Promise.all(ending);
    },
  };
}
