import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { definitionsOf, flagWhen, whenAttribute } from '../evaluation/definition-builders.test-support.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { readDefinitionsDocument } from '../replica/definitions-document.ts';
import { parseContext } from '../validation/parse-context.ts';
import { parseVariants } from '../validation/parse-variants.ts';
import { createContextHandle } from './context-handle.ts';
import type { EvaluationContext } from './context.ts';
import { dateTimeOf, isPlainObject } from './plain-object.ts';

/** As Jest does with what it tests: the objects have an `Object.prototype` of their own. */
function elsewhere(text: string): unknown {
  return runInNewContext(`(${text})`);
}

test('Objects of another realm are plain like ours, and nothing that has a class or inherits properties is', () => {
  expect(isPlainObject(elsewhere('{ a: 1 }'))).toBe(true);
  expect(isPlainObject(elsewhere('Object.create(null)'))).toBe(true);
  for (const other of ['[]', 'new Date(0)', 'new Map()', 'new (class Person {})()', '() => 1', 'Object.create({ plan: "pro" })'])
    expect(isPlainObject(elsewhere(other)), other).toBe(false);
  expect(isPlainObject(Object.create(Object.assign(Object.create(null), { plan: 'pro' })))).toBe(false);
});

test('A context of another realm gives the same answers, dates in it included', () => {
  const definitions = definitionsOf([
    flagWhen('plan', whenAttribute('plan', 'equals', 'pro')),
    flagWhen('since', whenAttribute('since', 'before', '2026-01-01T00:00:00Z')),
    flagWhen('org', { kind: 'org', attribute: 'seats', op: 'equals', values: [40] }),
  ]);
  const context = elsewhere("{ plan: 'pro', since: new Date(0), org: { key: 'acme', seats: 40 } }") as EvaluationContext;
  for (const input of [context, createContextHandle(context)])
    for (const key of ['plan', 'since', 'org']) expect(evaluate(definitions, key, input, 'boolean', false).value, key).toBe(true);
});

test('Definitions, variants and contexts of another realm are read as ours are', () => {
  const document =
    "{ format: 'stitchd-definitions/1', environment: 'e', revision: 0, checksum: '0000000000000000', entities: [] }";
  expect(readDefinitionsDocument(elsewhere(document))).toMatchObject({ kind: 'ok', environmentId: 'e' });
  expect(parseVariants(elsewhere("[{ key: 'a', value: { sides: 4 } }]"), 'json').kind).toBe('ok');
  expect(parseContext(elsewhere("{ targetingKey: 'u' }")).kind).toBe('ok');
});

test('Only a date is a date, whatever it calls itself, and none of its own code is run', () => {
  const throwing = (): never => {
    throw new Error('hostile');
  };
  expect(dateTimeOf(Object.assign(new Date(5), { getTime: throwing }))).toBe(5);
  expect(dateTimeOf(new Date(Number.NaN))).toBeNaN();
  expect(dateTimeOf({ [Symbol.toStringTag]: 'Date', getTime: throwing })).toBeUndefined();
  expect(dateTimeOf(Object.create(Date.prototype) as object)).toBeUndefined();
  expect(dateTimeOf(new Proxy({}, { get: throwing, getPrototypeOf: throwing }))).toBeUndefined();
});
