import { randomUUID } from 'node:crypto';
import { fromJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { bucketOf, hashUnit, type FlagConfiguration, type Serve, type Split } from '@stitchd/core';
import { changeEnvironments, referrersOf } from '@stitchd/db/platform';
import type { Configuration } from '@stitchd/proto/flag/v1/flag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  clientsOf,
  configure,
  newProject,
  refusalOf,
  startFlagWorld,
  type FlagWorld,
  type TestProject,
} from './flag-service.test-support.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

async function projectWithFlags(...keys: readonly string[]) {
  const project = await newProject(world.database);
  const { flags } = clientsOf(world.services, project.owner);
  for (const key of keys) await flags.createFlag({ key, type: 'boolean' });
  return { project, flags };
}

function documentOf({ document }: Configuration): FlagConfiguration {
  return document as unknown as FlagConfiguration;
}

function splitOf(serve: Serve | undefined): Split {
  if (serve === undefined || !('split' in serve)) throw new Error('it serves no split');
  return serve.split;
}

/** Publishes a segment as its owner would. */
async function publishSegment({ owner }: TestProject, key: string): Promise<void> {
  const { organisationId = '', environmentId = '' } = owner;
  const change = {
    organisationId,
    environmentId,
    actor: { kind: 'service', id: 's', name: 's' },
    requestId: 'r',
    action: 'segment.create',
    resource: { kind: 'segment', id: key, key },
  };
  await world.database.inTenant(organisationId, (tx) =>
    changeEnvironments(tx, randomUUID, [environmentId], change, async () => ({
      upsert: [{ kind: 'segment', id: key, body: JSON.stringify({ key, type: 'rule', when: { all: [] } }) }],
    })),
  );
}

const everybody = { all: [] };

test('Rules and splits get ids, salts and ranges, and keep them when they are sent again', async () => {
  const { flags } = await projectWithFlags('checkout');
  const rule = { when: everybody, serve: { split: { weights: { on: 20_000, off: 80_000 } } } };
  const first = documentOf(await configure(flags, 'checkout', { rules: [rule] }));
  const split = splitOf(first.rules[0]?.serve);
  expect(split).toMatchObject({ contextKind: 'user', salt: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(split.ranges).toEqual([
    { variant: 'on', from: 0, to: 20_000 },
    { variant: 'off', from: 20_000, to: 100_000 },
  ]);

  const byRule = { id: first.rules[0]?.id ?? '', when: everybody, serve: { split: { weights: { on: 20_000, off: 80_000 } } } };
  expect(documentOf(await configure(flags, 'checkout', { rules: [byRule] }))).toEqual(first);
  expect(documentOf(await configure(flags, 'checkout', JSON.parse(JSON.stringify(first))))).toEqual(first);

  const moved = { when: { not: everybody }, serve: { split: { id: split.id } } };
  const second = documentOf(await configure(flags, 'checkout', { rules: [moved, { ...byRule }] }));
  expect(splitOf(second.rules[0]?.serve)).toEqual(split);
  expect(splitOf(second.rules[1]?.serve).salt).not.toBe(split.salt);
});

test('A default split that goes from 10 to 50 to 10 to 50 percent gives the same units the same variant', async () => {
  const { flags } = await projectWithFlags('ramp');
  const units = Array.from({ length: 2_000 }, (_, index) => hashUnit(`user-${index}`));
  const onAt = async (percent: number): Promise<readonly number[]> => {
    const weights = { on: percent * 1_000, off: (100 - percent) * 1_000 };
    const { salt, ranges } = splitOf(
      documentOf(await configure(flags, 'ramp', { defaultServe: { split: { weights } } })).defaultServe,
    );
    const variantOf = (bucket: number) => ranges.find(({ from, to }) => bucket >= from && bucket < to)?.variant;
    return units.flatMap(({ h1, h2 }, index) => (variantOf(bucketOf(h1, h2, salt)) === 'on' ? [index] : []));
  };
  const [ten, fifty, tenAgain, fiftyAgain] = [await onAt(10), await onAt(50), await onAt(10), await onAt(50)];
  expect(ten.length).toBeGreaterThan(100);
  expect(ten.every((unit) => fifty.includes(unit))).toBe(true);
  expect(tenAgain).toEqual(ten);
  expect(fiftyAgain).toEqual(fifty);
});

test('What is wrong with a configuration is named by its place in the document', async () => {
  const { flags } = await projectWithFlags('checkout');
  const cases: readonly (readonly [object, readonly string[]])[] = [
    [{ colour: 'red' }, ['/colour']],
    [{ enabled: true }, ['/enabled']],
    [{ offVariant: 'blue' }, ['/offVariant']],
    [{ rules: [{ when: { attribute: 'a', op: 'is', values: [1] }, serve: { variant: 'on' } }] }, ['/rules/0/when/op']],
    [{ rules: [{ when: everybody, serve: { variant: 'on' }, colour: 'red' }] }, ['/rules/0/colour']],
    [{ defaultServe: { split: {} } }, ['/defaultServe/split/weights', '/defaultServe/split/ranges']],
    [{ defaultServe: { split: { weights: { on: 1 } } } }, ['/defaultServe/split/weights', '/defaultServe/split/ranges']],
    [
      { defaultServe: { split: { weights: { on: 50_000, blue: 50_000 } } } },
      ['/defaultServe/split/weights/blue', '/defaultServe/split/ranges'],
    ],
    [
      { defaultServe: { split: { weights: { on: -1, off: 1.5 } } } },
      ['/defaultServe/split/weights/on', '/defaultServe/split/weights/off', '/defaultServe/split/ranges'],
    ],
    [{ defaultServe: { split: { weights: { on: 100_000 }, ranges: [] } } }, ['/defaultServe/split/ranges']],
    [{ defaultServe: { split: { weights: { on: 100_000 }, salt: '0123456789abcdef' } } }, ['/defaultServe/split/salt']],
    [{ defaultServe: { split: { weights: { on: 100_000 }, iterationId: randomUUID() } } }, ['/defaultServe/split/iterationId']],
    [{ defaultServe: { split: { weights: { on: 100_000 }, id: 'invented' } } }, ['/defaultServe/split/id']],
    [{ targets: [{ contextKind: 'user', variant: 'on', keys: ['a\0'] }] }, ['/targets/0/keys/0']],
    [{ rules: 'none' }, ['/rules']],
  ];
  for (const [document, paths] of cases) {
    const refusal = await refusalOf(configure(flags, 'checkout', JSON.parse(JSON.stringify(document))));
    expect(refusal.code, JSON.stringify(document)).toBe('VALIDATION_FAILED');
    expect(
      refusal.errors.map(({ path }) => path),
      JSON.stringify(document),
    ).toEqual(paths);
  }
  expect((await flags.getConfiguration({ flagKey: 'checkout' })).version).toBe(1);
});

test('A configuration is changed by who names its version, and the stale writer is shown what it is now', async () => {
  const { flags } = await projectWithFlags('checkout');
  const change = { flagKey: 'checkout', document: { defaultServe: { variant: 'off' } } };
  expect((await refusalOf(flags.updateConfiguration(change))).code).toBe('PRECONDITION_REQUIRED');
  expect(await flags.updateConfiguration({ ...change, ifVersion: 1, enabled: true })).toMatchObject({
    version: 2,
    enabled: true,
  });
  const stale = await refusalOf(flags.updateConfiguration({ ...change, ifVersion: 1 }));
  expect(stale.code).toBe('VERSION_MISMATCH');
  expect(JSON.parse(stale.currentJson)).toMatchObject({ flagKey: 'checkout', version: 2, enabled: true });
});

test('Of two writers at once who read the same version one wins and the other is told', async () => {
  const { flags } = await projectWithFlags('checkout');
  const write = (offVariant: string) =>
    flags.updateConfiguration({ flagKey: 'checkout', document: { offVariant }, ifVersion: 1 });
  const outcomes = await Promise.allSettled([write('on'), write('off')]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('Switching off needs no version and takes a stale one; switching on needs the current one', async () => {
  const { flags } = await projectWithFlags('kill');
  expect((await refusalOf(flags.setEnabled({ flagKey: 'kill', enabled: true }))).code).toBe('PRECONDITION_REQUIRED');
  await flags.setEnabled({ flagKey: 'kill', enabled: true, ifVersion: 1 });
  expect(await flags.setEnabled({ flagKey: 'kill', enabled: false })).toMatchObject({ enabled: false, version: 3 });
  expect(await flags.setEnabled({ flagKey: 'kill', enabled: false, ifVersion: 1 })).toMatchObject({ enabled: false, version: 3 });
  await flags.setEnabled({ flagKey: 'kill', enabled: true, ifVersion: 3 });
  await flags.archiveFlag({ key: 'kill', ifVersion: 1 });
  expect((await flags.setEnabled({ flagKey: 'kill', enabled: false })).enabled).toBe(false);
  expect((await refusalOf(flags.setEnabled({ flagKey: 'kill', enabled: true, ifVersion: 5 }))).code).toBe('INVALID_STATE');
});

test('A prerequisite must be another flag of the project with that variant', async () => {
  const { flags } = await projectWithFlags('checkout', 'basket');
  const refusal = await refusalOf(
    configure(flags, 'checkout', {
      prerequisites: [
        { flag: 'nowhere', variants: ['on'] },
        { flag: 'basket', variants: ['on', 'blue'] },
      ],
      rules: [{ when: { any: [{ flagIs: { flag: 'gone', variants: ['on'] } }] }, serve: { variant: 'on' } }],
    }),
  );
  expect(refusal.errors.map(({ path }) => path)).toEqual([
    '/prerequisites/0/flag',
    '/prerequisites/1/variants/1',
    '/rules/0/when/any/0/flagIs/flag',
  ]);
});

test('A cycle of prerequisites is refused over any number of flags, and the way round is told', async () => {
  const { flags } = await projectWithFlags('a', 'b', 'c');
  await configure(flags, 'a', { prerequisites: [{ flag: 'b', variants: ['on'] }] });
  await configure(flags, 'b', { rules: [{ when: { flagIs: { flag: 'c', variants: ['on'] } }, serve: { variant: 'on' } }] });
  const refusal = await refusalOf(configure(flags, 'c', { prerequisites: [{ flag: 'a', variants: ['on'] }] }));
  expect(refusal).toMatchObject({ code: 'PREREQUISITE_CYCLE', errors: [{ path: '/prerequisites/0' }] });
  expect(refusal.detail).toContain('c → a → b → c');
  await configure(flags, 'b', { rules: [] });
  await configure(flags, 'c', { prerequisites: [{ flag: 'a', variants: ['on'] }] });
});

test('Two changes at once can not close a cycle together', async () => {
  const { flags } = await projectWithFlags('a', 'b');
  const outcomes = await Promise.allSettled([
    configure(flags, 'a', { prerequisites: [{ flag: 'b', variants: ['on'] }] }),
    configure(flags, 'b', { prerequisites: [{ flag: 'a', variants: ['on'] }] }),
  ]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('A segment must exist in the environment, and is used by the flag from then on', async () => {
  const { project, flags } = await projectWithFlags('checkout');
  const rules = [{ when: { inSegment: 'beta' }, serve: { variant: 'on' } }];
  const refusal = await refusalOf(configure(flags, 'checkout', { rules }));
  expect(refusal).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '/rules/0/when/inSegment' }] });
  await publishSegment(project, 'beta');
  await configure(flags, 'checkout', { rules });
  const { organisationId = '', environmentId = '' } = project.owner;
  const users = () =>
    world.database.inTenant(organisationId, (tx) => referrersOf(tx, environmentId, { kind: 'segment', key: 'beta' }));
  expect(await users()).toEqual([{ kind: 'flag', key: 'checkout' }]);
  await configure(flags, 'checkout', { rules: [] });
  expect(await users()).toEqual([]);
});

test('A variant that an environment serves or another flag requires stays, and the refusal names both', async () => {
  const project = await newProject(world.database, 2);
  const [here = '', there = ''] = project.environmentIds;
  const { flags } = clientsOf(world.services, project.in(here));
  const variantsOf = (...keys: readonly string[]) => ({ items: keys.map((key) => ({ key, value: fromJson(ValueSchema, key) })) });
  await flags.createFlag({ key: 'colour', type: 'string', variants: variantsOf('red', 'blue', 'green', 'grey').items });
  await flags.createFlag({ key: 'shade', type: 'boolean' });
  await configure(flags, 'colour', { defaultServe: { split: { weights: { blue: 50_000, green: 50_000 } } } });
  await configure(clientsOf(world.services, project.in(there)).flags, 'shade', {
    prerequisites: [{ flag: 'colour', variants: ['grey'] }],
  });

  const refusal = await refusalOf(flags.updateFlag({ key: 'colour', variants: variantsOf('blue'), ifVersion: 1 }));
  expect(refusal.code).toBe('IN_USE');
  expect(refusal.errors.map(({ message }) => message)).toEqual([
    ...[`variant red is served in environment ${there}`, `variant green is served in environment ${here}`].toSorted((a, b) =>
      a.slice(-36) < b.slice(-36) ? -1 : 1,
    ),
    `variant grey is required by flag shade in environment ${there}`,
  ]);
  await configure(flags, 'colour', { defaultServe: { variant: 'blue' } });
  expect(
    (await flags.updateFlag({ key: 'colour', variants: variantsOf('red', 'blue', 'grey'), ifVersion: 1 })).variants,
  ).toHaveLength(3);
  expect((await refusalOf(flags.archiveFlag({ key: 'colour', ifVersion: 2 }))).detail).toContain('flag shade requires it');
});

test('An environment that is made after the flags is configured like any other', async () => {
  const { project, flags } = await projectWithFlags('older');
  const environmentId = await project.addEnvironment();
  const late = clientsOf(world.services, project.in(environmentId)).flags;
  await late.setEnabled({ flagKey: 'older', enabled: true, ifVersion: 1 });
  expect((await late.getConfiguration({ flagKey: 'older' })).enabled).toBe(true);
  expect((await flags.getConfiguration({ flagKey: 'older' })).enabled).toBe(false);
  expect((await flags.getFlag({ key: 'older' })).environments.filter(({ enabled }) => enabled)).toMatchObject([
    { environmentId },
  ]);
});
