import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminEmail, adminPassword, joinAs, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';
import { authLimits } from '../../limits.ts';

let auth: AuthTest;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const signIn = () => auth.credentials.signIn({ email: adminEmail, password: adminPassword });
const refresh = (refreshToken: string, organisationKey = '') =>
  auth.credentials.refreshSession({ refreshToken, organisationKey });

test('A refresh token is used once and answers the next one, for 30 days', async () => {
  const first = await signIn();
  const second = await refresh(first.refreshToken);
  expect(second.refreshToken).not.toBe(first.refreshToken);
  expect(second).toMatchObject({ role: 'owner', user: { email: adminEmail }, organisation: { key: 'stitchd' } });
  const days = (Number(second.refreshExpiresAt?.seconds) * 1_000 - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(authLimits.refreshTokenDays);
  await refresh(second.refreshToken);
});

test('A refresh token that comes again ends the session of whoever holds the next one', async () => {
  const first = await signIn();
  const second = await refresh(first.refreshToken);
  const third = await refresh(second.refreshToken);
  // The answer to its first use has arrived: the next one was used.
  await expectRefusal('UNAUTHENTICATED', refresh(first.refreshToken));
  await expectRefusal('UNAUTHENTICATED', refresh(third.refreshToken));
  const { items } = await auth.directory().listAudit({ resourceKind: 'session', page: { limit: 1 } });
  expect(items).toMatchObject([{ action: 'session.end', after: { reason: 'a refresh token was used twice' } }]);
});

/** As if every refresh token had been used so much earlier. */
const letPass = (ms: number) =>
  auth.asOwner(`update auth.refresh_token set used_at = used_at - make_interval(secs => $1) where used_at > to_timestamp(0)`, [
    ms / 1_000,
  ]);

test('Whoever left before the answer came may use the token again for some seconds, and whoever has that answer is found out', async () => {
  const first = await signIn();
  const lost = await refresh(first.refreshToken);
  await letPass(authLimits.refreshLeewayMs - 5_000);
  const again = await refresh(first.refreshToken);
  expect(again.refreshToken).not.toBe(lost.refreshToken);
  const next = await refresh(again.refreshToken);
  await expectRefusal('UNAUTHENTICATED', refresh(lost.refreshToken));
  await expectRefusal('UNAUTHENTICATED', refresh(next.refreshToken));
});

test('After the leeway a used refresh token ends the session, and its second use does not begin it anew', async () => {
  const first = await signIn();
  await refresh(first.refreshToken);
  await letPass(authLimits.refreshLeewayMs - 5_000);
  const again = await refresh(first.refreshToken);
  await letPass(5_000);
  await expectRefusal('UNAUTHENTICATED', refresh(first.refreshToken));
  await expectRefusal('UNAUTHENTICATED', refresh(again.refreshToken));
});

test('Of uses of one refresh token at once only one answer goes on', async () => {
  const { refreshToken } = await signIn();
  const answers = await Promise.all([1, 2, 3].map(() => refresh(refreshToken)));
  const states = await auth.asOwner(
    `select used_at is null as is_unused from auth.refresh_token
      where session_id = (select session_id from auth.refresh_token order by created_at desc limit 1)`,
  );
  expect(states.filter(({ is_unused: isUnused }) => isUnused)).toHaveLength(1);
  // Whoever goes on with another one ends it for all.
  const outcomes = await Promise.allSettled(answers.map((answer) => refresh(answer.refreshToken)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

test('A refresh token that has expired signs nobody in', async () => {
  const { refreshToken } = await signIn();
  await auth.asOwner(`update auth.refresh_token set expires_at = now() - interval '1 second'`);
  await expectRefusal('UNAUTHENTICATED', refresh(refreshToken));
});

test('Signing out ends the session, and again changes nothing', async () => {
  const { refreshToken } = await signIn();
  await auth.credentials.signOut({ refreshToken });
  await expectRefusal('UNAUTHENTICATED', refresh(refreshToken));
  await auth.credentials.signOut({ refreshToken });
  await auth.credentials.signOut({ refreshToken: 'never one of ours' });
  const { items } = await auth.directory().listAudit({ resourceKind: 'session', page: { limit: 1 } });
  expect(items).toMatchObject([{ action: 'session.end', after: { reason: 'signed out' } }]);
});

test('A sign-in link signs in once', async () => {
  const { token } = await auth.setup.createSignInLink({ email: adminEmail });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => auth.credentials.exchangeSignInLink({ token })));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expectRefusal('UNAUTHENTICATED', auth.credentials.exchangeSignInLink({ token }));
});

test('A sign-in link is valid for 24 hours', async () => {
  const { token, expiresAt } = await auth.setup.createSignInLink({ email: adminEmail });
  expect(Math.round((Number(expiresAt?.seconds) * 1_000 - Date.now()) / 3_600_000)).toBe(authLimits.signInLinkHours);
  await auth.asOwner(`update auth.sign_in_link set expires_at = now() - interval '1 second' where used_at is null`);
  await expectRefusal('UNAUTHENTICATED', auth.credentials.exchangeSignInLink({ token }));
});

test('A person of two organisations works in either, one at a time', async () => {
  await auth.asOwner(`insert into auth.organisation (id, key, name) values (gen_random_uuid(), 'second', 'Second')`);
  await auth.asOwner(
    `insert into auth.member (organisation_id, user_id, role) select id, $1, 'viewer' from auth.organisation where key = 'second'`,
    [auth.administrator.userId],
  );
  const first = await signIn();
  expect(first.organisation?.key).toBe('stitchd');
  const second = await refresh(first.refreshToken, 'second');
  expect(second).toMatchObject({ organisation: { key: 'second' }, role: 'viewer' });
  const stayed = await refresh(second.refreshToken);
  expect(stayed.organisation?.key).toBe('second');
  await expectRefusal('NOT_FOUND', refresh(stayed.refreshToken, 'third'));
  // A key that is none of theirs does not use the token up.
  expect((await refresh(stayed.refreshToken, 'stitchd')).role).toBe('owner');
  const { items } = await auth.directory().listOrganisations({});
  expect(items.map(({ key }) => key)).toEqual(['stitchd', 'second']);
  const token = auth.principal({ kind: 'api-token', id: 'a token' });
  expect((await auth.directory(token).listOrganisations({})).items.map(({ key }) => key)).toEqual(['stitchd']);
});

test('A new password ends the sessions that there were, and needs the old one', async () => {
  const { email, session, principal } = await joinAs(auth, 'viewer');
  await expectRefusal('VALIDATION_FAILED', auth.directory(principal).setPassword({ newPassword: 'x'.repeat(11) }));
  await expectRefusal('VALIDATION_FAILED', auth.directory(principal).setPassword({ newPassword: 'x'.repeat(257) }));
  await auth.directory(principal).setPassword({ newPassword: 'x'.repeat(12) });
  await expectRefusal('UNAUTHENTICATED', refresh(session.refreshToken));
  await expectRefusal('PERMISSION_DENIED', auth.directory(principal).setPassword({ newPassword: 'y'.repeat(256) }));
  await auth.directory(principal).setPassword({ currentPassword: 'x'.repeat(12), newPassword: 'é'.repeat(256) });
  // The same characters, typed as letter and accent.
  await auth.credentials.signIn({ email, password: 'e\u0301'.repeat(256) });
  const token = auth.principal({ kind: 'api-token', id: 'a token' });
  await expectRefusal('PERMISSION_DENIED', auth.directory(token).setPassword({ newPassword: 'x'.repeat(12) }));
});

test('Old sessions, their tokens and links are forgotten when their person signs in', async () => {
  await signIn();
  await auth.setup.createSignInLink({ email: adminEmail });
  await auth.asOwner(`update auth.session set ended_at = now() - interval '25 hours'`);
  await auth.asOwner(`update auth.sign_in_link set expires_at = now() - interval '1 hour'`);
  await signIn();
  const [left] = await auth.asOwner(
    `select (select count(*) from auth.session where user_id = $1) as sessions,
            (select count(*) from auth.refresh_token where user_id = $1) as tokens,
            (select count(*) from auth.sign_in_link where user_id = $1) as links`,
    [auth.administrator.userId],
  );
  expect(left).toEqual({ sessions: 1, tokens: 1, links: 0 });
});
