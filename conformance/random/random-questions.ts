import fc from 'fast-check';
import type { Assignments, EvaluationContext } from '@stitchd/core';
import type { Question } from '../runner/evaluation-fixture.ts';
import { pools } from './random-conditions.ts';
import { randomNowMs } from './random-definitions.ts';

const assignment = fc.record({
  iterationId: fc.constantFrom('it-1', 'it-2'),
  variant: fc.constantFrom(...pools.variants, 'gone'),
});
const splits = pools.flags.flatMap((flag) => ['0', '1', '2', 'd'].map((at) => `${flag}-sp${at}`));

const randomAssignments: fc.Arbitrary<Assignments> = fc
  .tuple(
    fc.subarray(splits, { minLength: splits.length / 2 }),
    fc.array(assignment, { minLength: splits.length, maxLength: splits.length }),
  )
  .map(([names, given]) => Object.fromEntries(names.map((name, at) => [name, given[at] ?? { iterationId: '', variant: '' }])));

/** Contexts as the gateway takes them too: attributes of every type, present, missing and null. */
const attributes = fc.record(
  {
    kind: fc.constantFrom('user', 'user', 'org'),
    plan: fc.constantFrom<unknown>('pro', 'PRO', 'free', '', null, true, ['free', 'pro'], []),
    age: fc.constantFrom<unknown>(18, 17.5, -1, '18', null, [1, 40]),
    version: fc.constantFrom<unknown>('2.10.0', 'v2.9', '3.0.0-rc.1', 'two', 2),
    since: fc.constantFrom<unknown>('2026-01-01T23:59:59Z', '2026-01-02T05:30:00+05:30', 0, 'soon'),
    ip: fc.constantFrom<unknown>('10.1.2.3', '::ffff:10.1.2.3', '192.0.2.9', '::1', 'localhost'),
    tags: fc.constantFrom<unknown>(['a', 'pro'], ['pro', 'free', 'a'], [true, 18], 'pro'),
    address: fc.constantFrom<unknown>({ country: 'pro' }, { country: ['free'] }, {}, 'pro'),
    org: fc.record(
      { key: fc.constantFrom(...pools.orgs), plan: fc.constantFrom('pro', 'free'), age: fc.constantFrom(1, 50) },
      { requiredKeys: ['key'] },
    ),
    privateAttributes: fc.subarray(['plan', 'age', '/address/country']),
    assignments: randomAssignments,
  },
  { requiredKeys: [] },
);

/** Nearly all contexts have a key: without one, splits and targets have little to say. */
const targetingKey = fc.constantFrom(undefined, '', ...pools.units, ...pools.units);

const context: fc.Arbitrary<EvaluationContext> = fc
  .tuple(targetingKey, attributes)
  .map(([key, others]) => (key === undefined ? others : { targetingKey: key, ...others }));

/** All that is asked about one context, save the flag. */
export type RandomSubject = Pick<Question, 'context' | 'nowMs' | 'clientVisibleOnly'>;

export const randomSubject: fc.Arbitrary<RandomSubject> = fc.record(
  {
    context,
    nowMs: fc.constant(randomNowMs),
    clientVisibleOnly: fc.boolean(),
  },
  { requiredKeys: ['context', 'nowMs'] },
);

/** What the server answers about its lists, to whoever asks. */
export const randomMemberships = fc.constantFrom<NonNullable<Question['memberships']>>({ remote: true }, { remote: false }, {});
