import { compileDefinitions, contextValues, type CompiledDefinitions, type ContextValues } from '@stitchd/core';
import { problem, problemOf } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { maxBlockedMs } from '../limits.ts';
import type { Delta, EnvironmentState } from '../sync/environment-state.ts';
import { createTurns } from './turns.ts';
import { createValuesStream } from './values-stream.ts';

const at = (revision: number) => ({ compiled: () => compileDefinitions([], revision) }) as unknown as EnvironmentState;
const valuesAt = (revision: number): ContextValues =>
  contextValues(revision, { f: { value: revision, reason: 'STATIC', metadata: {} } }, null);
/** Longer than any chain of promises in here. */
const settled = () => new Promise((resolve) => void setTimeout(resolve, 0));

function setUp(
  evaluate: (compiled: CompiledDefinitions) => Promise<ContextValues> = async ({ revision }) => valuesAt(revision),
  etag?: string,
) {
  const written: string[] = [];
  const ends: unknown[] = [];
  const state = { flows: true, nowMs: 0, isOpen: true, drain: () => undefined as void };
  const stream = createValuesStream({
    sink: {
      form: 'events',
      isOpen: () => state.isOpen,
      write(chunk) {
        written.push(chunk.toString());
        return state.flows;
      },
      onceDrained: (then) => void (state.drain = then),
      end: (error) => void ends.push(error),
    },
    keyHash: 'k',
    evaluate,
    etag,
    seesHidden: false,
    turns: createTurns(5, () => state.nowMs),
    nowMs: () => state.nowMs,
  });
  const revisions = () => written.flatMap((text) => /"revision":(\d+)/.exec(text)?.[1] ?? []);
  return { stream, state, written, ends, revisions };
}

test('A reader that does not read costs nothing, and gets the latest values when it reads again', async () => {
  const { stream, state, revisions } = setUp();
  state.flows = false;
  stream.catchUp(at(1));
  await settled();
  for (const revision of [2, 3, 4]) stream.catchUp(at(revision));
  await settled();
  expect(revisions()).toEqual(['1']);
  state.flows = true;
  state.drain();
  await settled();
  expect(revisions()).toEqual(['1', '4']);
});

test('While one evaluation runs, only the latest of the changes behind it is evaluated next', async () => {
  const asked: number[] = [];
  let release: () => void = () => undefined;
  const { stream, revisions } = setUp(async ({ revision }) => {
    asked.push(revision);
    if (revision === 1) await new Promise<void>((resolve) => (release = resolve));
    return valuesAt(revision);
  });
  stream.catchUp(at(1));
  await settled();
  for (const revision of [2, 3]) stream.catchUp(at(revision));
  release();
  await settled();
  expect([asked, revisions()]).toEqual([
    [1, 3],
    ['1', '3'],
  ]);
});

test('Heartbeats are comments; a reader that is blocked gets none and is cut after a while', async () => {
  const { stream, state, written, ends } = setUp();
  stream.heartbeat(at(1));
  expect(written).toEqual([':\n\n']);
  state.flows = false;
  stream.heartbeat(at(1));
  state.nowMs = maxBlockedMs;
  stream.heartbeat(at(1));
  expect([written.length, ends.length]).toEqual([2, 0]);
  state.nowMs = maxBlockedMs + 1;
  stream.heartbeat(at(1));
  expect(ends.map((error) => problemOf(error).code)).toEqual(['RATE_LIMITED']);
});

test('An evaluation that fails ends the stream and says why; one that is gone is not evaluated for', async () => {
  const failing = setUp(() => Promise.reject(problem('INTERNAL', 'failed')));
  failing.stream.catchUp(at(1));
  await settled();
  expect(failing.ends.map((error) => problemOf(error).code)).toEqual(['INTERNAL']);
  const gone = setUp();
  gone.state.isOpen = false;
  gone.stream.catchUp(at(1));
  await settled();
  expect(gone.written).toEqual([]);
});

test('A reader that has the values already is told so at once, and then hears of changes alone', async () => {
  const { stream, written, revisions } = setUp(undefined, valuesAt(1).etag);
  stream.catchUp(at(1));
  await settled();
  stream.catchUp(at(1));
  await settled();
  expect(written).toEqual([':\n\n']);
  stream.catchUp(at(2));
  await settled();
  expect(revisions()).toEqual(['2']);
});

test('A change that client keys can not see is not evaluated for them', async () => {
  const { stream, revisions } = setUp();
  stream.catchUp(at(1));
  await settled();
  stream.offer({ isHiddenFromClients: true } as Delta, at(2));
  await settled();
  expect(revisions()).toEqual(['1']);
  stream.offer({ isHiddenFromClients: false } as Delta, at(3));
  await settled();
  expect(revisions()).toEqual(['1', '3']);
});
