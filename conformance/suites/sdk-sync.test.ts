import { create, toBinary } from '@bufbuild/protobuf';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { Stitchd, type AnyFlags } from '@stitchd/sdk';
import { expect, test } from 'vitest';
import { encodeFrame } from '../../packages/sdk/src/node/grpc-frames.ts';
import { startSyncServer, type SyncServer } from '../../packages/sdk/src/sync/sync-server.test-support.ts';
import { until } from '../../services/gateway/src/backend.test-support.ts';
import { outcomeDifference } from '../runner/outcome-difference.ts';
import { readSyncFixtures, type SyncStep } from '../runner/sync-fixture.ts';
import { outcomeOf } from './outcome-of.ts';

function send(server: SyncServer, { message }: SyncStep): void {
  const encoded = create(SyncMessageSchema, {
    revision: BigInt(message.revision),
    fromRevision: BigInt(message.fromRevision),
    last: message.last,
    checksum: BigInt(`0x${message.checksum}`),
    entities: message.entities.map((entity) => ({
      ...entity,
      revision: BigInt(entity.revision),
      body: new TextEncoder().encode(entity.body),
    })),
    removed: message.removed.map((reference) => ({ ...reference })),
  });
  for (const stream of server.streams) stream.write(encodeFrame(toBinary(SyncMessageSchema, encoded)));
}

/** What does not fit must be answered by asking for a snapshot; a message that leads to what is here may be taken instead. */
function mustAskAgain({ outcome, message, revision, checksum }: SyncStep): boolean {
  const isHere = message.last && message.revision === revision && message.checksum === checksum;
  return (outcome === 'gap' || outcome === 'checksum-mismatch') && !isHere;
}

test.each(readSyncFixtures())('The SDK follows $name over a stream', async ({ steps }) => {
  const server = await startSyncServer();
  const logger = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
  const options = { url: server.url, syncUrl: server.url, sdkKey: 'stsk_x', waitUntilReadyMs: 0, events: false, logger };
  const client = await Stitchd.init<AnyFlags>(options);
  const differences = ({ evaluations }: SyncStep) =>
    evaluations.flatMap(({ flag, context, default: fallback, expect: expected }) => {
      const actual = outcomeOf(client.booleanDetails(flag, context, fallback as boolean));
      return outcomeDifference(expected, actual) ?? [];
    });
  try {
    for (const step of steps) {
      await until(() => server.streams.size === 1);
      const asked = server.requests.length;
      send(server, step);
      if (mustAskAgain(step)) {
        await until(() => server.requests.length > asked);
        expect(server.requests.at(-1)?.haveRevision, step.says).toBe(0n);
      }
      if (step.outcome === 'applied')
        await until(() => client.status().revision === step.revision && differences(step).length === 0);
      expect(client.status().revision, step.says).toBe(step.revision);
      expect(differences(step), step.says).toEqual([]);
      expect(server.requests.length, step.says).toBe(asked + (mustAskAgain(step) ? 1 : 0));
    }
  } finally {
    await client.close();
    await server.close();
  }
});
