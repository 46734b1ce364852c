import { expect, test } from 'vitest';
import { exposureFields } from '../settings/exposure-fields.ts';
import { attributesOf, seenAttributes } from './seen-attributes.ts';

const at = '2026-05-10T00:00:00Z';
const plan = { kind: 'user', attribute: 'plan', types: ['string'], values: ['pro', 'free'], firstSeenAt: at, lastSeenAt: at };

test('Names and values are suggested by kind', () => {
  const seen = seenAttributes([plan, { ...plan, kind: 'org', attribute: 'size', values: [] }], false);
  expect(seen.kinds).toEqual(['user', 'org']);
  expect(seen.names('user')).toEqual(['plan']);
  expect(seen.values('user', 'plan')).toEqual(['pro', 'free']);
  expect(seen.values('org', 'plan')).toEqual([]);
});

test('Exclusions are offered what exposures carry, with the values that contexts of any kind had', () => {
  const seen = seenAttributes([plan, { ...plan, kind: 'org', values: ['pro', 'trial'] }], false);
  const { names, values } = exposureFields(['plan', '/address/country'], seen);
  expect(names).toEqual(['sdk', 'sdkVersion', 'attributes.plan', 'attributes./address/country', 'unit.user', 'unit.org']);
  expect(values('attributes.plan')).toEqual(['pro', 'free', 'trial']);
  expect([...values('unit.user'), ...values('sdk'), ...values('plan')]).toEqual([]);
});

test('An attribute that was never seen is warned of, but not where nothing can be known of it', () => {
  const { warning } = seenAttributes([plan], false);
  expect(warning('user', 'plna')).toContain('plna');
  expect(warning('user', 'plan')).toBeUndefined();
  expect(warning('user', 'key')).toBeUndefined();
  expect(warning('device', 'plna')).toBeUndefined();
  expect(seenAttributes([plan], true).warning('user', 'plna')).toBeUndefined();
});

test('The attributes of a condition are found at every level', () => {
  const leaf = (attribute: string, contextKind?: string) =>
    ({ attribute, op: 'exists', values: [], ...(contextKind && { kind: contextKind }) }) as const;
  const condition = { all: [leaf('a'), { any: [{ not: leaf('b', 'org') }, { inSegment: 's' }] }] };
  expect(attributesOf(condition)).toEqual([
    { kind: 'user', attribute: 'a' },
    { kind: 'org', attribute: 'b' },
  ]);
});
