import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { tokenLimits } from '@stitchd/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientsOf, newProject, refusalOf, startFlagWorld, type FlagWorld } from './flag-service.test-support.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

const expiresAt = timestampFromMs(Date.UTC(2030, 0, 1));

async function openProject() {
  const project = await newProject(world.database);
  const { flags } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'checkout', type: 'boolean' });
  return { project, flags };
}

test('Who makes an override link, for which variants and until when, is in the audit log', async () => {
  const { project, flags } = await openProject();
  const { id } = await flags.recordOverrideLink({ flags: { checkout: 'on' }, expiresAt });
  const { rows } = await world.database.inTenant(project.owner.organisationId ?? '', (tx) =>
    sql<object>`select * from platform.audit where action = 'flag.override-link'`.execute(tx),
  );
  expect(rows).toMatchObject([
    {
      resource_id: id,
      actor_id: project.owner.id,
      environment_id: project.environmentIds[0],
      after: { flags: { checkout: 'on' }, expiresAt: '2030-01-01T00:00:00.000Z' },
    },
  ]);
});

test('A link for a flag or a variant that is not there is refused, and so is one for an archived flag', async () => {
  const { flags } = await openProject();
  expect(await refusalOf(flags.recordOverrideLink({ flags: { absent: 'on' }, expiresAt }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(flags.recordOverrideLink({ flags: { checkout: 'blue' }, expiresAt }))).toMatchObject({
    code: 'VALIDATION_FAILED',
    errors: [{ path: '/flags/checkout', message: 'must be one of on, off' }],
  });
  await flags.archiveFlag({ key: 'checkout', ifVersion: 1 });
  expect(await refusalOf(flags.recordOverrideLink({ flags: { checkout: 'on' }, expiresAt }))).toMatchObject({
    errors: [{ message: 'is archived' }],
  });
});

test('A link for no flag, or for more than a token may hold, is refused', async () => {
  const { flags } = await openProject();
  const many = Object.fromEntries(Array.from({ length: tokenLimits.overrides + 1 }, (_, index) => [`f-${index}`, 'on']));
  for (const each of [{}, many])
    expect(await refusalOf(flags.recordOverrideLink({ flags: each, expiresAt }))).toMatchObject({ code: 'VALIDATION_FAILED' });
});

test('Whoever may only look may not make links', async () => {
  const { project } = await openProject();
  const { flags } = clientsOf(world.services, { ...project.owner, role: 'viewer' });
  expect(await refusalOf(flags.recordOverrideLink({ flags: { checkout: 'on' }, expiresAt }))).toMatchObject({
    code: 'PERMISSION_DENIED',
  });
});
