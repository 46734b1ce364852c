import { randomUUID } from 'node:crypto';
import { fromJson } from '@bufbuild/protobuf';
import { timestampMs, ValueSchema } from '@bufbuild/protobuf/wkt';
import type { FlagConfiguration, FlagDefinition } from '@stitchd/core';
import { readDefinitions } from '@stitchd/db/platform';
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
  expect(bound).toMatchObject({ contextKind: 'user', attribute: '' });
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
  await splits.bind({ iterationId: randomUUID(), flagKey: 'colour' });
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

test('Only experimentation-service binds splits', async () => {
  const { project } = await newFlagWithSplits();
  const asPerson = world.services.as(project.owner, Splits);
  const refusal = await refusalOf(asPerson.bindSplit({ iterationId: randomUUID(), flagKey: 'checkout' }));
  expect(refusal.code).toBe('PERMISSION_DENIED');
});
