import { fromBinary } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import { createReplica, evaluate, type ApplyOutcome, type Replica } from '@stitchd/core';
import { type Definitions } from '@stitchd/proto/flag/v1/flag';
import { SyncMessageSchema, type SyncMessage } from '@stitchd/proto/sync/v1/sync';
import { expect } from 'vitest';

/** A replica of core's that follows a stream of the service. */
export interface WatchedReplica {
  readonly replica: Replica;
  readonly messages: readonly SyncMessage[];
  readonly bytes: readonly number[];
  readonly outcomes: readonly ApplyOutcome['kind'][];
  /** Waits until the replica has seen what a condition asks for. */
  readonly until: (holds: () => boolean) => Promise<void>;
  /** Settles when the stream has ended, however it did. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export function watchReplica(
  definitions: Client<typeof Definitions>,
  environmentId: string,
  replica: Replica = createReplica(),
): WatchedReplica {
  const stopping = new AbortController();
  const messages: SyncMessage[] = [];
  const bytes: number[] = [];
  const outcomes: ApplyOutcome['kind'][] = [];
  const follow = async (): Promise<undefined> => {
    const request = { environmentId, haveRevision: replica.revision, haveChecksum: replica.checksum };
    for await (const { syncMessage } of definitions.watch(request, { signal: stopping.signal })) {
      const message = fromBinary(SyncMessageSchema, syncMessage);
      messages.push(message);
      bytes.push(syncMessage.length);
      outcomes.push(replica.apply(decoded(message)).kind);
    }
  };
  const ended = follow().catch((error: unknown) => error);
  return {
    replica,
    messages,
    bytes,
    outcomes,
    until: (holds) => expect.poll(holds, { timeout: 20_000, interval: 10 }).toBe(true),
    ended,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

function decoded(message: SyncMessage) {
  const text = new TextDecoder();
  return {
    revision: message.revision,
    fromRevision: message.fromRevision,
    last: message.last,
    checksum: message.checksum,
    entities: message.entities.map(({ kind, id, revision, body }) => ({ kind, id, revision, body: text.decode(body) })),
    removed: message.removed.map(({ kind, id }) => ({ kind, id })),
  };
}

/** What a replica holds, as plain data that can be compared. */
export function stateOf(replica: Replica): Readonly<Record<string, string>> {
  return Object.fromEntries([...replica.entities()].map(({ kind, id, body }) => [`${kind}:${id}`, body]));
}

/** What a flag serves to a user by a replica. */
export function serve(replica: Replica, flagKey: string, targetingKey: string): string | undefined {
  return evaluate(replica.compiled, flagKey, { targetingKey }, undefined, 'fallback').variant;
}
