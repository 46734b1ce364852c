import { sql } from 'kysely';
import { Definitions } from '@stitchd/proto/flag/v1/flag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientsOf, newProject, startFlagWorld, type FlagWorld, type TestProject } from './flag-service.test-support.ts';
import { watchReplica } from './watch-replica.test-support.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

async function secretOf(services: FlagWorld['services'], environmentId: string): Promise<string> {
  const watched = watchReplica(services.as('gateway', Definitions), environmentId);
  await watched.until(() => watched.replica.compiled?.signingSecret !== undefined);
  const { compiled } = watched.replica;
  expect(compiled?.environmentId).toBe(environmentId);
  await watched.stop();
  return compiled?.signingSecret ?? '';
}

const inTenant = <T>(project: TestProject, query: ReturnType<typeof sql<T>>) =>
  world.database.inTenant(project.owner.organisationId ?? '', (tx) => query.execute(tx));

test('Two replicas that are first asked at once make one secret of 32 bytes, and each environment has its own', async () => {
  const other = await world.startAnother();
  const project = await newProject(world.database);
  const environments = [project.owner.environmentId ?? '', await project.addEnvironment()];
  const secrets = await Promise.all(
    environments.flatMap((id) => [world.services, other, world.services, other].map((services) => secretOf(services, id))),
  );
  expect(secrets.map((secret) => Buffer.from(secret, 'base64url').length)).toEqual(secrets.map(() => 32));
  expect([new Set(secrets.slice(0, 4)).size, new Set(secrets.slice(4)).size, new Set(secrets).size]).toEqual([1, 1, 2]);
  await other.stop();
});

test('An environment from before there were secrets gets one, its flags untouched, and keeps it', async () => {
  const project = await newProject(world.database);
  const environmentId = project.owner.environmentId ?? '';
  await clientsOf(world.services, project.owner).flags.createFlag({ key: 'old', type: 'boolean' });
  const first = await secretOf(world.services, environmentId);
  await inTenant(project, sql`delete from platform.definition where environment_id = ${environmentId} and kind = 'environment'`);
  const flagsBefore = await inTenant(project, sql`select id, body, revision from platform.definition where kind = 'flag'`);
  // A replica that has not seen this environment yet, as after an upgrade.
  const upgraded = await world.startAnother();
  const second = await secretOf(upgraded, environmentId);
  expect(second).not.toBe(first);
  expect(await secretOf(upgraded, environmentId)).toBe(second);
  expect((await inTenant(project, sql`select id, body, revision from platform.definition where kind = 'flag'`)).rows).toEqual(
    flagsBefore.rows,
  );
  await upgraded.stop();
});

test('That a secret was made is in the audit log and the outbox, the secret is in neither', async () => {
  const project = await newProject(world.database);
  const secret = await secretOf(world.services, project.owner.environmentId ?? '');
  const audit = await inTenant(project, sql<object>`select * from platform.audit`);
  const outbox = await inTenant(project, sql<object>`select * from platform.outbox`);
  expect(audit.rows).toMatchObject([{ actor_id: 'flag-service', resource_kind: 'environment' }]);
  expect(JSON.stringify([audit.rows, outbox.rows])).not.toContain(secret);
});

test('A rotated secret reaches whoever watches, its flags untouched; who did it is in the audit log, the secrets are not', async () => {
  const project = await newProject(world.database);
  const environmentId = project.owner.environmentId ?? '';
  const { flags } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'kept', type: 'boolean' });
  const first = await secretOf(world.services, environmentId);
  const watched = watchReplica(world.services.as('gateway', Definitions), environmentId);
  await watched.until(() => watched.replica.compiled?.signingSecret === first);
  const { revision } = await flags.rotateSigningSecret({});
  await watched.until(() => BigInt(watched.replica.compiled?.revision ?? 0) >= revision);
  const second = watched.replica.compiled?.signingSecret ?? '';
  expect([Buffer.from(second, 'base64url').length, second === first, watched.replica.compiled?.flags.has('kept')]).toEqual([
    32,
    false,
    true,
  ]);
  await watched.stop();
  const audit = await inTenant(
    project,
    sql<object>`select * from platform.audit where action = 'environment.rotate-signing-secret'`,
  );
  expect(audit.rows).toMatchObject([{ actor_id: project.owner.id, resource_id: environmentId, before: null, after: null }]);
  const outbox = await inTenant(project, sql<object>`select * from platform.outbox`);
  for (const secret of [first, second]) expect(JSON.stringify([audit.rows, outbox.rows])).not.toContain(secret);
});

test('Who may not handle keys may not rotate the secret', async () => {
  const project = await newProject(world.database);
  const { flags } = clientsOf(world.services, { ...project.owner, role: 'editor' });
  await expect(flags.rotateSigningSecret({})).rejects.toThrow(/PERMISSION_DENIED|may not|permission/i);
});
