import { fromBinary } from '@bufbuild/protobuf';
import { createReplica, type CompiledDefinitions } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { maxHistoryBytes, maxHistoryDeltas, maxUncomparedBytes } from '../limits.ts';
import { createDefinitionsBody, type DefinitionsBody } from './definitions-body.ts';
import { encodeHeartbeat, encodeSnapshot } from './encode-snapshot.ts';
import { grpcFrame } from './grpc-frame.ts';
import { WireMessages } from './wire-messages.ts';
import { asReplicaMessage, type WireForm } from './wire-form.ts';

/** Where a reader stands. */
export interface Position {
  readonly revision: bigint;
  readonly checksum: bigint;
}

/** A change as it is written to streams: it leads from one position to the next. */
export interface Delta {
  readonly from: Position;
  readonly to: Position;
  readonly messages: WireMessages;
  /** No answer to a client key can differ: neither a flag that it sees has changed, nor what one depends on. */
  readonly isHiddenFromClients?: boolean;
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
  readonly chunksSince: (from: Position, form: WireForm) => readonly Buffer[];
  /** A message that changes nothing. */
  readonly heartbeat: (form: WireForm) => readonly Buffer[];
  /** The whole state as polling answers it, made once for each revision. */
  readonly body: () => DefinitionsBody;
}

export function createEnvironmentState(environmentId: string): EnvironmentState {
  const replica = createReplica();
  let history: Delta[] = [];
  let historyBytes = 0;
  let received: Buffer[] = [];
  /** Made of the present state when they are asked for first. */
  let snapshot: WireMessages | undefined;
  let pulse: WireMessages | undefined;
  let body: DefinitionsBody | undefined;
  const position = (): Position => ({ revision: replica.revision, checksum: replica.checksum });

  function remember(delta: Delta): void {
    history.push(delta);
    historyBytes += delta.messages.bytes;
    while (history.length > maxHistoryDeltas || historyBytes > maxHistoryBytes)
      historyBytes -= history.shift()?.messages.bytes ?? 0;
  }

  function forgetHistory(): void {
    history = [];
    historyBytes = 0;
  }

  function forgetMade(): void {
    snapshot = undefined;
    pulse = undefined;
    body = undefined;
  }

  const wholeState = (): WireMessages => (snapshot ??= new WireMessages(encodeSnapshot(replica)));

  return {
    compiled: () => replica.compiled,
    position,
    beginStream() {
      received = [];
    },
    accept(bytes) {
      const message = asReplicaMessage(fromBinary(SyncMessageSchema, bytes));
      const before = position();
      const compiledBefore = replica.compiled;
      const outcome = replica.apply(message);
      received.push(grpcFrame(bytes));
      if (outcome.kind === 'pending') return { kind: 'nothing-new' };
      const frames = received;
      received = [];
      if (outcome.kind !== 'applied') return { kind: 'out-of-step', why: outcome.kind };
      if (message.fromRevision === 0n) {
        forgetMade();
        forgetHistory();
        return { kind: 'snapshot' };
      }
      const to = position();
      if (to.revision === before.revision) return { kind: 'nothing-new' };
      forgetMade();
      const isHiddenFromClients = isHidden(outcome.changedFlags, compiledBefore, replica.compiled);
      const delta = { from: before, to, messages: new WireMessages(frames), isHiddenFromClients };
      remember(delta);
      return { kind: 'delta', delta };
    },
    chunksSince(from, form) {
      const now = position();
      if (isSame(from, now)) return [];
      const first = history.findIndex((delta) => isSame(delta.from, from));
      if (first === -1) return wholeState().in(form);
      const deltas = history.slice(first);
      const bytes = deltas.reduce((sum, { messages }) => sum + messages.bytes, 0);
      const isShorter = bytes <= maxUncomparedBytes || bytes <= wholeState().bytes;
      return isShorter ? deltas.flatMap(({ messages }) => messages.in(form)) : wholeState().in(form);
    },
    heartbeat: (form) => (pulse ??= new WireMessages(encodeHeartbeat(replica))).in(form),
    body: () => (body ??= createDefinitionsBody(replica, environmentId)),
  };
}

/** Among the flags that may answer differently no client key sees one, before or after; tokens are signed as before, and the same exposes. */
function isHidden(
  changedFlags: readonly string[],
  before: CompiledDefinitions | undefined,
  after: CompiledDefinitions | undefined,
): boolean {
  const isVisible = (key: string): boolean => [before, after].some((state) => state?.flags.get(key)?.clientVisible === true);
  const tellsTheSame =
    before?.signingSecret === after?.signingSecret && before?.eventSettings.exposuresOn === after?.eventSettings.exposuresOn;
  return tellsTheSame && !changedFlags.some(isVisible);
}

export function isSame(a: Position, b: Position): boolean {
  return a.revision === b.revision && a.checksum === b.checksum;
}
