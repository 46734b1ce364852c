import { expect, test } from 'vitest';
import { createContextHandle } from '../context/context-handle.ts';
import { compileDefinitions } from '../evaluation/compile-definitions.ts';
import { evaluateContext } from './context-values.ts';

const flag = (key: string, more: object = {}) => ({
  kind: 'flag',
  id: key,
  revision: 1,
  body: JSON.stringify({
    key,
    type: 'boolean',
    clientVisible: true,
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    offVariant: 'off',
    defaultServe: {
      split: {
        id: `split-of-${key}`,
        contextKind: 'user',
        salt: '0123456789abcdef',
        iterationId: `it-of-${key}`,
        ranges: [
          { variant: 'on', from: 0, to: 50_000 },
          { variant: 'off', from: 50_000, to: 100_000 },
        ],
      },
    },
    ...more,
  }),
});
const compiled = compileDefinitions([
  flag('colour'),
  flag('needing', { prerequisites: [{ flag: 'colour', variants: ['on', 'off'] }] }),
]);
const told = (onExposure?: (exposure: { readonly flagKey: string }) => boolean) => {
  const asked = { nowMs: 0, clientVisibleOnly: true, onExposure };
  const { flags } = evaluateContext(compiled, createContextHandle({ targetingKey: 'u-1' }), asked);
  return Object.fromEntries(Object.entries(flags).map(([key, value]) => [key, value.exposures?.map((each) => each.flag)]));
};

test('Values say what reading them exposes, those reached through other flags first', () => {
  expect(told()).toEqual({ colour: ['colour'], needing: ['colour', 'needing'] });
});

test('What the delivery exposes the values say nothing of, and what it could not take they do', () => {
  const taken: string[] = [];
  const take = ({ flagKey }: { readonly flagKey: string }): boolean => taken.push(flagKey) > 0;
  expect(told(take)).toEqual({ colour: undefined, needing: undefined });
  expect(taken).toEqual(['colour', 'colour', 'needing']);
  expect(told(({ flagKey }) => flagKey === 'needing')).toEqual({ colour: ['colour'], needing: ['colour'] });
});
