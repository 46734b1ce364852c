import { problemOf } from '@stitchd/service-kit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { maxRequestIdLength } from '../limits.ts';
import { metricDefinition } from '../rest/events/metric-definition-schemas.ts';
import { condition } from '../rest/flags/condition-schemas.ts';
import { readableFieldPath } from './field-path.ts';
import { etagOf, versionOf } from './if-match.ts';
import { isWithinDepth } from './json-body.ts';
import { requireAllowedOrigin, requireOwnOrigin } from './origin.ts';
import { requestIdOf } from './request-id.ts';
import { validationProblem } from './validation-problem.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'answered';
  } catch (error) {
    return problemOf(error).code;
  }
};

test('Depth counts brackets outside of strings, up to and including the limit', () => {
  expect(isWithinDepth('[[[]]]', 3)).toBe(true);
  expect(isWithinDepth('[[[[]]]]', 3)).toBe(false);
  expect(isWithinDepth('{"a":[{"b":"]]][[[[{{{{"}]}', 3)).toBe(true);
  expect(isWithinDepth('"\\"[[[["', 0)).toBe(true);
  expect(isWithinDepth('[[],[],[]]', 2)).toBe(true);
});

test('A version is read from the ETag that was served, and from nothing else', () => {
  expect(versionOf(etagOf(7), true)).toBe(7);
  expect(versionOf(undefined, false)).toBe(0);
  expect(codeOf(() => versionOf(undefined, true))).toBe('PRECONDITION_REQUIRED');
  for (const header of ['*', 'W/"7"', '7', '"0"', '"1", "2"', '"9999999999"'])
    expect([header, codeOf(() => versionOf(header, false))]).toEqual([header, 'VALIDATION_FAILED']);
});

test('A request id is taken over up to its limit and only where it is plain', () => {
  const longest = 'a'.repeat(maxRequestIdLength);
  expect(requestIdOf(longest)).toBe(longest);
  for (const header of [`${longest}a`, 'a b', 'a\n', '', undefined, ['a', 'b']])
    expect(requestIdOf(header)).toMatch(/^[0-9a-f-]{36}$/);
});

test('Sessions are used from our own pages, through a proxy too, and by programs that name no origin', () => {
  const check = (headers: Record<string, string>, publicUrl?: string) =>
    codeOf(() => requireOwnOrigin(headers, 'here:8080', publicUrl));
  expect(check({})).toBe('answered');
  expect(check({ origin: 'http://here:8080' })).toBe('answered');
  expect(check({ origin: 'https://flags.example', 'sec-fetch-site': 'same-origin' }, 'https://flags.example/')).toBe('answered');
  expect(check({ origin: 'http://here:8081' })).toBe('ORIGIN_NOT_ALLOWED');
  expect(check({ origin: 'null' })).toBe('ORIGIN_NOT_ALLOWED');
  expect(check({ 'sec-fetch-site': 'cross-site' })).toBe('ORIGIN_NOT_ALLOWED');
});

test('A client key is used from its origins; without any, from all', () => {
  const caller = (allowedOrigins: readonly string[]) => ({
    principal: { kind: 'sdk-key', id: 'k', name: 'web' } as const,
    allowedOrigins,
    expiresAtMs: undefined,
  });
  expect(codeOf(() => requireAllowedOrigin('https://a.example', caller([])))).toBe('answered');
  expect(codeOf(() => requireAllowedOrigin(undefined, caller(['https://a.example'])))).toBe('answered');
  expect(codeOf(() => requireAllowedOrigin('https://b.example', caller(['https://a.example'])))).toBe('ORIGIN_NOT_ALLOWED');
});

test('A path that a service wrote as a JSON pointer reads like all others', () => {
  expect(readableFieldPath('/rules/0/when/all/1/op')).toBe('rules[0].when.all[1].op');
  expect(readableFieldPath('/targets/a~1b')).toBe('targets.a/b');
  expect(readableFieldPath('name')).toBe('name');
  expect(readableFieldPath('')).toBe('');
});

describe('what is wrong with a request', () => {
  const errorsOf = (schema: z.ZodType, value: unknown) => {
    const { code, errors } = problemOf(validationProblem('body', schema.safeParse(value).error?.issues ?? []));
    return { code, errors: errors.map(({ path, message }) => `${path} ${message}`) };
  };

  test('is an unknown field only where nothing else is', () => {
    const schema = z.strictObject({ a: z.string() });
    expect(errorsOf(schema, { a: 'x', b: 1, c: 2 })).toEqual({
      code: 'UNKNOWN_FIELD',
      errors: ['b does not exist', 'c does not exist'],
    });
    expect(errorsOf(schema, { b: 1 })).toEqual({ code: 'VALIDATION_FAILED', errors: ['a is missing', 'b does not exist'] });
  });

  test('is told of the type of metric that was meant, and which types there are', () => {
    const wrong = (definition: unknown) => errorsOf(metricDefinition, definition).errors;
    expect(wrong({ type: 'sum' })).toEqual(['event is missing']);
    expect(wrong({ type: 'quantile', level: 0.5, per: 'visit' })).toEqual(['per must be one of unit, event']);
    expect(wrong({ type: 'median', event: 'a' })).toEqual([
      expect.stringMatching(/^type must be one of conversion, active-days, /),
    ]);
    const filter = {
      any: [
        { property: 'n', operator: '<', value: 'five' },
        { property: 'n', operator: 'like' },
      ],
    };
    expect(wrong({ type: 'count', event: 'a', filter })).toEqual([
      'filter.any[0].value must be of type number',
      expect.stringMatching(/^filter.any\[1\].operator must be one of =, !=, </),
    ]);
    expect(errorsOf(metricDefinition, { type: 'count', event: 'a', property: 'b' })).toEqual({
      code: 'UNKNOWN_FIELD',
      errors: ['property does not exist'],
    });
  });

  test('is told of the kind of condition that was meant, at any depth', () => {
    const nested = { all: [{ not: { any: [{ attribute: 'plan', op: 'equals', values: 'pro' }] } }] };
    expect(errorsOf(condition, nested)).toEqual({
      code: 'VALIDATION_FAILED',
      errors: ['all[0].not.any[0].values must be of type array'],
    });
    expect(errorsOf(condition, { flagIs: { flag: 'a', variants: [1] } })).toEqual({
      code: 'VALIDATION_FAILED',
      errors: ['flagIs.variants[0] must be of type string'],
    });
    expect(errorsOf(condition, { attribute: 'plan', op: 'equals', values: [], colour: 'red' })).toEqual({
      code: 'UNKNOWN_FIELD',
      errors: ['colour does not exist'],
    });
  });
});
