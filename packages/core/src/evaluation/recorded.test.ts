import { expect, test } from 'vitest';
import type { FlagDefinition } from '../definitions/flag.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { evaluate, unitOf } from './evaluate.ts';

const iterationId = '0190a000-0000-7000-8000-000000000001';
const flag: FlagDefinition = {
  key: 'gate',
  type: 'string',
  archived: false,
  clientVisible: false,
  variants: [
    { key: 'a', value: 'A' },
    { key: 'b', value: 'B' },
  ],
  enabled: true,
  offVariant: 'a',
  prerequisites: [],
  targets: [],
  rules: [{ id: 'r', when: { attribute: 'version', op: 'equals', values: ['b'] }, serve: { variant: 'b' } }],
  defaultServe: { variant: 'a' },
  recorded: { iterationId, contextKind: 'device' },
};
const compiled = (change: Partial<FlagDefinition> = {}) =>
  compileDefinitions([{ kind: 'flag', id: 'f', revision: 1, body: JSON.stringify({ ...flag, ...change }) }]);
const context = { targetingKey: 'u', version: 'b', device: { key: 'd-1' } };

test('Where arms are assigned elsewhere, whatever is served exposes the unit to that iteration', () => {
  const byRule = evaluate(compiled(), 'gate', context, 'string', '');
  expect(byRule).toMatchObject({ value: 'B', reason: 'TARGETING_MATCH', metadata: { iterationId, ruleId: 'r' } });
  expect(byRule.exposure).toMatchObject({ flagKey: 'gate', variant: 'b', ruleId: 'r', iterationId, contextKind: 'device' });
  expect(byRule.exposure && unitOf(context, byRule.exposure)).toBe('d-1');
  expect(evaluate(compiled(), 'gate', { version: 'x' }, 'string', '').exposure).toMatchObject({
    variant: 'a',
    ruleId: undefined,
  });
});

test('A flag that is switched off exposes nobody', () => {
  expect(evaluate(compiled({ enabled: false }), 'gate', context, 'string', '')).toMatchObject({
    value: 'A',
    exposure: undefined,
  });
});

test('A recorded assignment that can not be read is as none', () => {
  expect(evaluate(compiled({ recorded: { iterationId: 5 } as never }), 'gate', context, 'string', '').exposure).toBeUndefined();
});
