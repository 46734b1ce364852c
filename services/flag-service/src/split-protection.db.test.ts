import { randomBytes, randomUUID } from 'node:crypto';
import { fromJson } from '@bufbuild/protobuf';
import { timestampMs, ValueSchema } from '@bufbuild/protobuf/wkt';
import { uuidv7, type FlagConfiguration, type FlagDefinition } from '@stitchd/core';
import { changeEnvironments, readDefinitions } from '@stitchd/db/platform';
import { Splits } from '@stitchd/proto/flag/v1/flag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  clientsOf,
  configure,
  newProject,
  refusalOf,
  splitsOf,
  startFlagWorld,
  type FlagWorld,
} from './flag-service.test-support.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

/** A flag with a split in a rule and one in its default serve. */
async function newFlagWithSplits() {
  const project = await newProject(world.database);
  const { flags } = clientsOf(world.services, project.owner);
  const splits = await splitsOf(world.services, project.owner);
  await flags.createFlag({ key: 'checkout', type: 'boolean' });
  const half = { split: { weights: { on: 50_000, off: 50_000 } } };
  const rule = { id: 'beta', when: { all: [] }, serve: { split: { weights: { on: 20_000, off: 80_000 } } } };
  await configure(flags, 'checkout', { rules: [rule], defaultServe: half }, true);
  const definition = async (): Promise<FlagDefinition> => {
    const { organisationId = '', environmentId = '' } = project.owner;
    const stored = await world.database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, 0));
    return JSON.parse(stored?.entities.find(({ kind }) => kind === 'flag')?.body ?? '{}');
  };
  const document = async () => JSON.parse(JSON.stringify((await flags.getConfiguration({ flagKey: 'checkout' })).document));
  return { project, flags, splits, definition, document };
}

function iterationOf({ defaultServe }: Pick<FlagConfiguration, 'defaultServe'>): string | undefined {
  return 'split' in defaultServe ? defaultServe.split.iterationId : undefined;
}

test('A bound split tells its shares and carries its iteration to SDKs, and binding it again answers the same', async () => {
  const { flags, splits, definition } = await newFlagWithSplits();
  const iterationId = randomUUID();
  const before = Date.now();
  const bound = await splits.bind({ iterationId, flagKey: 'checkout' });
  expect(bound).toMatchObject({ contextKind: 'user' });
  expect(bound.shares.map(({ variant, weightMilliPercent }) => [variant, weightMilliPercent])).toEqual([
    ['on', 50_000],
    ['off', 50_000],
  ]);
  expect(bound.boundAt && timestampMs(bound.boundAt)).toBeGreaterThanOrEqual(before - 1);
  expect(iterationOf(await definition())).toBe(iterationId);
  expect(iterationOf((await flags.getConfiguration({ flagKey: 'checkout' })).document as unknown as FlagConfiguration)).toBe(
    iterationId,
  );
  const { version } = await flags.getConfiguration({ flagKey: 'checkout' });
  expect(await splits.bind({ iterationId, flagKey: 'checkout' })).toEqual(bound);
  expect((await flags.getConfiguration({ flagKey: 'checkout' })).version).toBe(version);
});

test('A running split is protected: what places units in it can not change, what does not may', async () => {
  const { flags, splits, document } = await newFlagWithSplits();
  await splits.bind({ iterationId: randomUUID(), flagKey: 'checkout', ruleId: 'beta' });
  const present = await document();
  const [rule] = present.rules;
  const split = rule.serve.split;
  const withSplit = (change: object) => ({ ...present, rules: [{ ...rule, serve: { split: { ...split, ...change } } }] });
  const refused = [
    withSplit({ ranges: undefined, weights: { on: 30_000, off: 70_000 } }),
    withSplit({ contextKind: 'org' }),
    withSplit({ attribute: 'email' }),
    withSplit({ sticky: true }),
    { ...present, rules: [] },
    { ...present, rules: [{ ...rule, serve: { variant: 'on' } }] },
    { ...present, rules: [{ ...rule, id: 'other' }] },
    { ...present, rules: [], defaultServe: { split } },
  ];
  for (const change of refused)
    expect((await refusalOf(configure(flags, 'checkout', JSON.parse(JSON.stringify(change))))).code, JSON.stringify(change)).toBe(
      'SPLIT_PROTECTED',
    );

  const allowed = [
    { ...present, rules: [{ ...rule, name: 'Renamed', when: { attribute: 'plan', op: 'equals', values: ['pro'] } }] },
    { ...present, rules: [{ when: { all: [] }, serve: { variant: 'off' } }, rule] },
    { ...present, targets: [{ contextKind: 'user', variant: 'on', keys: ['u-1'] }], offVariant: 'on' },
    { ...present, defaultServe: { variant: 'off' } },
  ];
  for (const change of allowed) await configure(flags, 'checkout', change);
});

test('A flag under a running experiment can be switched off, and its split stays bound', async () => {
  const { flags, splits, definition } = await newFlagWithSplits();
  const iterationId = randomUUID();
  await splits.bind({ iterationId, flagKey: 'checkout' });
  expect((await flags.setEnabled({ flagKey: 'checkout', enabled: false })).enabled).toBe(false);
  expect(await definition()).toMatchObject({ enabled: false, defaultServe: { split: { iterationId } } });
});

test('Variants that a running experiment compares keep their values, others may change', async () => {
  const { project, flags, splits } = await newFlagWithSplits();
  const variants = (red: string, grey: string) => [
    { key: 'red', value: fromJson(ValueSchema, red) },
    { key: 'blue', value: fromJson(ValueSchema, '#00f') },
    { key: 'grey', value: fromJson(ValueSchema, grey) },
  ];
  await flags.createFlag({ key: 'colour', type: 'string', variants: variants('#f00', '#888') });
  await configure(flags, 'colour', { defaultServe: { split: { weights: { red: 50_000, blue: 50_000 } } } });
  await splits.bind({ iterationId: randomUUID(), flagKey: 'colour', baselineVariant: 'red' });
  const change = (items: ReturnType<typeof variants>) => flags.updateFlag({ key: 'colour', variants: { items }, ifVersion: 1 });
  expect((await refusalOf(change(variants('#f01', '#888')))).code).toBe('SPLIT_PROTECTED');
  expect((await refusalOf(change(variants('#f00', '#888').slice(1)))).code).toBe('SPLIT_PROTECTED');
  expect((await refusalOf(flags.archiveFlag({ key: 'colour', ifVersion: 1 }))).code).toBe('IN_USE');
  await change(variants('#f00', '#999'));
  expect(project.environmentIds).toHaveLength(1);
});

test('A split has one running iteration; when it has ended the split is free again, and the ended one can not return', async () => {
  const { flags, splits, definition } = await newFlagWithSplits();
  const [first, second] = [randomUUID(), randomUUID()];
  await splits.bind({ iterationId: first, flagKey: 'checkout' });
  expect((await refusalOf(splits.bind({ iterationId: second, flagKey: 'checkout' }))).code).toBe('CONFLICT');
  await splits.bind({ iterationId: second, flagKey: 'checkout', ruleId: 'beta' });
  const { version } = await flags.getConfiguration({ flagKey: 'checkout' });

  const ended = await splits.unbind(first);
  expect(await splits.unbind(first)).toEqual(ended);
  expect(iterationOf(await definition())).toBeUndefined();
  expect((await flags.getConfiguration({ flagKey: 'checkout' })).version).toBe(version + 1);
  expect((await refusalOf(splits.bind({ iterationId: first, flagKey: 'checkout' }))).code).toBe('INVALID_STATE');
  expect((await refusalOf(splits.unbind(randomUUID()))).code).toBe('NOT_FOUND');
  await configure(flags, 'checkout', { defaultServe: { variant: 'on' } });
});

test('Only a split of a flag that exists can be bound', async () => {
  const { flags, splits } = await newFlagWithSplits();
  await configure(flags, 'checkout', { defaultServe: { variant: 'on' } });
  const iterationId = randomUUID();
  const codeOf = async (request: Parameters<typeof splits.bind>[0]) => (await refusalOf(splits.bind(request))).code;
  expect(await codeOf({ iterationId, flagKey: 'nowhere' })).toBe('NOT_FOUND');
  expect(await codeOf({ iterationId, flagKey: 'checkout', ruleId: 'nowhere' })).toBe('NOT_FOUND');
  expect(await codeOf({ iterationId, flagKey: 'checkout' })).toBe('INVALID_STATE');
  expect(await codeOf({ iterationId: 'one', flagKey: 'checkout', ruleId: 'beta' })).toBe('VALIDATION_FAILED');
});

test('A split that became unfit for an experiment is refused, and neither drawn anew nor otherwise touched', async () => {
  const { flags, splits, document } = await newFlagWithSplits();
  const asked = { iterationId: randomUUID(), flagKey: 'checkout', rerandomise: true, enrolmentMilliPercent: 10_000 };
  const refused = async (defaultServe: object, baselineVariant: string) => {
    await configure(flags, 'checkout', { defaultServe } as never);
    const before = await document();
    const { code, errors } = await refusalOf(splits.bind({ ...asked, baselineVariant }));
    expect(await document()).toEqual(before);
    return [code, errors.map(({ path }) => path)];
  };
  const halves = { on: 50_000, off: 50_000 };
  expect(await refused({ split: { weights: halves, attribute: 'plan' } }, 'off')).toEqual(['INVALID_STATE', []]);
  expect(await refused({ split: { weights: halves } }, 'blue')).toEqual(['VALIDATION_FAILED', ['baselineVariant']]);
  expect(await refused({ split: { weights: { on: 100_000, off: 0 } } }, 'off')).toEqual([
    'VALIDATION_FAILED',
    ['baselineVariant'],
  ]);
});

test('Where arms are assigned elsewhere, the whole flag carries the iteration and nothing of it is protected', async () => {
  const { flags, splits, definition } = await newFlagWithSplits();
  const iterationId = randomUUID();
  const bound = await splits.bind({ iterationId, flagKey: 'checkout', recorded: true, contextKind: 'device' });
  expect(bound).toMatchObject({ splitId: '', contextKind: 'device', shares: [] });
  expect(await splits.bind({ iterationId, flagKey: 'checkout', recorded: true })).toEqual(bound);
  expect((await definition()).recorded).toEqual({ iterationId, contextKind: 'device' });
  expect((await refusalOf(splits.bind({ iterationId: randomUUID(), flagKey: 'checkout' }))).code).toBe('CONFLICT');
  await configure(flags, 'checkout', { defaultServe: { variant: 'on' }, rules: [] });
  await splits.unbind(iterationId);
  expect((await definition()).recorded).toBeUndefined();
});

/** Publishes a holdout, or takes it away, as experimentation-service does. */
async function publishHoldout({ owner }: Awaited<ReturnType<typeof newProject>>, key: string, isThere = true): Promise<void> {
  const { organisationId = '', projectId = '', environmentId = '' } = owner;
  const resource = { kind: 'holdout', id: key, key };
  const change = { organisationId, projectId, actor: owner, requestId: 'r', action: 'holdout.start', resource };
  const body = { key, contextKind: 'user', salt: '0123456789abcdef', ranges: [{ from: 0, to: 5_000 }] };
  await world.database.inTenant(organisationId, (tx) =>
    changeEnvironments(
      tx,
      () => uuidv7(Date.now(), randomBytes(10)),
      [environmentId],
      change,
      async () =>
        isThere
          ? { upsert: [{ kind: 'holdout', id: key, body: JSON.stringify(body) }] }
          : { remove: [{ kind: 'holdout', id: key }] },
    ),
  );
}

test('A split is bound in its slice of a layer and under the holdouts that run, and keeps both while the experiment does', async () => {
  const { project, flags, splits, definition, document } = await newFlagWithSplits();
  await publishHoldout(project, 'h1');
  await publishHoldout(project, 'h2');
  const slice = { key: 'l', salt: 'fedcba9876543210', ranges: [{ from: 10, to: 30_010 }] };
  const iterationId = randomUUID();
  const asked = { iterationId, flagKey: 'checkout', baselineVariant: 'off', holdoutKeys: ['h2', 'gone', 'h1'] };
  const otherUnit = splits.bind({ ...asked, layer: { ...slice, unitKind: 'device' } });
  expect((await refusalOf(otherUnit)).code).toBe('INVALID_STATE');
  await splits.bind({ ...asked, layer: { ...slice, unitKind: 'user' } });
  const covers = [
    { holdout: 'h2', baseline: 'off' },
    { holdout: 'h1', baseline: 'off' },
  ];
  const whole = { ranges: [{ from: 0, to: 100_000 }], otherwise: 'off' };
  expect(await definition()).toMatchObject({ defaultServe: { split: { layer: slice, holdouts: covers, enrol: whole } } });
  const present = await document();
  const { split } = present.defaultServe;
  for (const change of [
    { layer: undefined },
    { layer: undefined, enrol: undefined },
    { holdouts: [] },
    { holdouts: covers.slice(1) },
  ])
    expect(
      (
        await refusalOf(
          configure(flags, 'checkout', { defaultServe: { split: JSON.parse(JSON.stringify({ ...split, ...change })) } }),
        )
      ).code,
    ).toBe('SPLIT_PROTECTED');
  for (const change of [{ layer: { ...slice, ranges: [{ from: 0, to: 1 }] } }, { holdouts: [{ holdout: 'h1', baseline: 'on' }] }])
    expect((await refusalOf(configure(flags, 'checkout', { defaultServe: { split: { ...split, ...change } } }))).code).toBe(
      'VALIDATION_FAILED',
    );
  // What was read can be written as it is, and a holdout that ended meanwhile is no change.
  await publishHoldout(project, 'h2', false);
  await configure(flags, 'checkout', present);
  expect((await definition()).defaultServe).toMatchObject({ split: { holdouts: covers.slice(1), layer: slice } });
});

test('Holdouts go on covering what an experiment shipped, until they end or somebody takes them away', async () => {
  const { project, flags, splits, definition, document } = await newFlagWithSplits();
  await publishHoldout(project, 'h1');
  await publishHoldout(project, 'h2');
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  const at = { flagKey: 'checkout', ruleId: 'beta' };
  await splits.bind({ ...at, iterationId: first, baselineVariant: 'off', holdoutKeys: ['h1'] });
  await splits.unbind(first);
  const shipped = async (serve: object) => {
    const { rules } = await document();
    await configure(flags, 'checkout', { rules: [{ ...rules[0], serve }] });
    return (await definition()).rules[0]?.serve;
  };
  const cover = { holdout: 'h1', baseline: 'off' };
  expect(await shipped({ variant: 'on' })).toEqual({ variant: 'on', holdouts: [cover] });
  // The next experiment there begins from the winner; what the holdout holds stays at the old baseline.
  expect(await shipped({ split: { weights: { on: 50_000, off: 50_000 } } })).toMatchObject({ split: { holdouts: [cover] } });
  await splits.bind({ ...at, iterationId: second, baselineVariant: 'on', holdoutKeys: ['h1', 'h2'] });
  expect((await definition()).rules[0]?.serve).toMatchObject({
    split: { holdouts: [cover, { holdout: 'h2', baseline: 'on' }] },
  });
  await splits.unbind(second);
  expect(await shipped({ variant: 'on', holdouts: [{ holdout: 'h2', baseline: 'on' }] })).toEqual({
    variant: 'on',
    holdouts: [{ holdout: 'h2', baseline: 'on' }],
  });
  await publishHoldout(project, 'h2', false);
  expect(await shipped({ variant: 'on' })).toEqual({ variant: 'on' });
  // A new experiment that has no share of a layer is in none, whatever its split was in before.
  expect(await shipped({ split: { weights: { on: 50_000, off: 50_000 } } })).not.toHaveProperty('split.holdouts');
  const layer = { key: 'l', salt: 'fedcba9876543210', unitKind: 'user', ranges: [{ from: 0, to: 1_000 }] };
  await splits.bind({ ...at, iterationId: third, baselineVariant: 'off', layer });
  expect((await definition()).rules[0]?.serve).toHaveProperty('split.layer');
  await splits.unbind(third);
  await splits.bind({ ...at, iterationId: randomUUID(), baselineVariant: 'off' });
  expect((await definition()).rules[0]?.serve).not.toHaveProperty('split.layer');
});

test('Only experimentation-service binds splits', async () => {
  const { project } = await newFlagWithSplits();
  const asPerson = world.services.as(project.owner, Splits);
  const refusal = await refusalOf(asPerson.bindSplit({ iterationId: randomUUID(), flagKey: 'checkout' }));
  expect(refusal.code).toBe('PERMISSION_DENIED');
});

test('An experiment may give its own split other weights and a larger enrolment, and nobody else is moved', async () => {
  const { flags, splits, document } = await newFlagWithSplits();
  const iterationId = randomUUID();
  const before = (await document()).rules[0].serve.split;
  const bound = await splits.bind({
    iterationId,
    flagKey: 'checkout',
    ruleId: 'beta',
    enrolmentMilliPercent: 10_000,
    baselineVariant: 'off',
  });
  expect(bound.split).toMatchObject({ salt: before.salt, enrol: { ranges: [{ from: 0, to: 10_000 }], otherwise: 'off' } });
  const shares = [
    { variant: 'on', weightMilliPercent: 50_000 },
    { variant: 'off', weightMilliPercent: 50_000 },
  ];
  const { events } = await splits.change({ iterationId, shares, enrolmentMilliPercent: 30_000 });
  expect(events).toMatchObject([
    { kind: 'weights', shares },
    { kind: 'enrolment', enrolmentMilliPercent: 30_000 },
  ]);
  // The same again is nothing new.
  expect(await splits.change({ iterationId, shares, enrolmentMilliPercent: 30_000 })).toEqual(await splits.history(iterationId));
  const after = (await document()).rules[0].serve.split;
  expect(after.enrol).toMatchObject({ salt: bound.split?.['enrol'] && expect.any(String), ranges: [{ from: 0, to: 30_000 }] });
  expect(after.ranges).toContainEqual(expect.objectContaining({ variant: 'on', from: 0 }));
  expect((await refusalOf(splits.change({ iterationId, enrolmentMilliPercent: 29_999 }))).code).toBe('INVALID_STATE');
  expect((await refusalOf(splits.change({ iterationId, shares: [{ variant: 'on', weightMilliPercent: 100_000 }] }))).code).toBe(
    'VALIDATION_FAILED',
  );
  const plain = { ...(await document()), rules: [] };
  expect((await refusalOf(configure(flags, 'checkout', plain))).code).toBe('SPLIT_PROTECTED');
});

test('What happens to a flag under an iteration is in its history, switching it off above all', async () => {
  const { flags, splits, document } = await newFlagWithSplits();
  const iterationId = randomUUID();
  await splits.bind({ iterationId, flagKey: 'checkout' });
  await flags.setEnabled({ flagKey: 'checkout', enabled: false });
  await configure(flags, 'checkout', { ...(await document()), offVariant: 'on' }, true);
  expect((await splits.history(iterationId)).events.map(({ kind, parts }) => [kind, ...parts])).toEqual([
    ['disabled'],
    ['enabled'],
    ['configured', 'offVariant'],
  ]);
});

test('A split that is drawn anew has other salts and the same shares, and the choice at a stop replaces it at once', async () => {
  const { splits, document, definition } = await newFlagWithSplits();
  const before = (await document()).defaultServe.split;
  const iterationId = randomUUID();
  const bound = await splits.bind({ iterationId, flagKey: 'checkout', rerandomise: true });
  expect(bound.salt).not.toBe(before.salt);
  expect((await document()).defaultServe.split).toMatchObject({ salt: bound.salt, ranges: before.ranges });
  expect((await refusalOf(splits.unbind(iterationId, 'purple'))).code).toBe('VALIDATION_FAILED');
  await splits.unbind(iterationId, 'on');
  expect((await definition()).defaultServe).toEqual({ variant: 'on' });
});
