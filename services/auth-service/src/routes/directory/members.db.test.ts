import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinAs, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';
import { authLimits } from '../../limits.ts';

let auth: AuthTest;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

test('Somebody new gets a sign-in link, and is a member with a role', async () => {
  const added = await auth.directory().addMember({ email: ' Grace@Example.org', name: 'Grace', role: 'editor' });
  expect(added.member).toMatchObject({ email: 'grace@example.org', name: 'Grace', role: 'editor', version: 1 });
  const session = await auth.credentials.exchangeSignInLink({ token: added.signInLink?.token ?? '' });
  expect(session).toMatchObject({ role: 'editor', user: { email: 'grace@example.org', name: 'Grace' } });
  await expectRefusal('ALREADY_EXISTS', auth.directory().addMember({ email: 'grace@example.org', role: 'viewer' }));
});

test('Somebody whom another organisation knows is added without a link, and keeps their name', async () => {
  const { email, principal } = await joinAs(auth, 'viewer');
  const other = randomUUID();
  await auth.asOwner(`insert into auth.organisation (id, key, name) values ($1, $2, 'Other')`, [other, `o-${other}`]);
  const elsewhere = auth.directory(auth.principal({ organisationId: other, id: randomUUID() }), 'add once');
  const added = await elsewhere.addMember({ email, name: 'Somebody else', role: 'admin' });
  expect(added).toMatchObject({ member: { userId: principal.id, role: 'admin' } });
  expect(added.signInLink).toBeUndefined();
  expect(added.member?.name).not.toBe('Somebody else');
  expect(await elsewhere.addMember({ email, name: 'Somebody else', role: 'admin' })).toEqual(added);
  expect((await elsewhere.listMembers({})).items.map((member) => member.email)).toEqual([email]);
});

test('A repeated invitation is refused, because its link is stored nowhere', async () => {
  const invite = () => auth.directory(auth.principal(), 'invite').addMember({ email: 'once@example.org', role: 'viewer' });
  await invite();
  await expectRefusal('CONFLICT', invite());
});

test('Somebody who belongs nowhere any more can not sign in, and gets a new link when they are added again', async () => {
  const email = 'left@example.org';
  const first = await auth.directory().addMember({ email, role: 'editor' });
  await auth.directory().removeMember({ userId: first.member?.userId ?? '' });
  const exchange = (token: string) => auth.credentials.exchangeSignInLink({ token });
  await expectRefusal('PERMISSION_DENIED', exchange(first.signInLink?.token ?? ''));
  const second = await auth.directory().addMember({ email, role: 'viewer' });
  expect(second.member?.userId).toBe(first.member?.userId);
  expect((await exchange(second.signInLink?.token ?? '')).role).toBe('viewer');
});

test('Somebody who has a password gets no link when they are added again', async () => {
  const { email, principal } = await joinAs(auth, 'viewer');
  await auth.directory(principal).setPassword({ newPassword: 'a long enough password' });
  await auth.directory().removeMember({ userId: principal.id });
  await expectRefusal('PERMISSION_DENIED', auth.credentials.signIn({ email, password: 'a long enough password' }));
  const again = await auth.directory().addMember({ email, role: 'viewer' });
  expect(again.signInLink).toBeUndefined();
  await auth.credentials.signIn({ email, password: 'a long enough password' });
});

test('A person is a member of so many organisations and no more', async () => {
  const { email, principal } = await joinAs(auth, 'viewer');
  await auth.asOwner(
    `with made as (insert into auth.organisation (id, key, name)
       select gen_random_uuid(), 'many-' || n, 'Many' from generate_series(1, $2::int) n returning id)
     insert into auth.member (organisation_id, user_id, role) select id, $1, 'viewer' from made`,
    [principal.id, authLimits.organisationsPerUser - 1],
  );
  const other = randomUUID();
  await auth.asOwner(`insert into auth.organisation (id, key, name) values ($1, $2, 'Other')`, [other, `o-${other}`]);
  const elsewhere = auth.directory(auth.principal({ organisationId: other, id: randomUUID() }));
  await expectRefusal('INVALID_STATE', elsewhere.addMember({ email, role: 'viewer' }));
  expect((await auth.directory(principal).listOrganisations({})).items).toHaveLength(authLimits.organisationsPerUser);
});

test('A role is changed under its version', async () => {
  const { principal } = await joinAs(auth, 'viewer');
  const change = (role: string, ifVersion: number) => auth.directory().updateMember({ userId: principal.id, role, ifVersion });
  await expectRefusal('PRECONDITION_REQUIRED', change('admin', 0));
  expect(await change('admin', 1)).toMatchObject({ role: 'admin', version: 2 });
  const stale = await expectRefusal('VERSION_MISMATCH', change('editor', 1));
  expect(JSON.parse(stale.currentJson)).toMatchObject({ role: 'admin', version: 2 });
  await expectRefusal('VALIDATION_FAILED', change('emperor', 2));
  await expectRefusal('NOT_FOUND', auth.directory().updateMember({ userId: randomUUID(), role: 'viewer', ifVersion: 1 }));
  await expectRefusal('NOT_FOUND', auth.directory().updateMember({ userId: 'nobody', role: 'viewer', ifVersion: 1 }));
});

test('A role that may do less ends the sessions at once; one that may do more keeps them', async () => {
  const { session, principal } = await joinAs(auth, 'viewer');
  await auth.directory().updateMember({ userId: principal.id, role: 'admin', ifVersion: 1 });
  const promoted = await auth.credentials.refreshSession({ refreshToken: session.refreshToken });
  expect(promoted.role).toBe('admin');
  await auth.directory().updateMember({ userId: principal.id, role: 'viewer', ifVersion: 2 });
  await expectRefusal('UNAUTHENTICATED', auth.credentials.refreshSession({ refreshToken: promoted.refreshToken }));
});

test('Whoever is removed loses their sessions, and is known to the audit log alone', async () => {
  const { session, principal, email } = await joinAs(auth, 'editor');
  await auth.directory().removeMember({ userId: principal.id });
  await expectRefusal('UNAUTHENTICATED', auth.credentials.refreshSession({ refreshToken: session.refreshToken }));
  await expectRefusal('NOT_FOUND', auth.directory().removeMember({ userId: principal.id }));
  expect((await auth.directory().listMembers({ page: { query: email } })).items).toEqual([]);
  const { items } = await auth.directory().listAudit({ resourceKind: 'member', resourceKey: email });
  expect(items.map(({ action }) => action)).toEqual(['member.remove', 'member.create']);
});

test('The last owner can neither be removed nor demoted, not even by two owners at once', async () => {
  const other = await startAuth();
  const { userId } = other.administrator;
  await expectRefusal('INVALID_STATE', other.directory().removeMember({ userId }));
  await expectRefusal('INVALID_STATE', other.directory().updateMember({ userId, role: 'admin', ifVersion: 1 }));
  const second = await joinAs(other, 'owner');
  const outcomes = await Promise.allSettled([
    other.directory().removeMember({ userId: second.principal.id }),
    other.directory(second.principal).updateMember({ userId, role: 'viewer', ifVersion: 1 }),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const owners = await other.asOwner(`select user_id from auth.member where role = 'owner'`);
  expect(owners).toHaveLength(1);
  await other.stop();
});

test('An admin gives no role above their own, and touches no owner', async () => {
  const { principal: admin } = await joinAs(auth, 'admin');
  const here = auth.directory(admin);
  await expectRefusal('PERMISSION_DENIED', here.addMember({ email: 'x@example.org', role: 'owner' }));
  await expectRefusal('PERMISSION_DENIED', here.updateMember({ userId: admin.id, role: 'owner', ifVersion: 1 }));
  await expectRefusal('PERMISSION_DENIED', here.removeMember({ userId: auth.administrator.userId }));
  await expectRefusal(
    'PERMISSION_DENIED',
    here.updateMember({ userId: auth.administrator.userId, role: 'viewer', ifVersion: 1 }),
  );
  await here.addMember({ email: 'y@example.org', role: 'admin' });
});

test('Viewers do not see members, and editors do not change them', async () => {
  const { principal } = await joinAs(auth, 'viewer');
  await expectRefusal('PERMISSION_DENIED', auth.directory({ ...principal, role: 'viewer' }).listMembers({}));
  const editor = auth.directory({ ...principal, role: 'editor' });
  await editor.listMembers({});
  await expectRefusal('PERMISSION_DENIED', editor.addMember({ email: 'z@example.org', role: 'viewer' }));
  await expectRefusal('PERMISSION_DENIED', editor.removeMember({ userId: principal.id }));
});

test('Members are listed by e-mail address, page by page', async () => {
  const other = await startAuth();
  for (const email of ['c@example.org', 'b@example.org']) await other.directory().addMember({ email, role: 'viewer' });
  const first = await other.directory().listMembers({ page: { limit: 2 } });
  expect(first.items.map(({ email }) => email)).toEqual(['ada@example.org', 'b@example.org']);
  const rest = await other.directory().listMembers({ page: { limit: 2, cursor: first.nextCursor } });
  expect(rest).toMatchObject({ items: [{ email: 'c@example.org' }], nextCursor: '' });
  await other.stop();
});
