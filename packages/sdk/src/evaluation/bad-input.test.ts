import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createTestClient, type TestClient } from '../testing/create-test-client.ts';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';
import type { AnyFlags } from '../flags/flag-table.ts';
import type { SdkLogger } from '../sdk-logger.ts';

const definitions = [
  experimentFlag('checkout'),
  experimentFlag('ruled', {
    rules: [{ id: 'r', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'on' } }],
    defaultServe: { variant: 'off' },
  }),
];

function start(logger: SdkLogger = createRecordingLogger()): TestClient<AnyFlags> {
  return createTestClient({ definitions, flags: { colour: 'red', size: 3, shape: { sides: 4 } }, logger });
}

/** The client as plain JavaScript sees it: any argument may be anything. */
type Untyped = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
const untyped = (client: object): Untyped => Object.fromEntries(Object.entries(client)) as Untyped;
const boundUntyped = (context: object): Untyped =>
  new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...given: readonly unknown[]) =>
          Reflect.apply(Reflect.get(context, name) as () => unknown, context, given),
    },
  );

const reads = ['boolean', 'string', 'number', 'json', 'booleanDetails', 'stringDetails', 'numberDetails', 'jsonDetails'] as const;
const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error('a trap');
    },
    has: () => {
      throw new Error('a trap');
    },
    ownKeys: () => {
      throw new Error('a trap');
    },
    getPrototypeOf: () => {
      throw new Error('a trap');
    },
  },
);
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();
const cyclic: Record<string, unknown> = { targetingKey: 'u' };
cyclic['self'] = cyclic;
const getters = {
  get targetingKey(): string {
    throw new Error('a getter');
  },
  get plan(): string {
    throw new Error('a getter');
  },
};
const unprintable = { toString: () => Object.create(null) as string };
const hostile: readonly unknown[] = [
  undefined, null, true, 0, Number.NaN, Number.POSITIVE_INFINITY, '', 'text', 7n, Symbol('s'), () => 1, [], [1, [2]], new Date(Number.NaN),
  new Map([['a', 1]]), Object.create(null), throwing, revoked, cyclic, getters, unprintable, new Error('e'), Promise.resolve(1),
]; // prettier-ignore

test('Whatever a plain JavaScript caller passes for any argument, a read answers and does not throw', () => {
  const client = untyped(start());
  for (const read of reads) {
    for (const odd of hostile) {
      const answers = [
        client[read]?.(odd, { targetingKey: 'u' }, 'mine'),
        client[read]?.('checkout', odd, 'mine'),
        client[read]?.('ruled', odd, 'mine', odd),
        client[read]?.('absent', {}, odd),
        client[read]?.(
          'checkout',
          { targetingKey: odd, plan: odd, org: odd, privateAttributes: odd, assignments: odd },
          odd,
          odd,
        ),
        client[read]?.('checkout', { targetingKey: 'u-42' }, 'mine', { exposure: odd, at: odd, hooks: odd }),
        client[read]?.('checkout', { targetingKey: 'u-42' }, 'mine', { hooks: [odd] }),
      ];
      if (read.endsWith('Details')) for (const answer of answers) expect(answer).toHaveProperty('reason');
    }
    expect(client[read]?.()).toEqual(
      read.endsWith('Details') ? expect.objectContaining({ errorCode: 'FLAG_NOT_FOUND' }) : undefined,
    );
  }
});

test('The same holds for bound contexts, all flags, tracking and listeners', () => {
  const client = start();
  const loose = untyped(client);
  for (const odd of hostile) {
    const context = loose['context']?.(odd, odd) as object;
    const bound = boundUntyped(context);
    for (const read of reads) bound[read]?.(odd, odd, odd);
    bound['allFlags']?.(odd);
    loose['context']?.({}, { overrides: odd });
    loose['allFlags']?.(odd, odd);
    loose['track']?.(odd, odd, odd);
    loose['track']?.('purchase', { targetingKey: 'u' }, { value: odd, properties: odd, at: odd });
    expect(loose['onChange']?.(odd, odd, odd)).toBeTypeOf('function');
    expect(loose['onChange']?.('checkout', odd, () => undefined)).toBeTypeOf('function');
  }
  client.setFlag('size', 4);
  expect(client.number('size', {}, 0)).toBe(4);
});

test('Events that can not be are refused at the call, counted, and told once', () => {
  const logger = createRecordingLogger();
  const client = start(logger);
  const track = untyped(client)['track'];
  const user = { targetingKey: 'u' };
  const refused = [
    [undefined, user],
    ['Purchase!', user],
    ['purchase', {}],
    ['purchase', null],
    ['purchase', user, { value: Number.NaN }],
    ['purchase', user, { value: '19.9' }],
    ['purchase', user, { properties: [] }],
    ['purchase', user, { at: -1 }],
    ['purchase', user, { at: 1.5 }],
    ['purchase', user, throwing],
  ];
  for (const given of refused) expect(track?.(...given), JSON.stringify(given.slice(0, 1))).toBe(false);
  expect(client.status().events.droppedBy.invalid).toBe(refused.length);
  expect(client.events()).toEqual([]);
});

test('A context of a megabyte is evaluated, and what hangs on it stays within its limits', () => {
  const client = start();
  const large = {
    targetingKey: 'u-42',
    plan: 'pro',
    text: 'x'.repeat(1024 * 1024),
    ...Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`kind-${index}`, { key: `k-${index}` }])),
  };
  expect(client.boolean('checkout', large, false)).toBe(true);
  expect(client.boolean('ruled', large, false)).toBe(true);
  expect(client.context(large).boolean('ruled', false)).toBe(true);
  expect(client.allFlags(large).get('ruled')?.value).toBe(true);
  client.track('purchase', large);
  for (const { context } of [...client.exposures(), ...client.events()]) {
    expect(Object.keys(context).length).toBeLessThanOrEqual(16);
    expect(context['user']).toBe('u-42');
  }
});

test('A logger that throws or rejects reaches nobody', async () => {
  const unhandled = vi.fn<(reason: unknown) => void>();
  process.on('unhandledRejection', unhandled);
  const failing = async (): Promise<void> => {
    await Promise.resolve();
    throw new Error('full disk');
  };
  const throwingLogger = {
    debug: failing,
    info: failing,
    warn: failing,
    get error(): SdkLogger['error'] {
      throw new Error('no level');
    },
  };
  const client = start(throwingLogger);
  expect(client.track('', {})).toBe(false);
  untyped(client)['onChange']?.();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('Evaluating from within the getter of a context disturbs neither evaluation', () => {
  const client = createTestClient({
    definitions: [
      experimentFlag('inner'),
      experimentFlag('outer', {
        prerequisites: [{ flag: 'inner', variants: ['on', 'off'] }],
        rules: [{ id: 'r', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'on' } }],
      }),
    ],
  });
  const context = {
    targetingKey: 'u-42',
    get plan(): string {
      client.boolean('inner', { targetingKey: 'u-7' }, false);
      return 'pro';
    },
  };
  expect(client.boolean('outer', context, false)).toBe(true);
  expect(client.exposures().map(({ flag, context: units }) => [flag, units['user']])).toEqual([
    ['inner', 'u-7'],
    ['inner', 'u-42'],
  ]);
});

test('No value of any kind makes a read or an event throw', () => {
  const client = untyped(start());
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSet: true });
  fc.assert(
    fc.property(fc.constantFrom(...reads), anything, anything, anything, anything, (read, key, context, fallback, options) => {
      client[read]?.(key, context, fallback, options);
      client[read]?.('checkout', context, fallback, options);
      client['track']?.(key, context, options);
      client['allFlags']?.(context, options);
    }),
    { numRuns: 300 },
  );
});
