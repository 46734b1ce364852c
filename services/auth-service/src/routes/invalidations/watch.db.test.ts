import { afterAll, beforeAll, expect, test } from 'vitest';
import { Invalidations, type Invalidation } from '@stitchd/proto/auth/v1/auth';
import type { Principal } from '@stitchd/service-kit';
import type { TestServices } from '../../../../../test/support/test-services.ts';
import {
  adminEmail,
  adminPassword,
  hashOf,
  joinAs,
  newEnvironmentPrincipal,
  expectRefusal,
  startAuth,
  type AuthTest,
} from '../../auth-service.test-support.ts';

let auth: AuthTest;
let principal: Principal;

beforeAll(async () => {
  auth = await startAuth();
  principal = await newEnvironmentPrincipal(auth);
});
afterAll(() => auth.stop());

/** Reads a stream of one replica; `hears` waits until something was told. */
function listen(replica: TestServices) {
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  const closing = new AbortController();
  const ended = (async () => {
    for await (const message of replica.as('gateway', Invalidations).watch({}, { signal: closing.signal })) {
      heard.push(textOf(message));
      for (const look of waiting) look();
    }
  })();
  // Only the test of the end looks at how it ended.
  ended.catch(() => undefined);
  const hears = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (heard.includes(text)) resolve();
      };
      waiting.add(look);
      look();
    });
  return { heard, caughtUp: hears('heartbeat'), hears, ended, close: () => closing.abort() };
}

async function expectHeard(stream: ReturnType<typeof listen>, text: string): Promise<void> {
  await stream.hears(text);
  expect(stream.heard).toContain(text);
}

function textOf(message: Invalidation): string {
  if (message.keySha256.length > 0) return Buffer.from(message.keySha256).toString('hex');
  return message.sessionId === '' ? 'heartbeat' : message.sessionId;
}

const hex = (secret: string) => Buffer.from(hashOf(secret)).toString('hex');

test('A revoked key is told to every stream of every replica', async () => {
  const replica = await auth.startReplica();
  const streams = [listen(auth.services), listen(auth.services), listen(replica)];
  await Promise.all(streams.map(({ caughtUp }) => caughtUp));
  const { key, secret } = await auth.directory(principal).createSdkKey({ name: 'leaked', kind: 'server' });
  await auth.directory(principal).revokeSdkKey({ id: key?.id ?? '' });
  const { token, secret: tokenSecret } = await auth.directory().createApiToken({ name: 'leaked', role: 'viewer' });
  await auth.directory().revokeApiToken({ id: token?.id ?? '' });
  for (const stream of streams) {
    await expectHeard(stream, hex(secret));
    await expectHeard(stream, hex(tokenSecret));
    expect(stream.heard.filter((text) => text === hex(secret))).toHaveLength(1);
    stream.close();
  }
});

test('A revocation whose hint was lost is found by asking the store', async () => {
  const stream = listen(auth.services);
  await stream.caughtUp;
  const { key, secret } = await auth.directory(principal).createSdkKey({ name: 'quiet', kind: 'server' });
  // No NOTIFY comes with this.
  await auth.asOwner('update auth.sdk_key set revoked_at = clock_timestamp() where id = $1', [key?.id]);
  await expectHeard(stream, hex(secret));
  stream.close();
});

test('Revocations are heard of after the connection that listens was lost', async () => {
  const stream = listen(auth.services);
  await stream.caughtUp;
  await auth.asOwner(
    `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and datname = current_database()`,
  );
  const { key, secret } = await auth.directory(principal).createSdkKey({ name: 'later', kind: 'server' });
  await auth.directory(principal).revokeSdkKey({ id: key?.id ?? '' });
  await expectHeard(stream, hex(secret));
  stream.close();
});

test('A stream begins with what was revoked while nobody listened', async () => {
  const { key, secret } = await auth.directory(principal).createSdkKey({ name: 'earlier', kind: 'server' });
  await auth.directory(principal).revokeSdkKey({ id: key?.id ?? '' });
  const old = await auth.directory(principal).createSdkKey({ name: 'long ago', kind: 'server' });
  await auth.asOwner(`update auth.sdk_key set revoked_at = now() - interval '25 hours' where id = $1`, [old.key?.id]);
  const stream = listen(auth.services);
  await stream.caughtUp;
  expect(stream.heard).toContain(hex(secret));
  expect(stream.heard).not.toContain(hex(old.secret));
  stream.close();
});

test('A session that ends is told: signed out, demoted, removed', async () => {
  const stream = listen(auth.services);
  await stream.caughtUp;
  const sessionOf = (accessToken: string): string => {
    const [, payload = ''] = accessToken.split('.');
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid;
  };
  const signedIn = await auth.credentials.signIn({ email: adminEmail, password: adminPassword });
  await auth.credentials.signOut({ refreshToken: signedIn.refreshToken });
  await expectHeard(stream, sessionOf(signedIn.accessToken));
  const demoted = await joinAs(auth, 'admin');
  await auth.directory().updateMember({ userId: demoted.principal.id, role: 'viewer', ifVersion: 1 });
  await expectHeard(stream, sessionOf(demoted.session.accessToken));
  const removed = await joinAs(auth, 'viewer');
  await auth.directory().removeMember({ userId: removed.principal.id });
  await expectHeard(stream, sessionOf(removed.session.accessToken));
  stream.close();
});

test('Streams end when their replica stops', async () => {
  const replica = await auth.startReplica();
  const stream = listen(replica);
  await stream.caughtUp;
  await replica.stop();
  await expect(stream.ended).resolves.toBeUndefined();
});

test('Only the gateway hears of revocations', async () => {
  const stream = auth.services.as(auth.principal(), Invalidations).watch({});
  await expectRefusal('PERMISSION_DENIED', stream[Symbol.asyncIterator]().next());
});
