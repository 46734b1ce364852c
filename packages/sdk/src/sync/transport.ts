import type { ReplicaMessage } from '@stitchd/core';
import type { TransportEnd } from './transport-end.ts';

/** The ways by which definitions come, the better first. */
export const transportKinds = ['stream', 'sse', 'poll'] as const;

/**
 * How definitions are followed: `stream` by gRPC (FlagSync), `sse` by server-sent events over HTTP, `poll` by asking again
 * and again.
 */
export type TransportKind = (typeof transportKinds)[number];

/** What a transport needs to know and whom it tells, for one connection. */
export interface TransportSession {
  /** What is here; 0 asks for a snapshot. */
  readonly haveRevision: bigint;
  readonly haveChecksum: bigint;
  /** The environment that the server says the key belongs to. */
  readonly onEnvironment: (environmentId: string) => void;
  /** Answers false for a message that does not fit: the connection then ends, and another one asks for a snapshot. */
  readonly onMessage: (message: ReplicaMessage) => boolean;
  /** The server said that nothing has changed. */
  readonly onUnchanged: () => void;
  readonly signal: AbortSignal;
}

export interface Transport {
  readonly kind: TransportKind;
  /** Follows definitions until something ends it. Never rejects; keeps no process alive where the runtime allows. */
  readonly run: (session: TransportSession) => Promise<TransportEnd>;
}
