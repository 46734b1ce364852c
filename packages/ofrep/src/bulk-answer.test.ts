import { compileDefinitions, createContextHandle, evaluate, type CompiledDefinitions, type Entity } from '@stitchd/core';
import { expect, test } from 'vitest';
import { bulkAnswer } from './bulk-answer.ts';
import { flagEntity } from './flag-entity.test-support.ts';

const planRule = { id: 'r', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'off' } };
const entities = [
  flagEntity('b-constant', { clientVisible: true }),
  flagEntity('a-constant', { clientVisible: true }),
  flagEntity('c-ruled', { clientVisible: true, rules: [planRule] }),
  flagEntity('d-hidden', { rules: [planRule] }),
  flagEntity('e-archived', { clientVisible: true, archived: true }),
  flagEntity('f-broken', { type: 'colour' }),
];

function ask(compiled: CompiledDefinitions, context: object = {}, clientVisibleOnly = false) {
  const { flags, hash } = bulkAnswer(compiled, createContextHandle(context), { nowMs: 0, clientVisibleOnly });
  return { keys: (JSON.parse(flags) as readonly { readonly key: string }[]).map(({ key }) => key), flags, hash };
}

test('All flags are answered in the order of their keys, archived ones to nobody, hidden ones not to client keys', () => {
  const compiled = compileDefinitions(entities);
  expect(ask(compiled).keys).toEqual(['a-constant', 'b-constant', 'c-ruled', 'd-hidden', 'f-broken']);
  expect(ask(compiled, {}, true).keys).toEqual(['a-constant', 'b-constant', 'c-ruled', 'f-broken']);
  expect(ask(compileDefinitions([]))).toMatchObject({ flags: '[]' });
});

test('The hash is that of the answer: the same whatever came first, another for another value, revision or order', () => {
  const hashOf = (from: readonly Entity[], context: object = {}) => ask(compileDefinitions(from), context).hash;
  const hash = hashOf(entities);
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(hashOf(entities.toReversed())).toBe(hash);
  expect(hashOf(entities, { plan: 'free' })).toBe(hash);
  const others = [
    hashOf(entities, { plan: 'pro' }),
    hashOf(entities.slice(1)),
    hashOf([...entities, flagEntity('g')]),
    hashOf(entities.map((entity) => ({ ...entity, revision: 2 }))),
  ];
  expect(new Set([hash, ...others]).size).toBe(5);
});

test('The hash does not depend on which flags were asked for before', () => {
  const whole = { id: 's', contextKind: 'user', salt: '0123456789abcdef', ranges: [{ variant: 'on', from: 0, to: 100_000 }] };
  const withSplit = [...entities, flagEntity('b-split', { clientVisible: true, defaultServe: { split: whole } })];
  const [fresh, asked] = [compileDefinitions(withSplit), compileDefinitions(withSplit)];
  evaluate(asked, 'b-split', {}, undefined, undefined);
  expect(ask(asked)).toEqual(ask(fresh));
  expect(ask(asked, {}, true)).toEqual(ask(fresh, {}, true));
});

test('What a read of each flag would expose is told to whoever asks: of the same for everybody, and through other flags too', () => {
  const split = (id: string, to: number) => ({
    id,
    contextKind: 'user',
    salt: '0123456789abcdef',
    iterationId: `it-${id}`,
    ranges: [
      { variant: 'on', from: 0, to },
      { variant: 'off', from: to, to: 100_000 },
    ],
  });
  const compiled = compileDefinitions([
    flagEntity('a-whole', {
      defaultServe: { split: { ...split('whole', 0), ranges: [{ variant: 'on', from: 0, to: 100_000 }] } },
    }),
    flagEntity('b-half', { defaultServe: { split: split('half', 50_000) } }),
    flagEntity('c-needing', { clientVisible: true, prerequisites: [{ flag: 'b-half', variants: ['on', 'off'] }] }),
    flagEntity('d-plain', { clientVisible: true }),
  ]);
  const told = (clientVisibleOnly: boolean) => {
    const exposed: string[] = [];
    const onExposure = ({ flagKey, iterationId }: { readonly flagKey: string; readonly iterationId: string | undefined }) =>
      void exposed.push(`${flagKey} ${iterationId}`);
    const context = createContextHandle({ targetingKey: 'u-1' });
    const answer = bulkAnswer(compiled, context, { nowMs: 0, clientVisibleOnly }, { onExposure });
    expect(answer).toEqual(bulkAnswer(compiled, context, { nowMs: 0, clientVisibleOnly }));
    return [...new Set(exposed)].toSorted();
  };
  expect(told(false)).toEqual(['a-whole it-whole', 'b-half it-half']);
  expect(told(true)).toEqual(['b-half it-half']);
});

test('The hash changes when an answer does by time alone, or as soon as a membership is known', () => {
  const targets = [{ contextKind: 'user', variant: 'off', keys: ['u-1'], expiresAt: '2026-01-01T00:00:00Z' }];
  const remote = { key: 'vip', type: 'list', contextKind: 'user', included: { remote: true }, excluded: { keys: [] } };
  const compiled = compileDefinitions([
    flagEntity('aimed', { targets }),
    flagEntity('listed', { rules: [{ id: 'r', when: { inSegment: 'vip' }, serve: { variant: 'off' } }] }),
    { kind: 'segment', id: 'vip', revision: 1, body: JSON.stringify(remote) },
  ]);
  const end = Date.parse('2026-01-01T00:00:00Z');
  const hashAt = (nowMs: number, memberships?: ReadonlyMap<string, boolean>) => {
    const context = createContextHandle({ targetingKey: 'u-1' }, memberships === undefined ? {} : { memberships });
    return bulkAnswer(compiled, context, { nowMs, clientVisibleOnly: false }).hash;
  };
  expect(hashAt(end - 1)).toBe(hashAt(0));
  const hashes = [hashAt(0), hashAt(end), hashAt(0, new Map([['vip', true]])), hashAt(0, new Map([['vip', false]]))];
  expect(new Set(hashes).size).toBe(4);
});
