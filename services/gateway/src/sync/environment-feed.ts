import { setTimeout as wait } from 'node:timers/promises';
import type { CompiledDefinitions } from '@stitchd/core';
import type { WatchRequest, WatchResponse } from '@stitchd/proto/flag/v1/flag';
import { problem, withCall, type Logger, type Principal } from '@stitchd/service-kit';
import { createBackoff } from '../backoff.ts';
import { ownCall } from '../identity/own-name.ts';
import { definitionsWaitMs } from '../limits.ts';
import type { DefinitionsBody } from './definitions-body.ts';
import { createEnvironmentState, type EnvironmentState } from './environment-state.ts';
import type { SyncStream } from './sync-stream.ts';

export type WatchDefinitions = (
  request: Pick<WatchRequest, 'environmentId' | 'haveRevision' | 'haveChecksum'>,
  signal: AbortSignal,
) => AsyncIterable<WatchResponse>;

/** One environment in use: its definitions, and the streams that follow them. */
export interface EnvironmentFeed {
  readonly streams: ReadonlySet<SyncStream>;
  readonly lastUsedMs: () => number;
  readonly add: (stream: SyncStream) => void;
  readonly remove: (stream: SyncStream) => void;
  /** @throws SERVICE_UNAVAILABLE where none have arrived in time */
  readonly definitions: () => Promise<CompiledDefinitions>;
  /**
   * The same as polling answers them.
   * @throws SERVICE_UNAVAILABLE where none have arrived in time
   */
  readonly body: () => Promise<DefinitionsBody>;
  /** The same, where they have arrived. */
  readonly held: () => CompiledDefinitions | undefined;
  readonly heartbeat: () => void;
  readonly stop: () => Promise<void>;
}

interface FeedOptions {
  /** Names the environment and its tenant. */
  readonly scope: Pick<Principal, 'organisationId' | 'projectId' | 'environmentId'>;
  readonly watch: WatchDefinitions;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** Follows flag-service for ever; while it can't be reached, streams keep what they have and stay open. */
export function startEnvironmentFeed(options: FeedOptions): EnvironmentFeed {
  const { nowMs } = options;
  const streams = new Set<SyncStream>();
  const state = createEnvironmentState(options.scope.environmentId ?? '');
  const stopping = new AbortController();
  let lastUsedMs = nowMs();
  let arrived: () => void = () => undefined;
  const firstState = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const onMessage = (bytes: Uint8Array): 'go-on' | 'begin-anew' => {
    const accepted = state.accept(bytes);
    switch (accepted.kind) {
      case 'nothing-new':
        return 'go-on';
      case 'delta':
        for (const stream of streams) stream.offer(accepted.delta, state);
        return 'go-on';
      case 'snapshot':
        arrived();
        for (const stream of streams) stream.catchUp(state);
        return 'go-on';
      case 'out-of-step':
        options.log.warn({ ...options.scope, why: accepted.why }, 'definitions are out of step; asking for all');
        return 'begin-anew';
    }
  };
  async function definitions(): Promise<CompiledDefinitions> {
    lastUsedMs = nowMs();
    const timer = new AbortController();
    if (state.compiled() === undefined) {
      await Promise.race([firstState, wait(definitionsWaitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    }
    const compiled = state.compiled();
    if (compiled === undefined) throw problem('SERVICE_UNAVAILABLE', 'The definitions of this environment have not arrived yet.');
    return compiled;
  }
  const following = follow(options, state, onMessage, stopping.signal);

  return {
    streams,
    lastUsedMs: () => (streams.size > 0 ? nowMs() : lastUsedMs),
    add(stream) {
      streams.add(stream);
      stream.catchUp(state);
    },
    remove(stream) {
      streams.delete(stream);
      lastUsedMs = nowMs();
    },
    definitions,
    held() {
      lastUsedMs = nowMs();
      return state.compiled();
    },
    async body() {
      await definitions();
      return state.body();
    },
    heartbeat() {
      if (streams.size === 0 || state.compiled() === undefined) return;
      for (const stream of streams) stream.heartbeat(state);
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

async function follow(
  { scope, watch, random, log }: FeedOptions,
  state: EnvironmentState,
  onMessage: (bytes: Uint8Array) => 'go-on' | 'begin-anew',
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff(random);
  let have = { haveRevision: 0n, haveChecksum: 0n };

  async function attempt(): Promise<void> {
    state.beginStream();
    const request = { environmentId: scope.environmentId ?? '', ...have };
    for await (const { syncMessage } of watch(request, signal)) {
      if (onMessage(syncMessage) === 'begin-anew') {
        have = { haveRevision: 0n, haveChecksum: 0n };
        return;
      }
      backoff.reset();
      if (state.compiled() !== undefined) {
        const { revision, checksum } = state.position();
        have = { haveRevision: revision, haveChecksum: checksum };
      }
    }
  }

  while (!signal.aborted) {
    try {
      await withCall(ownCall(scope), attempt);
    } catch (error) {
      if (!signal.aborted) log.warn({ ...scope, err: error }, 'definitions can not be followed; trying again');
    }
    await wait(backoff.next(), undefined, { signal }).catch(() => undefined);
  }
}
