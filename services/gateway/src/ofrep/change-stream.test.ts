import { compileDefinitions } from '@stitchd/core';
import { problemOf } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { maxBlockedMs } from '../limits.ts';
import type { EnvironmentState } from '../sync/environment-state.ts';
import { createChangeStream } from './change-stream.ts';

const at = (revision: number | undefined) =>
  ({ compiled: () => (revision === undefined ? undefined : compileDefinitions([], revision)) }) as unknown as EnvironmentState;
const delta = {} as Parameters<ReturnType<typeof createChangeStream>['offer']>[0];

function setUp(have?: number) {
  const written: string[] = [];
  const state = { flows: true, isOpen: true, nowMs: 0, ended: undefined as unknown, drained: (): void => undefined };
  const stream = createChangeStream({
    sink: {
      form: 'events',
      isOpen: () => state.isOpen,
      write(chunk) {
        written.push(/"etag":"(\d+)"/.exec(chunk.toString())?.[1] ?? chunk.toString());
        return state.flows;
      },
      onceDrained: (then) => void (state.drained = then),
      end(error) {
        state.isOpen = false;
        state.ended = error;
      },
    },
    keyHash: 'k',
    have,
    nowMs: () => state.nowMs,
  });
  return { written, state, stream };
}

test('Who is up to date hears that the stream is open; who is not, or says nothing, hears of a change at once', () => {
  const current = setUp(7);
  current.stream.catchUp(at(7));
  const behind = setUp(6);
  behind.stream.catchUp(at(7));
  const silent = setUp();
  silent.stream.catchUp(at(undefined));
  silent.stream.catchUp(at(7));
  silent.stream.offer(delta, at(7));
  expect([current.written, behind.written, silent.written]).toEqual([[':\n\n'], ['7'], ['7']]);
});

test('Changes while a reader does not read are one when it reads again', () => {
  const { written, state, stream } = setUp(1);
  state.flows = false;
  stream.offer(delta, at(2));
  for (const revision of [3, 4, 5]) stream.offer(delta, at(revision));
  stream.heartbeat(at(5));
  expect(written).toEqual(['2']);
  state.flows = true;
  state.drained();
  stream.heartbeat(at(5));
  expect(written).toEqual(['2', '5', ':\n\n']);
});

test('A reader that reads nothing for too long is cut, and nothing is written after the end', () => {
  const { written, state, stream } = setUp(1);
  state.flows = false;
  stream.offer(delta, at(2));
  state.nowMs = maxBlockedMs;
  stream.heartbeat(at(2));
  expect(state.ended).toBeUndefined();
  state.nowMs++;
  stream.heartbeat(at(2));
  expect(problemOf(state.ended).code).toBe('RATE_LIMITED');
  stream.offer(delta, at(3));
  state.drained();
  expect(written).toEqual(['2']);
});
