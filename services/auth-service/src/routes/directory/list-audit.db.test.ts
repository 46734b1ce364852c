import { afterAll, beforeAll, expect, test } from 'vitest';
import { newEnvironmentPrincipal, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';

let auth: AuthTest;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

test('A change is told with who made it, when, and what it was before and after', async () => {
  await auth.directory().createProject({ key: 'audited', name: 'One' });
  await auth.directory().updateProject({ key: 'audited', name: 'Two', ifVersion: 1 });
  const { items } = await auth.directory().listAudit({ resourceKind: 'project', resourceKey: 'audited' });
  expect(items.map(({ action }) => action)).toEqual(['project.update', 'project.create']);
  expect(items[0]).toMatchObject({
    actorKind: 'user',
    actorId: auth.administrator.userId,
    actorName: auth.administrator.email,
    before: { name: 'One', version: 1 },
    after: { name: 'Two', version: 2 },
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
  expect(items[1]?.before).toBeUndefined();
});

test('What the command line did is told as such', async () => {
  await auth.setup.createOperatorToken({});
  const { items } = await auth.directory().listAudit({ resourceKind: 'api-token' });
  expect(items[0]).toMatchObject({ action: 'api-token.create', actorKind: 'service', actorId: 'command' });
});

test('Every write of the directory leaves one record', async () => {
  const principal = await newEnvironmentPrincipal(auth);
  const here = auth.directory(principal);
  await here.createEnvironment({ environment: { key: 'staging' } });
  await here.updateEnvironment({ key: 'staging', name: 'Staging', ifVersion: 1 });
  const { key } = await here.createSdkKey({ name: 'k', kind: 'server' });
  await here.revokeSdkKey({ id: key?.id ?? '' });
  await here.revokeSdkKey({ id: key?.id ?? '' });
  const { items } = await here.listAudit({ projectId: principal.projectId ?? '' });
  expect(items.map(({ action }) => action)).toEqual([
    'sdk-key.revoke',
    'sdk-key.create',
    'environment.update',
    'environment.create',
    'environment.create',
    'environment.create',
    'project.create',
  ]);
});

test('The log is read page by page, the newest first', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await auth.directory().listAudit({ page: { limit: 3, cursor } });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== '');
  expect(seen).toEqual(seen.toSorted().toReversed());
  const [{ count } = {}] = await auth.asOwner('select count(*) from platform.audit');
  expect(seen).toHaveLength(Number(count));
});

test('Viewers do not read it, and a filter that is no id is refused', async () => {
  await expectRefusal('PERMISSION_DENIED', auth.directory(auth.principal({ role: 'viewer' })).listAudit({}));
  await expectRefusal('VALIDATION_FAILED', auth.directory().listAudit({ projectId: 'shop' }));
});

test('A state that is no object is shown under a name', async () => {
  await auth.asOwner(
    `insert into platform.audit (id, organisation_id, actor_kind, actor_id, actor_name, action, resource_kind, resource_id, resource_key, request_id, after)
     values (gen_random_uuid(), $1, 'user', 'u', 'u', 'thing.reorder', 'thing', 't', 't', 'r', '["b","a"]')`,
    [auth.administrator.organisationId],
  );
  const { items } = await auth.directory().listAudit({ resourceKind: 'thing' });
  expect(items[0]?.after).toEqual({ value: ['b', 'a'] });
});
