import { hash } from '@node-rs/argon2';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Credentials } from '@stitchd/proto/auth/v1/auth';
import { adminEmail, adminPassword, joinAs, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';
import { authLimits } from '../../limits.ts';

let auth: AuthTest;

beforeAll(async () => {
  auth = await startAuth({ STITCHD_AUTH_SIGN_IN_ATTEMPTS: '3' });
});
afterAll(() => auth.stop());

const signIn = () => auth.credentials.signIn({ email: adminEmail, password: adminPassword });

async function verify(token: string) {
  const { jwksJson } = await auth.credentials.getVerificationKeys({});
  return jwtVerify(token, createLocalJWKSet(JSON.parse(jwksJson) as JSONWebKeySet), {
    algorithms: ['EdDSA'],
    issuer: 'stitchd',
    audience: 'stitchd',
  });
}

test('An access token says who somebody is for 15 minutes, and verifies by the published keys', async () => {
  const tokens = await signIn();
  const { payload, protectedHeader } = await verify(tokens.accessToken);
  expect(payload).toMatchObject({
    sub: auth.administrator.userId,
    org: auth.administrator.organisationId,
    org_key: 'stitchd',
    role: 'owner',
    email: adminEmail,
    name: 'ada',
    sid: expect.any(String) as string,
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(15 * 60);
  expect(protectedHeader.alg).toBe('EdDSA');
  expect(Number(tokens.accessExpiresAt?.seconds)).toBe(payload.exp);
});

test('The published keys hold nothing private', async () => {
  const { jwksJson } = await auth.credentials.getVerificationKeys({});
  const { keys } = JSON.parse(jwksJson) as JSONWebKeySet;
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

test('Replicas that share the secret key sign with the same key, and one that can not open it adds its own', async () => {
  const [kid] = await kids();
  const replica = await auth.startReplica();
  const theirs = await replica.as('gateway', Credentials).signIn({ email: adminEmail, password: adminPassword });
  expect((await verify(theirs.accessToken)).protectedHeader.kid).toBe(kid);

  const [row] = await auth.asOwner('select encode(sealed_private_jwk, $1) as sealed from auth.signing_key', ['hex']);
  const sealed = String(row?.['sealed']);
  await auth.asOwner(`update auth.signing_key set sealed_private_jwk = decode($1, 'hex')`, [flipLastBit(sealed)]);
  const stranger = await auth.startReplica();
  const tokens = await stranger.as('gateway', Credentials).signIn({ email: adminEmail, password: adminPassword });
  expect((await verify(tokens.accessToken)).protectedHeader.kid).not.toBe(kid);
  expect(await kids()).toContain(kid);
  // What was signed before stays valid.
  expect((await verify((await signIn()).accessToken)).protectedHeader.kid).toBe(kid);
});

async function kids(): Promise<readonly (string | undefined)[]> {
  const { jwksJson } = await auth.credentials.getVerificationKeys({});
  return (JSON.parse(jwksJson) as JSONWebKeySet).keys.map((key) => key.kid);
}

function flipLastBit(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('hex');
}

test('An unknown address, a wrong password and one that is far too long get the same answer', async () => {
  const unknown = await expectRefusal(
    'UNAUTHENTICATED',
    auth.credentials.signIn({ email: 'x@example.org', password: adminPassword }),
  );
  const wrong = await expectRefusal(
    'UNAUTHENTICATED',
    auth.credentials.signIn({ email: adminEmail, password: 'not the password' }),
  );
  const long = await expectRefusal(
    'UNAUTHENTICATED',
    auth.credentials.signIn({ email: adminEmail, password: 'x'.repeat(9_999) }),
  );
  expect(new Set([unknown.detail, wrong.detail, long.detail]).size).toBe(1);
});

test('After so many failures an address is refused even with the right password, and others are not', async () => {
  const { email } = await joinAs(auth, 'viewer');
  for (let attempt = 0; attempt < 3; attempt++)
    await expectRefusal('UNAUTHENTICATED', auth.credentials.signIn({ email, password: 'not the password' }));
  const limited = await expectRefusal('RATE_LIMITED', auth.credentials.signIn({ email: email.toUpperCase(), password: 'any' }));
  expect(limited.detail).toContain('15 min');
  await signIn();
});

test('A success forgets the failures before it', async () => {
  for (let attempt = 0; attempt < 5; attempt++) {
    await expectRefusal('UNAUTHENTICATED', auth.credentials.signIn({ email: adminEmail, password: 'not the password' }));
    await signIn();
  }
});

test('A hash that was made with other parameters is replaced when its owner signs in', async () => {
  const weak = await hash(adminPassword, { memoryCost: 1_024, timeCost: 1, parallelism: 1 });
  await auth.asOwner('update auth.password set hash = $1 where user_id = $2', [weak, auth.administrator.userId]);
  await signIn();
  const [row] = await auth.asOwner('select hash from auth.password where user_id = $1', [auth.administrator.userId]);
  expect(row?.['hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await signIn();
});

test('A person has a limited number of open sessions: a further sign-in ends the oldest', async () => {
  const { email, session } = await joinAs(auth, 'viewer');
  const principal = auth.principal({ id: session.user?.id ?? '', name: email, role: 'viewer' });
  await auth.directory(principal).setPassword({ newPassword: 'a long enough password' });
  const first = await auth.credentials.signIn({ email, password: 'a long enough password' });
  for (let count = 1; count < authLimits.sessionsPerUser; count++)
    await auth.credentials.signIn({ email, password: 'a long enough password' });
  const kept = await auth.credentials.refreshSession({ refreshToken: first.refreshToken });
  await auth.credentials.signIn({ email, password: 'a long enough password' });
  await expectRefusal('UNAUTHENTICATED', auth.credentials.refreshSession({ refreshToken: kept.refreshToken }));
});

test('Signing in is in the audit log, with how but without any secret', async () => {
  await signIn();
  const { items } = await auth.directory().listAudit({ resourceKind: 'session', page: { limit: 1 } });
  expect(items).toMatchObject([
    { action: 'session.create', actorName: adminEmail, resourceKey: adminEmail, after: { method: 'password', role: 'owner' } },
  ]);
});

test('Only the gateway may sign people in', async () => {
  await expectRefusal(
    'PERMISSION_DENIED',
    auth.services.as(auth.principal(), Credentials).signIn({ email: adminEmail, password: adminPassword }),
  );
  await expectRefusal('PERMISSION_DENIED', auth.services.as('auth-service', Credentials).getVerificationKeys({}));
});

test('An address that can be none is refused as such', async () => {
  for (const email of ['', 'nobody', 'a b@example.org', `${'x'.repeat(250)}@example.org`])
    await expectRefusal('VALIDATION_FAILED', auth.credentials.signIn({ email, password: adminPassword }));
});
