import type { JsonObject } from '@bufbuild/protobuf';
import { problem, problemOf, type Principal } from '@stitchd/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heartbeatMs, jobStreamAgainMs, jobStreamFailures, jobStreamMs, jobStreamPollMs, maxJobStreams } from '../limits.ts';
import { createJobStreams } from './job-streams.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reader: Principal = { kind: 'user', id: 'u-1', name: 'ada', environmentId: 'e-1' };
const jobIn = (state: string, progress = 0): JsonObject => ({ id: 'j-1', state, progress, stage: '' });

function setUp(first = jobIn('waiting')) {
  const state = { answer: () => jobIn('running', 0.5) as JsonObject, asked: 0 };
  const ask = (async () => {
    state.asked += 1;
    return state.answer();
  }) as never;
  const streams = createJobStreams({ ask, nowMs: () => Date.now() });
  const written: string[] = [];
  const ends: unknown[] = [];
  const sink = {
    form: 'events' as const,
    isOpen: () => ends.length === 0,
    write: (chunk: Buffer) => written.push(chunk.toString()) > 0,
    onceDrained: () => undefined,
    finish: () => void ends.push('finished'),
    end: (error: unknown) => void ends.push(problemOf(error).code),
  };
  const open = () => streams.open(sink, reader, first, 'r-1');
  const names = () => written.map((text) => /^event: (\w+)/.exec(text)?.[1] ?? text.trim());
  return { state, streams, open, ends, names };
}

test('Every change is told once, signs of life between them, and the end ends the stream', async () => {
  const { state, open, ends, names } = setUp();
  open();
  await vi.advanceTimersByTimeAsync(jobStreamPollMs + heartbeatMs - 1);
  expect(names()).toEqual(['progress', 'progress']);
  await vi.advanceTimersByTimeAsync(jobStreamPollMs);
  expect(names()).toEqual(['progress', 'progress', ':']);
  state.answer = () => jobIn('cancelled', 0.5);
  await vi.advanceTimersByTimeAsync(jobStreamPollMs);
  expect(names().at(-1)).toBe('end');
  expect(ends).toEqual(['finished']);
  const { asked } = state;
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  expect(state.asked).toBe(asked);
});

test('Of a job that has ended its end is all that is told, and nobody is asked again', async () => {
  const { state, open, ends, names } = setUp(jobIn('failed'));
  open();
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  expect([names(), ends, state.asked]).toEqual([['end'], ['finished'], 0]);
});

test('A service that is away is waited for, so often and no more; what waiting does not mend ends the stream at once', async () => {
  const away = setUp();
  away.state.answer = () => {
    throw problem('SERVICE_UNAVAILABLE', 'away');
  };
  away.open();
  await vi.advanceTimersByTimeAsync(jobStreamPollMs + (jobStreamFailures - 2) * jobStreamAgainMs);
  expect([away.ends, away.names().filter((name) => name === 'waiting').length]).toEqual([[], jobStreamFailures - 1]);
  await vi.advanceTimersByTimeAsync(jobStreamAgainMs);
  expect(away.ends).toEqual(['SERVICE_UNAVAILABLE']);
  const denied = setUp();
  denied.state.answer = () => {
    throw problem('PERMISSION_DENIED', 'no longer');
  };
  denied.open();
  await vi.advanceTimersByTimeAsync(jobStreamPollMs);
  expect(denied.ends).toEqual(['PERMISSION_DENIED']);
});

test('A stream lasts so long, so many are open at once, and each gives its place back', async () => {
  const { streams, open, ends } = setUp();
  const followers = Array.from({ length: maxJobStreams }, open);
  expect(() => open()).toThrow('As many streams of computations');
  followers[0]?.onClosed();
  await vi.advanceTimersByTimeAsync(jobStreamPollMs);
  open();
  streams.stop();
  await vi.advanceTimersByTimeAsync(jobStreamPollMs);
  expect(ends).toEqual([]);
  open();
  await vi.advanceTimersByTimeAsync(jobStreamMs - 1);
  expect(ends).toEqual([]);
  await vi.advanceTimersByTimeAsync(jobStreamPollMs);
  expect(ends).toEqual(['RATE_LIMITED']);
});
