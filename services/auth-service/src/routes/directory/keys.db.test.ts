import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Directory } from '@stitchd/proto/auth/v1/auth';
import type { Principal } from '@stitchd/service-kit';
import { hashOf, newEnvironmentPrincipal, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';
import { authLimits } from '../../limits.ts';

let auth: AuthTest;
let principal: Principal;

beforeAll(async () => {
  auth = await startAuth();
  principal = await newEnvironmentPrincipal(auth);
});
afterAll(() => auth.stop());

const keys = () => auth.directory(principal);
const verify = (secret: string) => auth.credentials.verifyKey({ sha256: hashOf(secret) });

test('A server key is shown once, stored as its hash, and verifies as what it was made for', async () => {
  const { key, secret } = await keys().createSdkKey({ name: 'backend', kind: 'server', backfillDays: 365 });
  expect(secret).toMatch(/^stsk_[0-9A-Za-z]{43}$/);
  expect(key).toMatchObject({ name: 'backend', kind: 'server', backfillDays: 365, hint: `${secret.slice(0, 9)}…` });
  expect(await verify(secret)).toMatchObject({
    kind: 'sdk-key',
    id: key?.id,
    keyKind: 'server',
    organisationId: principal.organisationId,
    projectId: principal.projectId,
    environmentId: principal.environmentId,
    backfillDays: 365,
  });
  const [row] = await auth.asOwner(`select encode(sha256, 'hex') as hash from auth.sdk_key where id = $1`, [key?.id]);
  expect(row?.['hash']).toBe(createHash('sha256').update(secret).digest('hex'));
});

test('A client key carries the origins from which it may be used, as browsers write them', async () => {
  const { secret } = await keys().createSdkKey({
    name: 'web',
    kind: 'client',
    allowedOrigins: ['https://Shop.example.org:443', 'http://localhost:3000'],
  });
  expect(secret).toMatch(/^stck_/);
  expect((await verify(secret)).allowedOrigins).toEqual(['https://shop.example.org', 'http://localhost:3000']);
});

test('A key with faults is refused with each of them, and nothing is made', async () => {
  const before = (await keys().listSdkKeys({})).items.length;
  const wrong = await expectRefusal(
    'VALIDATION_FAILED',
    keys().createSdkKey({ name: ' ', kind: 'other', backfillDays: 366, allowedOrigins: ['https://a.example/path'] }),
  );
  expect(wrong.errors.map(({ path }) => path)).toEqual(['name', 'kind', 'backfillDays', 'allowedOrigins[0]']);
  await expectRefusal('VALIDATION_FAILED', keys().createSdkKey({ name: 'x', kind: 'server', backfillDays: -1 }));
  await expectRefusal('VALIDATION_FAILED', keys().createSdkKey({ name: 'x', kind: 'client', backfillDays: 1 }));
  await expectRefusal(
    'VALIDATION_FAILED',
    keys().createSdkKey({ name: 'x', kind: 'server', allowedOrigins: ['https://a.example'] }),
  );
  const origins = Array.from({ length: authLimits.allowedOrigins + 1 }, (_, index) => `https://a${index}.example`);
  await expectRefusal('VALIDATION_FAILED', keys().createSdkKey({ name: 'x', kind: 'client', allowedOrigins: origins }));
  expect((await keys().listSdkKeys({})).items).toHaveLength(before);
});

test('As many origins as the limit says, and a name as long as it says, are accepted', async () => {
  const allowedOrigins = Array.from({ length: authLimits.allowedOrigins }, (_, index) => `https://a${index}.example`);
  await keys().createSdkKey({ name: 'n'.repeat(authLimits.nameLength), kind: 'client', allowedOrigins });
  await expectRefusal('VALIDATION_FAILED', keys().createSdkKey({ name: 'n'.repeat(authLimits.nameLength + 1), kind: 'client' }));
});

test('A key that was revoked is told apart from one that never was', async () => {
  const { key, secret } = await keys().createSdkKey({ name: 'leaked', kind: 'server' });
  const revoked = await keys().revokeSdkKey({ id: key?.id ?? '' });
  expect(revoked.revokedAt).toBeDefined();
  await expectRefusal('KEY_REVOKED', verify(secret));
  await expectRefusal('KEY_UNKNOWN', verify(`${secret}x`));
  expect(await keys().revokeSdkKey({ id: key?.id ?? '' })).toEqual(revoked);
  await expectRefusal('VALIDATION_FAILED', auth.credentials.verifyKey({ sha256: new Uint8Array(31) }));
});

test('A key of another environment can not be seen or revoked from here', async () => {
  const elsewhere = await newEnvironmentPrincipal(auth);
  const { key } = await auth.directory(elsewhere).createSdkKey({ name: 'theirs', kind: 'server' });
  await expectRefusal('NOT_FOUND', keys().revokeSdkKey({ id: key?.id ?? '' }));
  await expectRefusal('NOT_FOUND', keys().revokeSdkKey({ id: 'not an id' }));
  expect((await keys().listSdkKeys({})).items.map(({ id }) => id)).not.toContain(key?.id);
  const nowhere = { ...principal, environmentId: elsewhere.environmentId ?? '' };
  await expectRefusal('NOT_FOUND', auth.directory(nowhere).createSdkKey({ name: 'x', kind: 'server' }));
});

test('Keys are listed newest first, page by page, and found by name', async () => {
  const here = await newEnvironmentPrincipal(auth);
  for (const name of ['one', 'two_%', 'three']) await auth.directory(here).createSdkKey({ name, kind: 'server' });
  const first = await auth.directory(here).listSdkKeys({ page: { limit: 2 } });
  expect(first.items.map(({ name }) => name)).toEqual(['three', 'two_%']);
  const second = await auth.directory(here).listSdkKeys({ page: { limit: 2, cursor: first.nextCursor } });
  expect(second).toMatchObject({ items: [{ name: 'one' }], nextCursor: '' });
  expect((await auth.directory(here).listSdkKeys({ page: { query: '_%' } })).items.map(({ name }) => name)).toEqual(['two_%']);
  for (const cursor of ['garbage', Buffer.from('["no id"]').toString('base64url')])
    await expectRefusal('VALIDATION_FAILED', auth.directory(here).listSdkKeys({ page: { cursor } }));
  await expectRefusal('VALIDATION_FAILED', auth.directory(here).listSdkKeys({ page: { limit: 201 } }));
});

test('A repeated creation of a key is refused, because its secret is stored nowhere', async () => {
  const create = (name: string) => auth.directory(principal, 'once').createSdkKey({ name, kind: 'server' });
  await create('made once');
  await expectRefusal('CONFLICT', create('made once'));
  await expectRefusal('IDEMPOTENCY_KEY_REUSED', create('another'));
  const { items } = await keys().listSdkKeys({ page: { query: 'made once' } });
  expect(items).toHaveLength(1);
});

test('An API token verifies with its role until it expires or is revoked', async () => {
  const { token, secret } = await auth.directory().createApiToken({ name: 'ci', role: 'editor', expiresInDays: 1 });
  expect(secret).toMatch(/^stat_[0-9A-Za-z]{43}$/);
  const identity = await verify(secret);
  expect(identity).toMatchObject({ kind: 'api-token', name: 'ci', role: 'editor', id: token?.id });
  expect(identity.expiresAt).toEqual(token?.expiresAt);
  await auth.asOwner(`update auth.api_token set expires_at = now() - interval '1 second' where id = $1`, [token?.id]);
  expect((await expectRefusal('KEY_REVOKED', verify(secret))).detail).toContain('expired');

  const forever = await auth.directory().createApiToken({ name: 'deploy', role: 'admin' });
  expect(forever.token?.expiresAt).toBeUndefined();
  await auth.directory().revokeApiToken({ id: forever.token?.id ?? '' });
  await expectRefusal('KEY_REVOKED', verify(forever.secret));
  const { items } = await auth.directory().listApiTokens({ page: { query: 'deploy' } });
  expect(items[0]?.revokedAt).toBeDefined();
});

test('Nobody makes or revokes a token that may do more than they', async () => {
  const admin = auth.principal({ role: 'admin' });
  await expectRefusal('PERMISSION_DENIED', auth.directory(admin).createApiToken({ name: 'x', role: 'owner' }));
  const { token } = await auth.directory().createApiToken({ name: 'boss', role: 'owner' });
  await expectRefusal('PERMISSION_DENIED', auth.directory(admin).revokeApiToken({ id: token?.id ?? '' }));
  await auth.directory(admin).createApiToken({ name: 'x', role: 'admin' });
  await expectRefusal('VALIDATION_FAILED', auth.directory().createApiToken({ name: 'x', role: 'root' }));
  await expectRefusal('VALIDATION_FAILED', auth.directory().createApiToken({ name: 'x', role: 'viewer', expiresInDays: 3_651 }));
  await auth.directory().createApiToken({ name: 'x', role: 'viewer', expiresInDays: 3_650 });
});

test('Editors and SDK keys do not come near keys', async () => {
  const editor = { ...principal, role: 'editor' as const };
  await expectRefusal('PERMISSION_DENIED', auth.directory(editor).listSdkKeys({}));
  await expectRefusal('PERMISSION_DENIED', auth.directory(editor).createSdkKey({ name: 'x', kind: 'server' }));
  await expectRefusal('PERMISSION_DENIED', auth.directory(editor).createApiToken({ name: 'x', role: 'viewer' }));
  const sdkKey = { ...principal, kind: 'sdk-key' as const, keyKind: 'server' as const };
  await expectRefusal('PERMISSION_DENIED', auth.services.as(sdkKey, Directory).listSdkKeys({}));
  await expectRefusal('VALIDATION_FAILED', auth.directory(auth.principal()).createSdkKey({ name: 'x', kind: 'server' }));
});

test('No audit record, outbox record or stored response holds a secret', async () => {
  const secrets = [
    (await keys().createSdkKey({ name: 'a', kind: 'server' })).secret,
    (await auth.directory(principal, 'k2').createSdkKey({ name: 'b', kind: 'client' })).secret,
    (await auth.directory(auth.principal(), 'k3').createApiToken({ name: 'c', role: 'viewer' })).secret,
    (await auth.setup.createOperatorToken({})).secret,
    (await auth.directory(auth.principal(), 'k4').addMember({ email: 'new@example.org', role: 'viewer' })).signInLink?.token ??
      '',
  ];
  const tables = [
    'platform.audit',
    'platform.outbox',
    'platform.idempotency',
    'auth.sdk_key',
    'auth.api_token',
    'auth.sign_in_link',
  ];
  for (const table of tables) {
    const text = JSON.stringify(await auth.asOwner(`select to_jsonb(t) as row from ${table} t`));
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThanOrEqual(43);
      expect(text).not.toContain(secret);
      if (table.startsWith('platform')) expect(text).not.toContain(Buffer.from(hashOf(secret)).toString('hex'));
    }
    expect(text).not.toContain('$argon2');
  }
});
