import { problemOf } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { findPlannedSplit, requirePlannedSplit } from './planned-split.ts';

const salt = '0123456789abcdef';
const third = (variant: string, from: number) => ({ variant, from, to: from + 10_000 });
/** A rule that leaves seven tenths to what comes after it, in three arms, of which four fifths take part. */
const split = {
  id: 's-1',
  contextKind: 'company',
  salt,
  ranges: [third('a', 0), third('off', 10_000), third('b', 20_000)],
  enrol: { salt, ranges: [{ from: 0, to: 80_000 }], otherwise: 'off' },
};
const document = {
  offVariant: 'off',
  rules: [
    { id: 'r-1', when: { all: [] }, serve: { split } },
    { id: 'r-2', when: { all: [] }, serve: { variant: 'a' } },
  ],
  defaultServe: { split: { ...split, enrol: undefined } },
};
const context = { call: (async () => ({ document })) as never };
const place = (ruleId: string, baselineVariant = '') => ({ flagKey: 'checkout', ruleId, baselineVariant });

test("A split's arms are a whole of what it serves, the off variant first, with its enrolment and the kind of its units", async () => {
  expect(await findPlannedSplit(place('r-1'), context)).toEqual({
    unitKind: 'company',
    arms: [
      { variant: 'off', milliPercent: 33_334 },
      { variant: 'a', milliPercent: 33_333 },
      { variant: 'b', milliPercent: 33_333 },
    ],
    enrolmentMilliPercent: 80_000,
  });
  expect(await findPlannedSplit(place(''), context)).toMatchObject({ enrolmentMilliPercent: 100_000 });
  const { arms } = await requirePlannedSplit(place('r-1', 'b'), context);
  expect(arms.map(({ variant }) => variant)).toEqual(['b', 'a', 'off']);
});

test.for([
  ['a rule that there is not', place('r-3'), '/split/ruleId'],
  ['a rule that serves one variant', place('r-2'), '/split/ruleId'],
  ['a baseline that is none of the arms', place('r-1', 'z'), '/split/baselineVariant'],
] as const)('%s is refused by its field', async ([, asked, path]) => {
  const refused = await requirePlannedSplit(asked, context).catch((error: unknown) => error);
  expect(problemOf(refused)).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path }] });
});
