import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Directory } from '@stitchd/proto/auth/v1/auth';
import { withCall } from '@stitchd/service-kit';
import { newEnvironmentPrincipal, expectRefusal, startAuth, type AuthTest } from '../../auth-service.test-support.ts';
import { authLimits } from '../../limits.ts';

let auth: AuthTest;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

test('A project starts with development and production, each ready to publish definitions', async () => {
  const project = await auth.directory().createProject({ key: 'shop', name: ' The shop ', description: 'Sells' });
  expect(project).toMatchObject({ key: 'shop', name: 'The shop', description: 'Sells', version: 1 });
  const { items } = await auth.directory(auth.principal({ projectId: project.id })).listEnvironments({});
  expect(items).toMatchObject([
    { key: 'development', production: false, projectId: project.id },
    { key: 'production', production: true, projectId: project.id },
  ]);
  const revisions = await auth.asOwner('select environment_id from platform.environment_revision where project_id = $1', [
    project.id,
  ]);
  expect(revisions.map((row) => String(row['environment_id'])).toSorted()).toEqual(items.map(({ id }) => id).toSorted());
});

test('A project may start with other environments', async () => {
  const project = await auth.directory().createProject({
    key: 'app',
    name: 'App',
    environments: [{ key: 'live', name: 'Live', production: true }, { key: 'test' }],
  });
  const { items } = await auth.directory(auth.principal({ projectId: project.id })).listEnvironments({});
  expect(items).toMatchObject([
    { key: 'live', name: 'Live', production: true },
    { key: 'test', name: 'test', production: false },
  ]);
});

test('A project with faults, or whose key is taken, leaves nothing behind', async () => {
  const wrong = await expectRefusal(
    'VALIDATION_FAILED',
    auth.directory().createProject({
      key: 'No Key',
      name: '',
      description: 'd'.repeat(authLimits.descriptionLength + 1),
      environments: [{ key: 'a' }, { key: 'a' }, { key: '' }],
    }),
  );
  expect(wrong.errors.map(({ path }) => path)).toEqual([
    'key',
    'name',
    'description',
    'environments[1].key',
    'environments[2].key',
  ]);
  await auth.directory().createProject({ key: 'taken', name: 'First' });
  await expectRefusal('ALREADY_EXISTS', auth.directory().createProject({ key: 'taken', name: 'Second' }));
  expect((await auth.directory().getProject({ key: 'taken' })).name).toBe('First');
  const [orphans] = await auth.asOwner(
    `select count(*) from platform.environment_revision where project_id not in (select id from auth.project)`,
  );
  expect(orphans).toEqual({ count: 0 });
});

test('A creation that is repeated with its idempotency key is done once and answered alike', async () => {
  const create = (name: string) => auth.directory(auth.principal(), 'once').createProject({ key: 'repeated', name });
  const [first, second] = [await create('Repeated'), await create('Repeated')];
  expect(second).toEqual(first);
  await expectRefusal('IDEMPOTENCY_KEY_REUSED', create('Something else'));
});

test('A change says which version it changes, and a stale one gets the current state', async () => {
  await auth.directory().createProject({ key: 'versioned', name: 'One' });
  await expectRefusal('PRECONDITION_REQUIRED', auth.directory().updateProject({ key: 'versioned', name: 'Two' }));
  const changed = await auth.directory().updateProject({ key: 'versioned', name: 'Two', ifVersion: 1 });
  expect(changed).toMatchObject({ name: 'Two', version: 2 });
  const stale = await expectRefusal(
    'VERSION_MISMATCH',
    auth.directory().updateProject({ key: 'versioned', description: 'Three', ifVersion: 1 }),
  );
  expect(JSON.parse(stale.currentJson)).toMatchObject({ key: 'versioned', name: 'Two', version: 2 });
  const both = await Promise.allSettled(
    ['a', 'b'].map((description) => auth.directory().updateProject({ key: 'versioned', description, ifVersion: 2 })),
  );
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expectRefusal('NOT_FOUND', auth.directory().updateProject({ key: 'nowhere', name: 'x', ifVersion: 1 }));
});

test('The organisation is renamed by an owner, not by an admin', async () => {
  const { version } = await auth.directory().getOrganisation({});
  const renamed = await auth.directory().updateOrganisation({ name: 'Analytical Engines', ifVersion: version });
  expect(renamed).toMatchObject({ name: 'Analytical Engines', key: 'stitchd', version: version + 1 });
  await expectRefusal('VERSION_MISMATCH', auth.directory().updateOrganisation({ name: 'x', ifVersion: version }));
  const admin = auth.directory(auth.principal({ role: 'admin' }));
  await expectRefusal('PERMISSION_DENIED', admin.updateOrganisation({ name: 'x', ifVersion: version + 1 }));
});

test('An environment is added, renamed and made a production one', async () => {
  const principal = await newEnvironmentPrincipal(auth);
  const here = auth.directory(principal);
  const made = await here.createEnvironment({ environment: { key: 'staging', name: 'Staging' } });
  expect(made).toMatchObject({ key: 'staging', production: false, version: 1 });
  await expectRefusal('ALREADY_EXISTS', here.createEnvironment({ environment: { key: 'staging' } }));
  await expectRefusal('VALIDATION_FAILED', here.createEnvironment({}));
  const changed = await here.updateEnvironment({ key: 'staging', production: true, ifVersion: 1 });
  expect(changed).toMatchObject({ name: 'Staging', production: true, version: 2 });
  await expectRefusal('VERSION_MISMATCH', here.updateEnvironment({ key: 'staging', name: 'x', ifVersion: 1 }));
  await expectRefusal('NOT_FOUND', here.updateEnvironment({ key: 'nowhere', name: 'x', ifVersion: 1 }));
  const elsewhere = auth.directory({ ...principal, projectId: randomUUID() });
  await expectRefusal('NOT_FOUND', elsewhere.createEnvironment({ environment: { key: 'x' } }));
  await expectRefusal('NOT_FOUND', elsewhere.updateEnvironment({ key: 'staging', name: 'x', ifVersion: 2 }));
});

test('A project has so many environments and no more', async () => {
  const environments = Array.from({ length: authLimits.environmentsPerProject }, (_, index) => ({ key: `e${index}` }));
  const project = await auth.directory().createProject({ key: 'wide', name: 'Wide', environments });
  const here = auth.directory(auth.principal({ projectId: project.id }));
  expect((await here.listEnvironments({})).items).toHaveLength(authLimits.environmentsPerProject);
  await expectRefusal('INVALID_STATE', here.createEnvironment({ environment: { key: 'one-more' } }));
  await expectRefusal(
    'VALIDATION_FAILED',
    auth.directory().createProject({ key: 'wider', name: 'x', environments: [...environments, { key: 'one-more' }] }),
  );
});

test('Projects are listed by key, page by page, and found by key and name', async () => {
  const other = await startAuth();
  for (const key of ['c', 'a', 'b']) await other.directory().createProject({ key, name: `Project ${key.toUpperCase()}` });
  const first = await other.directory().listProjects({ page: { limit: 2 } });
  expect(first.items.map(({ key }) => key)).toEqual(['a', 'b']);
  const rest = await other.directory().listProjects({ page: { limit: 2, cursor: first.nextCursor } });
  expect(rest).toMatchObject({ items: [{ key: 'c' }], nextCursor: '' });
  expect((await other.directory().listProjects({ page: { query: 'project b' } })).items.map(({ key }) => key)).toEqual(['b']);
  await expectRefusal('VALIDATION_FAILED', other.directory().listProjects({ page: { cursor: '!' } }));
  await other.stop();
});

test('Keys become ids for people and services, and a refusal names which key is unknown', async () => {
  const project = await auth.directory().createProject({ key: 'scoped', name: 'Scoped' });
  const viewer = auth.directory(auth.principal({ role: 'viewer' }));
  expect(await viewer.resolveScope({ projectKey: 'scoped' })).toMatchObject({ projectId: project.id, environmentId: '' });
  const service = (await auth.services.together.reachAs('event-service', [Directory]))(Directory);
  const call = { requestId: 'r', principal: auth.principal(), deadlineMs: undefined };
  const scope = await withCall(call, () => service.resolveScope({ projectKey: 'scoped', environmentKey: 'production' }));
  expect(scope).toMatchObject({ projectId: project.id, environmentId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
  expect((await expectRefusal('NOT_FOUND', viewer.resolveScope({ projectKey: 'nope' }))).detail).toContain('project "nope"');
  const unknown = await expectRefusal('NOT_FOUND', viewer.resolveScope({ projectKey: 'scoped', environmentKey: 'qa' }));
  expect(unknown.detail).toContain('environment "qa"');
  await expectRefusal('VALIDATION_FAILED', service.resolveScope({ projectKey: 'scoped' }));
});

test('Viewers and editors change nothing here', async () => {
  const principal = await newEnvironmentPrincipal(auth);
  for (const role of ['viewer', 'editor'] as const) {
    const here = auth.directory({ ...principal, role });
    await expectRefusal('PERMISSION_DENIED', here.createProject({ key: 'x', name: 'x' }));
    await expectRefusal('PERMISSION_DENIED', here.updateProject({ key: 'shop', name: 'x', ifVersion: 1 }));
    await expectRefusal('PERMISSION_DENIED', here.createEnvironment({ environment: { key: 'x' } }));
    await expectRefusal('PERMISSION_DENIED', here.updateEnvironment({ key: 'production', name: 'x', ifVersion: 1 }));
    await here.listProjects({});
    await here.listEnvironments({});
  }
});

test('A text that the store can not hold is refused or names nothing, and never fails inside', async () => {
  const here = auth.directory();
  const nul = 'a\0b';
  await expectRefusal('VALIDATION_FAILED', here.createProject({ key: 'nul', name: nul }));
  await expectRefusal('VALIDATION_FAILED', here.createProject({ key: 'nul', name: 'x', description: nul }));
  await expectRefusal('VALIDATION_FAILED', here.addMember({ email: `${nul}@example.org`, role: 'viewer' }));
  await expectRefusal('VALIDATION_FAILED', here.listProjects({ page: { query: nul } }));
  const cursor = Buffer.from(JSON.stringify([nul])).toString('base64url');
  await expectRefusal('VALIDATION_FAILED', here.listProjects({ page: { cursor } }));
  await expectRefusal('VALIDATION_FAILED', here.listAudit({ resourceKey: nul }));
  await expectRefusal('NOT_FOUND', here.getProject({ key: nul }));
  await expectRefusal('NOT_FOUND', here.updateProject({ key: nul, name: 'x', ifVersion: 1 }));
  await expectRefusal('NOT_FOUND', here.resolveScope({ projectKey: nul }));
  await here.createProject({ key: 'whole', name: 'Whole' });
  await expectRefusal('NOT_FOUND', here.resolveScope({ projectKey: 'whole', environmentKey: nul }));
});
