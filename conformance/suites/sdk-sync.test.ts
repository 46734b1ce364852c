import { Stitchd, type AnyFlags } from '@stitchd/sdk';
import { expect, test } from 'vitest';
import { until } from '../../services/gateway/src/backend.test-support.ts';
import { outcomeDifference } from '../runner/outcome-difference.ts';
import { readSyncFixtures, type SyncStep } from '../runner/sync-fixture.ts';
import { startEventServer, startGrpcServer } from './message-server.ts';
import { outcomeOf } from './outcome-of.ts';
import { quietLogger } from './quiet-logger.ts';

const modes = { stream: startGrpcServer, sse: startEventServer };
const cases = readSyncFixtures().flatMap((fixture) => (['stream', 'sse'] as const).map((mode) => ({ ...fixture, mode })));

/** What does not fit must be answered by asking for a snapshot; a message that leads to what is here may be taken instead. */
function mustAskAgain({ outcome, message, revision, checksum }: SyncStep): boolean {
  const isHere = message.last && message.revision === revision && message.checksum === checksum;
  return (outcome === 'gap' || outcome === 'checksum-mismatch') && !isHere;
}

test.each(cases)('The SDK follows $name by $mode', async ({ steps, mode }) => {
  const server = await modes[mode]();
  const shared = { sdkKey: 'stsk_x', waitUntilReadyMs: 0, events: false, logger: quietLogger };
  const client = await Stitchd.init<AnyFlags>({ ...shared, url: server.url, syncUrl: server.url, mode });
  const differences = ({ evaluations }: SyncStep) =>
    evaluations.flatMap(({ flag, context, default: fallback, expect: expected }) => {
      const actual = outcomeOf(client.booleanDetails(flag, context, fallback as boolean));
      return outcomeDifference(expected, actual) ?? [];
    });
  try {
    for (const step of steps) {
      await until(() => server.open() === 1);
      const asked = server.asked();
      server.send(step.message);
      if (mustAskAgain(step)) {
        await until(() => server.asked() > asked);
        expect(server.wantsSnapshot(), step.says).toBe(true);
      }
      if (step.outcome === 'applied')
        await until(() => client.status().revision === step.revision && differences(step).length === 0);
      expect(client.status().revision, step.says).toBe(step.revision);
      expect(differences(step), step.says).toEqual([]);
      expect(server.asked(), step.says).toBe(asked + (mustAskAgain(step) ? 1 : 0));
    }
  } finally {
    await client.close();
    await server.close();
  }
});
