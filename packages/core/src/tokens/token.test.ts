import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url, utf8Bytes, utf8Text } from './base64url.ts';
import { tokenLimits } from './token-limits.ts';
import type { TokenPayloads, TokenPurpose } from './token-payload.ts';
import { parseToken, unsignedToken } from './token.ts';

const secret = Buffer.alloc(32, 7);
const env = '0190a5b2-0000-7000-8000-000000000001';
const now = { environmentId: env, nowMs: 1_000 };
const common = { v: 1, env, exp: 2_000 } as const;

function signed<Purpose extends TokenPurpose>(purpose: Purpose, payload: TokenPayloads[Purpose]): string {
  const unsigned = unsignedToken(purpose, payload);
  if (unsigned === undefined) throw new Error('the payload is short enough');
  return unsigned.sign(createHmac('sha256', secret).update(unsigned.signedText).digest());
}

/** A token with any body, as somebody could write one. */
const tokenOf = (body: unknown): string => `${encodeBase64url(utf8Bytes(JSON.stringify(body)))}.${'A'.repeat(43)}`;

test('A token says what was put into it, and its signature is over purpose and body', () => {
  const payload = { ...common, flags: { 'new-checkout': 'zürich ☃ 😀' } };
  const token = signed('overrides', payload);
  const parsed = parseToken('overrides', token, now);
  if (parsed.kind !== 'parsed') throw new Error(parsed.kind);
  expect(parsed.payload).toEqual(payload);
  expect(parsed.signedText).toBe(`overrides.${token.split('.')[0]}`);
  expect(Buffer.from(parsed.mac)).toEqual(createHmac('sha256', secret).update(parsed.signedText).digest());
  expect(parseToken('context', signed('context', { ...common, context: { targetingKey: 'u-1' } }), now)).toMatchObject({
    payload: { context: { targetingKey: 'u-1' } },
  });
});

test('A token of another environment, and one that is past its time, count for nothing', () => {
  const token = signed('overrides', { ...common, flags: {} });
  expect(parseToken('overrides', token, { ...now, nowMs: 1_999 }).kind).toBe('parsed');
  expect(parseToken('overrides', token, { ...now, nowMs: 2_000 })).toEqual({ kind: 'expired' });
  expect(parseToken('overrides', token, { ...now, nowMs: Number.NaN })).toEqual({ kind: 'expired' });
  expect(parseToken('overrides', token, { ...now, environmentId: 'e-2' })).toEqual({ kind: 'other-environment' });
});

test('What is no token is malformed, and never throws', () => {
  const bodies = [
    null,
    [],
    'text',
    {},
    { ...common, v: 2, flags: {} },
    { ...common, exp: '2000', flags: {} },
    { ...common, env: 1, flags: {} },
    { ...common, flags: { a: 1 } },
    { ...common, flags: { a: 'x'.repeat(tokenLimits.textLength + 1) } },
    { ...common, flags: Object.fromEntries(Array.from({ length: tokenLimits.overrides + 1 }, (_, i) => [`f${i}`, 'on'])) },
  ];
  for (const body of bodies)
    expect(parseToken('overrides', tokenOf(body), now), JSON.stringify(body)).toEqual({ kind: 'malformed' });
  const good = signed('overrides', { ...common, flags: {} });
  for (const token of [undefined, 7, {}, '', '.', '..', good.slice(0, -1), `${good}.`, `${good}=`, ` ${good}`])
    expect(parseToken('overrides', token, now), JSON.stringify(token)).toEqual({ kind: 'malformed' });
  const assignments = [{ units: { user: 1 }, a: {} }, { units: {}, a: { s: ['i', 'v'] } }, { units: {} }, { a: {} }];
  for (const body of assignments) expect(parseToken('assignments', tokenOf({ ...common, ...body }), now).kind).toBe('malformed');
  expect(parseToken('context', tokenOf({ ...common, context: { targetingKey: 1 } }), now).kind).toBe('malformed');
});

test('Names that every object inherits are names like others in a token', () => {
  const flags = JSON.parse('{"__proto__":"on","constructor":"off"}') as Record<string, string>;
  const parsed = parseToken('overrides', signed('overrides', { ...common, flags }), now);
  expect(parsed.kind === 'parsed' && Object.entries(parsed.payload.flags)).toEqual(Object.entries(flags));
});

test('A token is as long as its limit and no longer', () => {
  const filled = (characters: number) => ({ ...common, flags: {}, filler: 'x'.repeat(characters) }) as TokenPayloads['overrides'];
  const empty = unsignedToken('overrides', filled(0))?.signedText.length ?? 0;
  let fits = 0;
  // Three characters of the body become four of the token.
  for (
    let more = Math.floor(((tokenLimits.characters.overrides - empty) * 3) / 4) - 60;
    unsignedToken('overrides', filled(more)) !== undefined;
    more++
  )
    fits = more;
  const longest = signed('overrides', filled(fits));
  expect(longest.length).toBeLessThanOrEqual(tokenLimits.characters.overrides);
  expect(longest.length).toBeGreaterThan(tokenLimits.characters.overrides - 4);
  expect(parseToken('overrides', longest, now).kind).toBe('parsed');
  expect(parseToken('overrides', longest.padStart(tokenLimits.characters.overrides + 1, 'A'), now).kind).toBe('malformed');
});

test('Any bytes survive base64url, any well-formed text UTF-8, and any text at all can be parsed', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(utf8Text(utf8Bytes(text))).toBe(text);
      expect([...utf8Bytes(text)]).toEqual([...Buffer.from(text)]);
    }),
  );
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => parseToken('assignments', `${a}.${b}`, now).kind !== 'parsed'));
  expect(utf8Text(Uint8Array.of(0xff))).toBeUndefined();
  for (const text of ['a', '+', 'ab=', 'a/']) expect(decodeBase64url(text), text).toBeUndefined();
});
