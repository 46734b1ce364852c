import { afterAll, beforeAll, expect, test } from 'vitest';
import { Setup } from '@stitchd/proto/auth/v1/auth';
import { adminEmail, adminPassword, hashOf, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';

let auth: AuthTest;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

test('The first administrator gets an organisation of the default name, whose owner they are', async () => {
  expect(auth.administrator).toMatchObject({ created: true, email: adminEmail, organisationKey: 'stitchd' });
  const organisation = await auth.directory().getOrganisation({});
  expect(organisation).toMatchObject({ key: 'stitchd', name: 'Stitchd', version: 1 });
  const { items } = await auth.directory().listMembers({});
  expect(items).toMatchObject([{ email: adminEmail, role: 'owner', name: 'ada' }]);
});

test('Asking again for an administrator changes nothing and answers the first', async () => {
  const again = await auth.setup.ensureAdministrator({ email: 'eve@example.org', password: 'another password entirely' });
  expect(again).toEqual({ ...auth.administrator, created: false });
  await expectRefusal(
    'UNAUTHENTICATED',
    auth.credentials.signIn({ email: 'eve@example.org', password: 'another password entirely' }),
  );
});

test('Two programs that set up at the same moment make one organisation', async () => {
  const other = await startAuth();
  await other.asOwner('truncate auth.organisation, auth.user_account cascade');
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) => other.setup.ensureAdministrator({ email: `u${index}@example.org`, password: '' })),
  );
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(answers.map(({ organisationId }) => organisationId)).size).toBe(1);
  await other.stop();
});

test('An administrator without a password has no way in but a link', async () => {
  const other = await startAuth();
  await other.asOwner('truncate auth.organisation, auth.user_account cascade');
  await other.setup.ensureAdministrator({ email: 'bob@example.org', organisationName: 'Bücher & Söhne' });
  await expectRefusal('UNAUTHENTICATED', other.credentials.signIn({ email: 'bob@example.org', password: '' }));
  const link = await other.setup.createSignInLink({ email: ' Bob@Example.org ' });
  const session = await other.credentials.exchangeSignInLink({ token: link.token });
  expect(session).toMatchObject({ role: 'owner', organisation: { key: 'bucher-sohne', name: 'Bücher & Söhne' } });
  await other.stop();
});

test('Setting up needs an e-mail address and a password that the rules allow', async () => {
  const other = await startAuth();
  await other.asOwner('truncate auth.organisation, auth.user_account cascade');
  const wrong = await expectRefusal('VALIDATION_FAILED', other.setup.ensureAdministrator({ email: 'nobody', password: 'short' }));
  expect(wrong.errors.map(({ path }) => path)).toEqual(['email', 'password']);
  await expectRefusal('INVALID_STATE', other.setup.createOperatorToken({}));
  await other.stop();
});

test('A link is made only for somebody who is known', async () => {
  await expectRefusal('NOT_FOUND', auth.setup.createSignInLink({ email: 'nobody@example.org' }));
});

test('The operator has one valid token, with the role of an owner', async () => {
  const first = await auth.setup.createOperatorToken({});
  const second = await auth.setup.createOperatorToken({});
  await expectRefusal('KEY_REVOKED', auth.credentials.verifyKey({ sha256: hashOf(first.secret) }));
  expect(await auth.credentials.verifyKey({ sha256: hashOf(second.secret) })).toMatchObject({
    kind: 'api-token',
    name: 'operator',
    role: 'owner',
    organisationId: auth.administrator.organisationId,
  });
});

test('Operator tokens asked for at the same moment replace each other in turn', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => auth.setup.createOperatorToken({})));
  const states = await Promise.allSettled(made.map(({ secret }) => auth.credentials.verifyKey({ sha256: hashOf(secret) })));
  expect(states.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('Nobody but the command line may set up', async () => {
  await expectRefusal('PERMISSION_DENIED', auth.services.as('gateway', Setup).createOperatorToken({}));
  await expectRefusal('PERMISSION_DENIED', auth.services.as(auth.principal(), Setup).createSignInLink({ email: adminEmail }));
  await expectRefusal(
    'PERMISSION_DENIED',
    auth.services.as('auth-service', Setup).ensureAdministrator({ email: adminEmail, password: adminPassword }),
  );
});
