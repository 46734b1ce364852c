import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { expect, test } from 'vitest';
import { createAccessTokenVerifier } from './access-tokens.ts';

const startMs = Date.UTC(2026, 0, 1);
const kind = 'EdDSA';

async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(kind, { crv: 'Ed25519', extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}

function sign(
  key: { readonly kid: string; readonly privateKey: CryptoKey },
  expiresAtMs: number,
  audience = 'stitchd',
): Promise<string> {
  return new SignJWT({ role: 'viewer' })
    .setProtectedHeader({ alg: kind, kid: key.kid })
    .setSubject('u-1')
    .setIssuer('auth')
    .setAudience(audience)
    .setExpirationTime(new Date(expiresAtMs))
    .sign(key.privateKey);
}

async function setUp() {
  const clock = { nowMs: startMs };
  const [first, second] = [await makeKey('one'), await makeKey('two')];
  const state = { keys: [first.jwk], fetches: 0, down: false };
  const verify = createAccessTokenVerifier({
    fetchKeys: async () => {
      state.fetches++;
      if (state.down) throw new Error('down');
      return JSON.stringify({ keys: state.keys });
    },
    issuer: 'auth',
    audience: 'stitchd',
    nowMs: () => clock.nowMs,
  });
  return { clock, first, second, state, verify };
}

test('The keys are fetched once, and again when a token names a key that is not among them, at most once a second', async () => {
  const { clock, first, second, state, verify } = await setUp();
  const ofSecond = await sign(second, startMs + 60_000);
  expect(await verify(await sign(first, startMs + 60_000))).toMatchObject({
    kind: 'valid',
    claims: { sub: 'u-1', role: 'viewer' },
  });
  expect(await verify(ofSecond)).toEqual({ kind: 'invalid' });
  expect(state.fetches).toBe(1);
  state.keys = [first.jwk, second.jwk];
  clock.nowMs += 1_000;
  expect(await verify(ofSecond)).toMatchObject({ kind: 'valid' });
  expect(state.fetches).toBe(2);
});

test('A token ends at its time and the leeway, also where it was verified before', async () => {
  const { clock, first, verify } = await setUp();
  const token = await sign(first, startMs + 60_000);
  expect(await verify(token)).toMatchObject({ kind: 'valid' });
  clock.nowMs = startMs + 64_999;
  expect(await verify(token)).toMatchObject({ kind: 'valid' });
  clock.nowMs = startMs + 65_000;
  expect(await verify(token)).toEqual({ kind: 'expired' });
  expect(await verify(await sign(first, startMs))).toEqual({ kind: 'expired' });
});

test('A token for another audience, of another key under a known id, or no token at all names nobody', async () => {
  const { first, second, verify } = await setUp();
  expect(await verify(await sign(first, startMs + 60_000, 'elsewhere'))).toEqual({ kind: 'invalid' });
  expect(await verify(await sign({ ...second, kid: 'one' }, startMs + 60_000))).toEqual({ kind: 'invalid' });
  expect(await verify('not a token')).toEqual({ kind: 'invalid' });
});

test('While the keys can not be fetched a token of an unknown key is neither valid nor invalid, and known ones stay valid', async () => {
  const { clock, first, second, state, verify } = await setUp();
  await verify(await sign(first, startMs + 60_000));
  state.down = true;
  clock.nowMs += 2_000;
  expect(await verify(await sign(second, startMs + 60_000))).toEqual({ kind: 'unavailable' });
  expect(await verify(await sign(first, startMs + 50_000))).toMatchObject({ kind: 'valid' });
});
