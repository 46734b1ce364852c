import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { NewestJob } from '@stitchd/db/stats';
import { ExperimentSchema } from '@stitchd/proto/experiment/v1/experiment';
import { expect, test } from 'vitest';
import { dueCause, isOver } from './due-cause.ts';

const minuteMs = 60_000;
const nowMs = 1_800_000_000_000;
const running = (scheduleMinutes: number) => create(ExperimentSchema, { state: 'running', analysis: { scheduleMinutes } });
const stopped = (graceUntilMs: number) =>
  create(ExperimentSchema, {
    state: 'stopped',
    analysis: { scheduleMinutes: 15 },
    graceUntil: timestampFromMs(graceUntilMs),
  });
const ended = (endedMsAgo: number, more: Partial<NewestJob> = {}): NewestJob => ({
  state: 'succeeded',
  cause: 'scheduled',
  endedMsAgo,
  ...more,
});
const open = (state: 'waiting' | 'running', cause: NewestJob['cause']): NewestJob => ({ state, cause, endedMsAgo: undefined });
const causeOf = (experiment: ReturnType<typeof running>, newest: NewestJob | undefined, isFinal = false) =>
  dueCause(experiment, { newest, isFinal }, nowMs);

test.for([15, 60, 1_440])('An experiment of %i minutes is due to the millisecond, and not before', (minutes) => {
  expect(causeOf(running(minutes), ended(minutes * minuteMs - 1))).toBeUndefined();
  expect(causeOf(running(minutes), ended(minutes * minuteMs))).toBe('scheduled');
});

test('One that does not say how often is due every hour; one that nobody computed, at once', () => {
  expect(causeOf(running(0), ended(60 * minuteMs - 1))).toBeUndefined();
  expect(causeOf(running(0), ended(60 * minuteMs))).toBe('scheduled');
  expect(causeOf(running(1_440), undefined)).toBe('scheduled');
});

test('A job counts from its end however it ended, and while it has not, no other is due', () => {
  for (const state of ['failed', 'cancelled'] as const)
    expect(causeOf(running(15), ended(15 * minuteMs - 1, { state }))).toBeUndefined();
  for (const state of ['waiting', 'running'] as const) expect(causeOf(running(15), open(state, 'on-demand'))).toBeUndefined();
});

test('A stopped experiment goes by its schedule while late data counts, and then gets its last computation at once', () => {
  expect(isOver(stopped(nowMs + 1), nowMs)).toBe(false);
  expect(isOver(stopped(nowMs), nowMs)).toBe(true);
  expect(causeOf(stopped(nowMs + 1), ended(1))).toBeUndefined();
  expect(causeOf(stopped(nowMs + 1), ended(15 * minuteMs))).toBe('scheduled');
  for (const newest of [undefined, ended(1), open('waiting', 'scheduled'), open('running', 'on-demand')])
    expect(causeOf(stopped(nowMs), newest)).toBe('final');
});

test("The last computation is asked for once, again only at the experiment's pace where it failed, and never after it succeeded", () => {
  for (const state of ['waiting', 'running'] as const) expect(causeOf(stopped(nowMs), open(state, 'final'))).toBeUndefined();
  const failed = { state: 'failed', cause: 'final' } as const;
  expect(causeOf(stopped(nowMs), ended(15 * minuteMs - 1, failed))).toBeUndefined();
  expect(causeOf(stopped(nowMs), ended(15 * minuteMs, failed))).toBe('final');
  expect(causeOf(stopped(nowMs), ended(1_440 * minuteMs, { cause: 'final' }), true)).toBeUndefined();
});
