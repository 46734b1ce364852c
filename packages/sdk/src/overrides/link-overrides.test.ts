import { createHmac } from 'node:crypto';
import { checksumOf, createReplica, encodeBase64url, unsignedToken, type Entity } from '@stitchd/core';
import { expect, test, vi } from 'vitest';
import { experimentFlag } from '../testing/split-flag.test-support.ts';
import { createLinkOverrides } from './link-overrides.ts';

const secret = new Uint8Array(32).fill(7);
const hmacSha256 = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();

function compiledWith(signingSecret: Uint8Array | undefined, environmentId = 'e-1') {
  const replica = createReplica();
  const entities: Entity[] = [{ kind: 'flag', id: 'f', revision: 1, body: JSON.stringify(experimentFlag('checkout')) }];
  if (signingSecret !== undefined)
    entities.push({
      kind: 'environment',
      id: environmentId,
      revision: 1,
      body: JSON.stringify({ key: 'environment', signingSecret: encodeBase64url(signingSecret) }),
    });
  replica.apply({ revision: 1, fromRevision: 0, last: true, checksum: checksumOf(entities), entities, removed: [] });
  return replica.compiled;
}

function tokenFor(flags: Record<string, string>, signedWith = secret): string {
  const unsigned = unsignedToken('overrides', { v: 1, env: 'e-1', exp: 2_000, flags });
  if (unsigned === undefined) throw new Error('it is short enough');
  return unsigned.sign(hmacSha256(signedWith, unsigned.signedText));
}

interface Situation {
  readonly compiled: ReturnType<typeof compiledWith>;
  readonly nowMs: () => number;
}

function open(token: string, { compiled = compiledWith(secret), nowMs = () => 1_000 }: Partial<Situation> = {}) {
  const onUseless = vi.fn<(message: string) => void>();
  const definitions = { current: compiled };
  const overrides = createLinkOverrides(token, { compiled: () => definitions.current, nowMs, hmacSha256, onUseless });
  return { overrides, onUseless, definitions };
}

test('A link that the environment signed answers the variants that it names', () => {
  const { overrides, onUseless } = open(tokenFor({ checkout: 'off' }));
  expect(overrides.find('checkout')).toEqual({ source: 'link', answer: { kind: 'variant', variant: 'off' } });
  expect(overrides.find('other')).toBeUndefined();
  expect(overrides.find('toString')).toBeUndefined();
  expect(onUseless).not.toHaveBeenCalled();
});

test('A link stops to count at its end, also in a context that lives longer', () => {
  let now = 1_999;
  const { overrides } = open(tokenFor({ checkout: 'off' }), { nowMs: () => now });
  expect(overrides.find('checkout')).toBeDefined();
  now = 2_000;
  expect(overrides.find('checkout')).toBeUndefined();
});

test('A forged, broken, foreign or late link counts for nothing, and is told once', () => {
  const good = tokenFor({ checkout: 'off' });
  const cases: [string, string, Parameters<typeof open>[1]?][] = [
    [tokenFor({ checkout: 'off' }, new Uint8Array(32).fill(8)), 'its signature is wrong'],
    [`${good.slice(0, -2)}AA`, 'its signature is wrong'],
    ['garbage', 'it is malformed'],
    ['x'.repeat(100_000), 'it is malformed'],
    [good, 'it is for another environment', { compiled: compiledWith(secret, 'e-2') }],
    [good, 'it is past its end', { nowMs: () => 2_000 }],
  ];
  for (const [token, why, changes] of cases) {
    const { overrides, onUseless } = open(token, changes);
    for (let time = 0; time < 3; time++) expect(overrides.find('checkout')).toBeUndefined();
    expect(onUseless.mock.calls).toEqual([[`an override link is passed over: ${why}`]]);
  }
});

test('A link is checked as soon as there are definitions with a secret, and again when the secret changes', () => {
  const { overrides, onUseless, definitions } = open(tokenFor({ checkout: 'off' }), { compiled: compiledWith(undefined) });
  expect(overrides.find('checkout')).toBeUndefined();
  definitions.current = compiledWith(secret);
  expect(overrides.find('checkout')).toBeDefined();
  definitions.current = compiledWith(new Uint8Array(32).fill(9));
  expect(overrides.find('checkout')).toBeUndefined();
  expect(onUseless).toHaveBeenCalledTimes(1);
});

test('A runtime that can not check signatures at once believes no link', () => {
  const onUseless = vi.fn<(message: string) => void>();
  const parts = { compiled: () => compiledWith(secret), nowMs: () => 1_000, hmacSha256: undefined, onUseless };
  expect(createLinkOverrides(tokenFor({ checkout: 'off' }), parts).find('checkout')).toBeUndefined();
  expect(onUseless).toHaveBeenCalledTimes(1);
});
