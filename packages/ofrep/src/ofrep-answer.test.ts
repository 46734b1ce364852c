import { compileDefinitions, evaluate, type CompiledDefinitions } from '@stitchd/core';
import { expect, test } from 'vitest';
import { flagEntity } from './flag-entity.test-support.ts';
import { ofrepAnswer } from './ofrep-answer.ts';

function answerOf(compiled: CompiledDefinitions, key: string, context = {}) {
  const { status, text } = ofrepAnswer(key, evaluate<undefined>(compiled, key, context, undefined, undefined));
  return { status, body: JSON.parse(text) as unknown };
}

const proRule = { id: 'pro', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'off' } };

test('Each reason has the word of OFREP for it, and the default serve, for which there is none, is UNKNOWN', () => {
  const compiled = compileDefinitions([
    flagEntity('static'),
    flagEntity('ruled', { rules: [proRule] }),
    flagEntity('disabled', { enabled: false }),
    flagEntity('split', {
      defaultServe: {
        split: { id: 's', contextKind: 'user', salt: '0123456789abcdef', ranges: [{ variant: 'on', from: 0, to: 100_000 }] },
      },
    }),
  ]);
  const reasonOf = (key: string, context = {}) => (answerOf(compiled, key, context).body as { readonly reason: string }).reason;
  expect(reasonOf('static')).toBe('STATIC');
  expect(reasonOf('ruled')).toBe('UNKNOWN');
  expect(reasonOf('ruled', { plan: 'pro' })).toBe('TARGETING_MATCH');
  expect(reasonOf('disabled')).toBe('DISABLED');
  expect(answerOf(compiled, 'ruled', { plan: 'pro' })).toEqual({
    status: 200,
    body: { key: 'ruled', value: false, variant: 'off', reason: 'TARGETING_MATCH', metadata: { flagRevision: 1, ruleId: 'pro' } },
  });
});

test('What serves nothing has neither value nor variant, so that the default in the code holds', () => {
  const compiled = compileDefinitions([flagEntity('none', { enabled: false, offVariant: null })]);
  expect(answerOf(compiled, 'none')).toEqual({
    status: 200,
    body: { key: 'none', reason: 'DISABLED', metadata: { flagRevision: 1 } },
  });
});

test('Falsy values are values', () => {
  const compiled = compileDefinitions(
    [false, 0, '', {}].map((value, index) =>
      flagEntity(`f${index}`, {
        type: (['boolean', 'integer', 'string', 'json'] as const)[index],
        variants: [{ key: 'v', value }],
        offVariant: 'v',
        defaultServe: { variant: 'v' },
      }),
    ),
  );
  const values = ['f0', 'f1', 'f2', 'f3'].map((key) => (answerOf(compiled, key).body as { readonly value: unknown }).value);
  expect(values).toEqual([false, 0, '', {}]);
});

test('An absent flag is 404, an unusable one 500, each with its code', () => {
  const compiled = compileDefinitions([
    flagEntity('broken', { type: 'colour' }),
    flagEntity('hollow', { defaultServe: { variant: 'purple' } }),
  ]);
  expect(answerOf(compiled, 'absent')).toMatchObject({ status: 404, body: { key: 'absent', errorCode: 'FLAG_NOT_FOUND' } });
  expect(answerOf(compiled, 'broken')).toMatchObject({ status: 500, body: { key: 'broken', errorCode: 'PARSE_ERROR' } });
  expect(answerOf(compiled, 'hollow')).toMatchObject({ status: 500, body: { key: 'hollow', errorCode: 'GENERAL' } });
});

test('An answer is written once for what definitions prepared, in ASCII whatever its value is', () => {
  const value = 'Grüße, 世界 \u{1f600} \u2028 \u007f';
  const compiled = compileDefinitions([
    flagEntity('text', {
      type: 'string',
      variants: [{ key: 'v', value }],
      offVariant: 'v',
      rules: [proRule],
      defaultServe: { variant: 'v' },
    }),
  ]);
  const ask = () => ofrepAnswer('text', evaluate<undefined>(compiled, 'text', { plan: 'free' }, undefined, undefined));
  expect(ask()).toBe(ask());
  expect(ask().text).toMatch(/^[ -~]*$/);
  expect((JSON.parse(ask().text) as { readonly value: string }).value).toBe(value);
});
