import { createReplica, evaluate, readReplicaMessage, type ReplicaMessage } from '@stitchd/core';
import { describe, expect, test } from 'vitest';
import { outcomeDifference } from '../runner/outcome-difference.ts';
import { readSyncFixtures, type SyncStep } from '../runner/sync-fixture.ts';
import { outcomeOf } from './outcome-of.ts';

const fixtures = readSyncFixtures();

function messageOf({ message }: SyncStep): ReplicaMessage {
  const read = readReplicaMessage(JSON.stringify(message));
  if (read.kind === 'unusable') throw new Error(read.why);
  return read.message;
}

test('There are sync fixtures', () => {
  expect(fixtures.length).toBeGreaterThanOrEqual(10);
});

describe.each(fixtures)('A replica that follows $name', ({ steps }) => {
  const replica = createReplica();

  test.each(steps)('$says: $outcome', (step) => {
    const outcome = replica.apply(messageOf(step));
    expect(outcome.kind).toBe(step.outcome);
    if (outcome.kind === 'applied' && step.changedFlags !== undefined) expect(outcome.changedFlags).toEqual(step.changedFlags);
    expect(Number(replica.revision)).toBe(step.revision);
    expect(replica.checksum.toString(16).padStart(16, '0')).toBe(step.checksum);
    for (const { flag, default: fallback, context, expect: expected } of step.evaluations) {
      const actual = outcomeOf(evaluate(replica.compiled, flag, context, undefined, fallback));
      expect(outcomeDifference(expected, actual), flag).toBeUndefined();
    }
  });
});
