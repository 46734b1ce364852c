import { expect, test } from 'vitest';
import { createTestClient } from '../testing/create-test-client.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';

const definitions = [
  experimentFlag('checkout', {
    rules: [
      { id: 'staff', when: { attribute: 'email', op: 'endsWith', values: ['@acme.example'] }, serve: { variant: 'on' } },
      { id: 'large', when: { kind: 'org', attribute: 'seats', op: 'greaterThan', values: [50] }, serve: { variant: 'on' } },
    ],
  }),
];
const user = { targetingKey: 'u-42', email: 'me@example.org', org: { key: 'acme', seats: 40 } };

test('A trace shows each condition with what it saw and the bucket, and its answer is that of an evaluation', () => {
  const client = createTestClient({ definitions });
  const trace = client.trace('checkout', user);
  expect(trace.steps).toMatchObject([
    { kind: 'rule', ruleId: 'staff', result: false, steps: [{ kind: 'condition', attribute: 'email', value: 'me@example.org' }] },
    { kind: 'rule', ruleId: 'large', result: false, steps: [{ kind: 'condition', contextKind: 'org', value: 40 }] },
    { kind: 'bucket', stage: 'arms', bucket: 83_579, inside: true },
  ]);
  expect(trace.details).toEqual(client.booleanDetails('checkout', user, false));
  expect(client.trace('checkout', client.context(user))).toEqual(trace);
});

test('Tracing exposes nobody and calls no hook', () => {
  const called: string[] = [];
  const client = createTestClient({ definitions, hooks: [{ before: ({ flagKey }) => void called.push(flagKey) }] });
  client.trace('checkout', user);
  expect([...client.exposures(), ...called]).toEqual([]);
});

test('Values of private attributes are in no trace, whether the context or the client says that they are private', () => {
  const client = createTestClient({ definitions, privateAttributes: ['/org/seats'] });
  for (const context of [{ ...user, privateAttributes: ['email'] }, client.context({ ...user, privateAttributes: ['email'] })]) {
    const { steps } = client.trace('checkout', context);
    expect(JSON.stringify(steps)).not.toContain('me@example.org');
    expect(steps.slice(0, 2)).toMatchObject([
      { steps: [{ note: 'private', result: false }] },
      { steps: [{ note: 'private', result: false }] },
    ]);
    expect(JSON.stringify(steps)).not.toContain('"value":40');
  }
});

test('Of a flag that is not there, and for a context that is none, a trace says so and never throws', () => {
  const client = createTestClient({ definitions });
  expect(client.trace('absent', user)).toMatchObject({ details: { value: undefined, errorCode: 'FLAG_NOT_FOUND' }, steps: [] });
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('hostile');
      },
      ownKeys: () => {
        throw new Error('hostile');
      },
    },
  );
  for (const context of [undefined, null, 'text', hostile])
    expect(client.untyped().trace('checkout', context as never).details.reason).toBe('DEFAULT');
});
