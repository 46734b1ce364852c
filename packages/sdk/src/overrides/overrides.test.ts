import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from '../client.ts';
import { createExposureMemory } from '../events/exposure-memory.ts';
import { openLocalOverrides } from '../node/open-local-overrides.ts';
import { openOverridesFile } from '../node/overrides-file.ts';
import { sdkLimits } from '../sdk-limits.ts';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import { createRecordingQueue } from '../testing/recording-queue.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';
import { createTestDefinitions, flagWithValue } from '../testing/test-definitions.ts';
import { parseOverrides } from './parse-overrides.ts';
import { createClientMemberships } from '../memberships/client-memberships.ts';
import { webPlatform } from '../web-platform.ts';

let folder: string;
let file: string;
const opened: { readonly close: () => void }[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stitchd-overrides-'));
  file = path.join(folder, 'overrides.json');
});
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

function start(options: { readonly variable?: string; readonly overridesFile?: string } = {}) {
  const logger = createRecordingLogger();
  const queue = createRecordingQueue();
  const overrides = openLocalOverrides({ overridesFile: options.overridesFile, logger }, { STITCHD_OVERRIDES: options.variable });
  opened.push(overrides);
  const definitions = createTestDefinitions(undefined, {
    segments: [],
    flags: [
      experimentFlag('checkout'),
      flagWithValue('colour', 'red'),
      flagWithValue('size', 3),
      flagWithValue('shape', { sides: 4 }),
    ],
  });
  const client = createClient({
    sync: definitions,
    keeper: undefined,
    queue,
    finish: () => Promise.resolve(),
    onClose: () => undefined,
    overrides,
    memory: createExposureMemory(),
    memberships: createClientMemberships({
      url: '',
      sdkKey: '',
      offline: true,
      privateAttributes: [],
      logger,
      platform: webPlatform,
      sync: definitions,
    }),
    newId: () => '',
    nowMs: () => 1_000,
    events: true,
    usage: undefined,
    privateNames: new Set(),
    hooks: [],
    openTelemetry: {},
    hmacSha256: undefined,
    logger,
  });
  return { client, queue, logger, definitions };
}

test('An override answers by a variant or by a value, says so, and is never exposed', () => {
  const { client, queue } = start({ variable: '{ "checkout": "off", "colour": { "value": "teal" }, "size": 9 }' });
  const user = { targetingKey: 'u-42' };
  expect(client.booleanDetails('checkout', user, true)).toEqual({
    value: false,
    variant: 'off',
    reason: 'STATIC',
    errorCode: undefined,
    errorMessage: undefined,
    metadata: { override: 'environment' },
    exposure: undefined,
  });
  expect(client.stringDetails('colour', user, 'x')).toMatchObject({ value: 'teal', variant: undefined });
  expect(client.number('size', user, 0)).toBe(9);
  expect(client.context(user).number('size', 0)).toBe(9);
  expect(client.allFlags(user).get('size')).toMatchObject({ value: 9, metadata: { override: 'environment' } });
  expect(client.allFlags(user, { clientVisibleOnly: true }).has('checkout')).toBe(false);
  expect(client.trace('size', user)).toMatchObject({ details: { value: 9, metadata: { override: 'environment' } }, steps: [] });
  expect(queue.items()).toEqual([]);
  expect(client.status().overrides).toEqual({ environment: 3, file: 0 });
});

test('A value that a variant has names that variant', () => {
  const { client } = start({ variable: '{ "checkout": true, "shape": { "value": { "sides": 4 } } }' });
  expect(client.booleanDetails('checkout', {}, false).variant).toBe('on');
  expect(client.jsonDetails('shape', {}, {}).variant).toBe('value');
});

test('An override that does not fit its flag is passed over, and told once', () => {
  const { client, logger } = start({ variable: '{ "checkout": "blue", "colour": 5, "absent": "on" }' });
  const before = logger.lines.length;
  for (let time = 0; time < 3; time++) {
    expect(client.booleanDetails('checkout', { targetingKey: 'u-42' }, false)).toMatchObject({ value: true, reason: 'SPLIT' });
    expect(client.string('colour', {}, 'x')).toBe('red');
    expect(client.booleanDetails('absent', {}, true)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  }
  expect(logger.lines.slice(before)).toEqual([
    'warn: the override of flag checkout (environment) is passed over: it has no variant blue',
    'warn: the override of flag colour (environment) is passed over: its value is not of type string',
    'warn: the override of flag absent (environment) is passed over: there is no flag absent here that could have variant on',
  ]);
  expect(client.status().failures.override).toBe(3);
});

test('A flag that does not exist yet takes a value of the type that is asked for', () => {
  const { client } = start({ variable: '{ "not-made-yet": true }' });
  expect(client.booleanDetails('not-made-yet', {}, false)).toMatchObject({ value: true, metadata: { override: 'environment' } });
  expect(client.string('not-made-yet', {}, 'mine')).toBe('mine');
});

test('Asking for the wrong type is told as ever', () => {
  const { client } = start({ variable: '{ "size": 9 }' });
  expect(client.stringDetails('size', {}, 'mine')).toMatchObject({ value: 'mine', errorCode: 'TYPE_MISMATCH' });
});

test('The environment goes before the file, and the file is read again when it changes, also when it is replaced', async () => {
  writeFileSync(file, '{ "size": 1, "colour": "value" }');
  const logger = createRecordingLogger();
  const overridesFile = openOverridesFile(file, logger, 10);
  opened.push(overridesFile);
  expect([...overridesFile.current().keys()]).toEqual(['size', 'colour']);
  const changed = new Promise<void>((resolve) => overridesFile.onChange(() => resolve()));
  writeFileSync(`${file}.new`, '{ "size": 22 }');
  renameSync(`${file}.new`, file);
  await changed;
  expect([...overridesFile.current()]).toEqual([['size', { kind: 'value', value: 22 }]]);
  const { client } = start({ variable: '{ "size": 5 }', overridesFile: file });
  expect(client.number('size', {}, 0)).toBe(5);
});

test('Whoever listens hears of a changed override', async () => {
  writeFileSync(file, '{ "size": 1 }');
  const overrides = openOverridesFile(file, createRecordingLogger(), 10);
  opened.push(overrides);
  const { createLocalOverrides } = await import('./local-overrides.ts');
  const local = createLocalOverrides(new Map(), overrides);
  const heard = new Promise<readonly string[]>((resolve) => local.onChange(resolve));
  writeFileSync(file, '{ "size": 2, "colour": "value", "x": 1 }');
  expect(await heard).toEqual(['colour', 'size', 'x']);
});

test('A broken file leaves the overrides as they were, and one that is removed ends them', async () => {
  writeFileSync(file, '{ "size": 1 }');
  const logger = createRecordingLogger();
  const overrides = openOverridesFile(file, logger, 10);
  opened.push(overrides);
  writeFileSync(file, '{ "size": ');
  await vi.waitFor(() => expect(logger.lines.at(-1)).toContain('what it said before goes on: it is no JSON'));
  expect(overrides.current().get('size')).toEqual({ kind: 'value', value: 1 });
  rmSync(file);
  await vi.waitFor(() => expect(overrides.current().size).toBe(0));
});

test('A file above the limit, and a folder, override nothing and are told', () => {
  writeFileSync(file, `{ "size": 1 }${' '.repeat(sdkLimits.maxOverridesBytes - 13)}`);
  const { client } = start({ overridesFile: file });
  expect(client.number('size', {}, 0)).toBe(1);
  writeFileSync(file, `{ "size": 1 }${' '.repeat(sdkLimits.maxOverridesBytes - 12)}`);
  const above = start({ overridesFile: file });
  expect(above.client.number('size', {}, 0)).toBe(3);
  expect(above.logger.lines[0]).toContain('are the most');
  expect(start({ overridesFile: folder }).logger.lines[0]).toContain('can not be used');
});

test('Overrides above their number are refused, and entries that are none are named', () => {
  const many = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`f-${index}`, true])));
  expect(parseOverrides(many(sdkLimits.maxOverrides)).kind).toBe('ok');
  expect(parseOverrides(many(sdkLimits.maxOverrides + 1)).kind).toBe('unusable');
  const parsed = parseOverrides(
    '{ "a": null, "__proto__": true, "b": [], "c": { "variant": "x", "value": 1 }, "d": { "variant": "x" } }',
  );
  expect(parsed).toMatchObject({ kind: 'ok', overrides: new Map([['d', { kind: 'variant', variant: 'x' }]]) });
  expect(parsed.kind === 'ok' && parsed.ignored).toHaveLength(4);
  for (const text of ['', '[]', 'null', '7', '{']) expect(parseOverrides(text).kind).toBe('unusable');
});
