import { checksumOf } from '@stitchd/core';
import { expect, test } from 'vitest';
import { FeedState, type StateChange } from './feed-state.ts';

const flag = (id: string, revision: number, body: string) => ({ kind: 'flag', id, revision, body });
const text = ({ entities }: StateChange) => entities.map(({ id, body }) => `${id}=${new TextDecoder().decode(body)}`);

function loaded({ rememberedChecksums = 10, rememberedRemovals = 10 } = {}) {
  const state = new FeedState({ rememberedChecksums, rememberedRemovals });
  state.apply({ revision: 5, fromRevision: 0, entities: [flag('a', 2, '1'), flag('b', 5, '2')], removed: [] });
  return state;
}

test('The checksum that is kept from change to change is that of the whole state', () => {
  const state = loaded();
  expect(state.checksum).toBe(checksumOf([flag('a', 2, '1'), flag('b', 5, '2')]));
  state.apply({
    revision: 8,
    fromRevision: 5,
    entities: [flag('a', 7, '3'), flag('c', 8, '4')],
    removed: [{ kind: 'flag', id: 'b' }],
  });
  expect(state.checksum).toBe(checksumOf([flag('a', 7, '3'), flag('c', 8, '4')]));
  expect(text(state.snapshot())).toEqual(['a=3', 'c=4']);
});

test('What changed since a revision holds later bodies and removals, and nothing is known of before the first snapshot', () => {
  const state = loaded();
  state.apply({ revision: 6, fromRevision: 5, entities: [], removed: [{ kind: 'flag', id: 'b' }] });
  state.apply({ revision: 7, fromRevision: 6, entities: [flag('a', 7, '9')], removed: [] });
  const since5 = state.changesSince(5);
  expect(since5).toMatchObject({ revision: 7, fromRevision: 5, removed: [{ kind: 'flag', id: 'b' }] });
  expect(since5 && text(since5)).toEqual(['a=9']);
  expect(state.changesSince(6)?.removed).toEqual([]);
  expect(state.changesSince(7)?.entities).toEqual([]);
  for (const unknown of [0, 4, 8]) expect(state.changesSince(unknown), String(unknown)).toBeUndefined();
});

test('A definition that comes back is no longer removed', () => {
  const state = loaded();
  state.apply({ revision: 6, fromRevision: 5, entities: [], removed: [{ kind: 'flag', id: 'b' }] });
  state.apply({ revision: 7, fromRevision: 6, entities: [flag('b', 7, 'again')], removed: [] });
  expect(state.changesSince(5)).toMatchObject({ removed: [], entities: [{ id: 'b' }] });
});

test('Given what may have changed, the state at hand says how it is now', () => {
  const state = loaded();
  const change = state.changesAmong(1, [
    { kind: 'flag', id: 'a' },
    { kind: 'flag', id: 'gone' },
  ]);
  expect(change).toMatchObject({ fromRevision: 1, revision: 5, removed: [{ kind: 'flag', id: 'gone' }] });
  expect(text(change)).toEqual(['a=1']);
});

test('Checksums of as many revisions as asked for are remembered', () => {
  const state = loaded({ rememberedChecksums: 2 });
  const first = state.checksum;
  state.apply({ revision: 6, fromRevision: 5, entities: [flag('a', 6, '3')], removed: [] });
  expect(state.checksumAt(5)).toBe(first);
  state.apply({ revision: 7, fromRevision: 6, entities: [flag('a', 7, '4')], removed: [] });
  expect([state.checksumAt(5), state.checksumAt(7)]).toEqual([undefined, state.checksum]);
});

test('As many removals as asked for are remembered; a reader that lacks an older one can only take a snapshot', () => {
  const state = loaded({ rememberedRemovals: 2 });
  const remove = (revision: number, id: string) =>
    state.apply({ revision, fromRevision: revision - 1, entities: [], removed: [{ kind: 'flag', id }] });
  remove(6, 'a');
  remove(7, 'b');
  expect(state.changesSince(5)?.removed.map(({ id }) => id)).toEqual(['a', 'b']);
  remove(8, 'c');
  expect(state.changesSince(5)).toBeUndefined();
  expect(state.changesSince(6)?.removed.map(({ id }) => id)).toEqual(['b', 'c']);
});

test('A definition that is removed once more is remembered by its last removal', () => {
  const state = loaded({ rememberedRemovals: 2 });
  for (const [revision, id] of [
    [6, 'a'],
    [7, 'b'],
    [8, 'a'],
    [9, 'c'],
  ] as const)
    state.apply({ revision, fromRevision: revision - 1, entities: [], removed: [{ kind: 'flag', id }] });
  expect(state.changesSince(6)).toBeUndefined();
  expect(state.changesSince(7)?.removed.map(({ id }) => id)).toEqual(['a', 'c']);
});
