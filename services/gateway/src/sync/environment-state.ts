import { fromBinary } from '@bufbuild/protobuf';
import { createReplica, type CompiledDefinitions } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { maxHistoryBytes, maxHistoryDeltas, maxUncomparedBytes } from '../limits.ts';
import { encodeHeartbeat, encodeSnapshot } from './encode-snapshot.ts';
import { grpcFrame } from './grpc-frame.ts';

/** Where a reader stands. */
export interface Position {
  readonly revision: bigint;
  readonly checksum: bigint;
}

/** A change as it is written to streams: it leads from one position to the next. */
export interface Delta {
  readonly from: Position;
  readonly to: Position;
  readonly frames: readonly Buffer[];
  readonly bytes: number;
}

export type Accepted =
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'delta'; readonly delta: Delta }
  | { readonly kind: 'snapshot' }
  /** Nothing was applied: ask for a snapshot. */
  | { readonly kind: 'out-of-step'; readonly why: string };

/**
 * One environment's definitions as the gateway holds them: applied for its own evaluations, and encoded for streams. Deltas
 * go out with the bytes that came in.
 */
export interface EnvironmentState {
  /** Undefined before the first state. */
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly position: () => Position;
  /** A new internal stream begins: what was half received is forgotten. */
  readonly beginStream: () => void;
  readonly accept: (message: Uint8Array) => Accepted;
  /** What leads a reader from where it stands to now: the deltas since, where they are still known and not more than all. */
  readonly framesSince: (from: Position) => readonly Buffer[];
  readonly heartbeat: () => Buffer;
}

const decoder = new TextDecoder();

export function createEnvironmentState(): EnvironmentState {
  const replica = createReplica();
  let history: Delta[] = [];
  let historyBytes = 0;
  let received: Buffer[] = [];
  let snapshot: { readonly revision: bigint; readonly frames: readonly Buffer[] } | undefined;
  const position = (): Position => ({ revision: replica.revision, checksum: replica.checksum });

  function remember(delta: Delta): void {
    history.push(delta);
    historyBytes += delta.bytes;
    while (history.length > maxHistoryDeltas || historyBytes > maxHistoryBytes) historyBytes -= history.shift()?.bytes ?? 0;
  }

  function forgetHistory(): void {
    history = [];
    historyBytes = 0;
  }

  function wholeState(): readonly Buffer[] {
    if (snapshot?.revision !== replica.revision) snapshot = { revision: replica.revision, frames: encodeSnapshot(replica) };
    return snapshot.frames;
  }

  return {
    compiled: () => replica.compiled,
    position,
    beginStream() {
      received = [];
    },
    accept(bytes) {
      const message = fromBinary(SyncMessageSchema, bytes);
      const entities = message.entities.map((entity) => ({ ...entity, body: decoder.decode(entity.body) }));
      const before = position();
      const outcome = replica.apply({ ...message, entities });
      received.push(grpcFrame(bytes));
      if (outcome.kind === 'pending') return { kind: 'nothing-new' };
      const frames = received;
      received = [];
      if (outcome.kind !== 'applied') return { kind: 'out-of-step', why: outcome.kind };
      snapshot = undefined;
      if (message.fromRevision === 0n) {
        forgetHistory();
        return { kind: 'snapshot' };
      }
      const to = position();
      if (to.revision === before.revision) return { kind: 'nothing-new' };
      const delta = { from: before, to, frames, bytes: bytesOf(frames) };
      remember(delta);
      return { kind: 'delta', delta };
    },
    framesSince(from) {
      const now = position();
      if (isSame(from, now)) return [];
      const first = history.findIndex((delta) => isSame(delta.from, from));
      if (first === -1) return wholeState();
      const deltas = history.slice(first);
      const bytes = deltas.reduce((sum, delta) => sum + delta.bytes, 0);
      const isShorter = bytes <= maxUncomparedBytes || bytes <= bytesOf(wholeState());
      return isShorter ? deltas.flatMap(({ frames }) => frames) : wholeState();
    },
    heartbeat: () => encodeHeartbeat(replica),
  };
}

function bytesOf(frames: readonly Buffer[]): number {
  return frames.reduce((sum, frame) => sum + frame.length, 0);
}

export function isSame(a: Position, b: Position): boolean {
  return a.revision === b.revision && a.checksum === b.checksum;
}
