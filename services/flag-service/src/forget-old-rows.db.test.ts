import { randomUUID } from 'node:crypto';
import { changeEnvironments, readDefinitions } from '@stitchd/db/platform';
import { createReplica } from '@stitchd/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientsOf, newProject, startFlagWorld, type FlagWorld, type TestProject } from './flag-service.test-support.ts';
import { stateOf, watchReplica } from './watch-replica.test-support.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

/** Publishes a definition that is no flag, or removes it, as another owner does. */
function publish({ owner }: TestProject, id: string, kind: 'upsert' | 'remove'): Promise<unknown> {
  const { organisationId = '', environmentId = '' } = owner;
  const change = {
    organisationId,
    actor: { kind: 'user', id: 'u', name: 'ada@example.org' },
    requestId: 'r',
    action: `segment.${kind}`,
    resource: { kind: 'segment', id, key: id },
  };
  return world.database.inTenant(organisationId, (tx) =>
    changeEnvironments(tx, randomUUID, [environmentId], change, async () =>
      kind === 'upsert'
        ? { upsert: [{ kind: 'segment', id, body: JSON.stringify({ key: id }) }] }
        : { remove: [{ kind: 'segment', id }] },
    ),
  );
}

test('Services that start delete what is old, two at once, and a reader that missed a forgotten removal gets the state', async () => {
  const project = await newProject(world.database);
  const { organisationId = '', environmentId = '' } = project.owner;
  const { flags, definitions } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'stays', type: 'boolean' });
  await publish(project, 'goes', 'upsert');
  const replica = createReplica();
  const early = watchReplica(definitions, environmentId, replica);
  await early.until(() => replica.compiled !== undefined && 'segment:goes' in stateOf(replica));
  await early.stop();

  await publish(project, 'goes', 'remove');
  await flags.createFlag({ key: 'later', type: 'boolean' });
  const oldRows = () =>
    world.database.inTenant(organisationId, async (tx) => {
      const { rows } = await sql<{ name: string }>`
        select 'definition ' || id as name from platform.definition where removed
        union all select 'record ' || topic from platform.outbox where created_at < now() - interval '30 days'`.execute(tx);
      return rows.map(({ name }) => name);
    });
  await world.database.inTenant(organisationId, async (tx) => {
    await sql`update platform.definition set changed_at = now() - interval '31 days' where removed`.execute(tx);
    await sql`update platform.outbox set created_at = now() - interval '31 days' where topic = 'segment.remove'`.execute(tx);
  });
  expect((await oldRows()).toSorted()).toEqual(['definition goes', 'record segment.remove']);

  const others = await Promise.all([world.startAnother(), world.startAnother()]);
  await expect.poll(oldRows, { timeout: 20_000 }).toEqual([]);
  const [other] = others;
  if (other === undefined) throw new Error('nothing was started');
  const late = watchReplica(clientsOf(other, project.owner).definitions, environmentId, replica);
  await late.until(() => !('segment:goes' in stateOf(replica)));
  expect(late.messages[0]?.fromRevision).toBe(0n);
  const stored = await world.database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, 0));
  expect(stateOf(replica)).toEqual(
    Object.fromEntries((stored?.entities ?? []).map(({ kind, id, body }) => [`${kind}:${id}`, body])),
  );
  expect(Object.keys(stateOf(replica)).filter((name) => name.startsWith('flag:'))).toHaveLength(2);
  await late.stop();
  await Promise.all(others.map((each) => each.stop()));
});
