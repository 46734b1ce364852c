// The range that holds the bucket, and what no range covers.
import { bucketOf } from '../../bucket.mjs';
import { Fixture, stringFlag } from '../../fixture.mjs';
import { byDefault, half, halves, onlyBucketOf, range, salt, split, variants } from './split-parts.mjs';

/** The bucket around which ranges begin and end. */
const at = bucketOf('u-42', salt);

/** Units of all scripts over five variants. */
function addUnits(fixture) {
  const fifths = [
    range('a', 0, 20_000),
    range('b', 20_000, 40_000),
    range('c', 40_000, 60_000),
    range('d', 60_000, 80_000),
    range('other', 80_000, 100_000),
  ];
  const fifth = (unit) => fifths[Math.floor(bucketOf(unit, salt) / 20_000)].variant;
  fixture.flag(byDefault('fifths', split(fifths)));
  const units = [
    'u-42',
    'a',
    'user@example.org',
    '7',
    '00000000-0000-4000-8000-000000000000',
    'ключ',
    '用户',
    '👩‍🚀',
    ' ',
    'u-42 ',
    'x'.repeat(1_000),
  ];
  for (const unit of [...units, ...Array.from({ length: 12 }, (_, index) => `user-${index}`)])
    fixture.served(
      `the unit ${JSON.stringify(unit.slice(0, 40))}`,
      { flag: 'fifths', context: { targetingKey: unit } },
      fifth(unit),
      'SPLIT',
      { splitId: 'sp' },
    );
}

/** Where ranges begin and end, and splits that are wholly of one variant. */
function addEdges(fixture) {
  const served = (says, flag, variant, facts = {}, context = { targetingKey: 'u-42' }) =>
    fixture.served(says, { flag, context }, variant, 'SPLIT', { splitId: 'sp', ...facts });
  fixture
    .flag(byDefault('begins-there', split([range('a', 0, at), range('b', at, 100_000)])))
    .flag(byDefault('begins-after', split([range('a', 0, at + 1), range('b', at + 1, 100_000)])))
    .flag(byDefault('only-it', split([range('a', 0, at), range('b', at, at + 1), range('c', at + 1, 100_000)])))
    .flag(byDefault('empty-range-there', split([range('a', 0, at), range('b', at, at), range('c', at, 100_000)])))
    .flag(byDefault('same-variant-twice', split([range('a', 0, 1_000), range('b', 1_000, 2_000), range('a', 2_000, 100_000)])))
    .flag(byDefault('whole', split([range('a', 0, 100_000)])))
    .flag(byDefault('whole-in-parts', split([range('a', 0, 30_000), range('a', 30_000, 100_000)])));
  served('a range that begins at the bucket', 'begins-there', 'b');
  served('a range that begins after the bucket', 'begins-after', 'a');
  served('a range of the bucket alone', 'only-it', 'b');
  served('a range of no buckets', 'empty-range-there', 'c');
  served('a variant of two ranges', 'same-variant-twice', 'a');
  served('wholly one variant', 'whole', 'a');
  served('wholly one variant needs no unit', 'whole', 'a', {}, {});
  served('wholly one variant in parts needs no unit', 'whole-in-parts', 'a', {}, {});
}

/** Buckets that no range covers. */
function addGaps(fixture) {
  fixture
    .flag(byDefault('gap-in-default', split([range('a', 0, at), range('b', at + 1, 100_000)])))
    .flag(byDefault('gap-in-default-without-off', split([range('a', 0, at), range('b', at + 1, 100_000)]), { offVariant: null }))
    .flag(byDefault('no-ranges', split([])))
    .flag(byDefault('nearly-whole', split([range('a', 0, 99_999)])));
  fixture
    .served(
      'a bucket that no range covers, in the default serve: the off variant',
      { flag: 'gap-in-default', context: { targetingKey: 'u-42' } },
      'off',
      'DEFAULT',
    )
    .served(
      "and without one the caller's default",
      { flag: 'gap-in-default-without-off', context: { targetingKey: 'u-42' } },
      null,
      'DEFAULT',
    )
    .served('no ranges at all', { flag: 'no-ranges', context: { targetingKey: 'u-42' } }, 'off', 'DEFAULT')
    .served('nearly wholly one variant needs a unit', { flag: 'nearly-whole' }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    });
  const gap = split([range('a', 0, at), range('b', at + 1, 100_000)]);
  const rules = [
    { id: 'r-1', when: { all: [] }, serve: { split: gap } },
    { id: 'r-2', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { split: split(halves, { id: 'second' }) } },
  ];
  fixture.flag(stringFlag('gap-in-rule', variants, { rules, defaultServe: { variant: 'c' } }));
  const goesOn = { flag: 'gap-in-rule', context: { targetingKey: 'u-42' } };
  fixture
    .served('a bucket that no range covers, in a rule: evaluation goes on', goesOn, 'c', 'DEFAULT')
    .served('to the next rule', { ...goesOn, context: { targetingKey: 'u-42', plan: 'pro' } }, half('u-42'), 'SPLIT', {
      ruleId: 'r-2',
      splitId: 'second',
    })
    .served(
      'a bucket that a range covers, in a rule',
      { ...goesOn, context: { targetingKey: 'a' } },
      bucketOf('a', salt) < at ? 'a' : 'b',
      'SPLIT',
      { ruleId: 'r-1', splitId: 'sp' },
    );
}

export function ranges() {
  const fixture = new Fixture('split-ranges', 'Splits: the range that holds the bucket, and what no range covers');
  addUnits(fixture);
  addEdges(fixture);
  addGaps(fixture);
  return fixture;
}

export function salts() {
  const fixture = new Fixture('split-salts', 'Salts: 16 lower-case hex digits of which the first 8 are the high half');
  const list = [
    '0000000000000000',
    'ffffffffffffffff',
    '0000000000000001',
    '0000000100000000',
    '8000000080000000',
    'fedcba9876543210',
    salt,
  ];
  for (const [index, one] of list.entries()) {
    for (const unit of ['u-1', 'u-2', 'u-3']) {
      const flag = `salt-${index}-${unit}`;
      fixture.flag(byDefault(flag, split(onlyBucketOf(unit, one), { salt: one })));
      fixture.served(`${unit} under ${one}`, { flag, context: { targetingKey: unit } }, 'a', 'SPLIT', { splitId: 'sp' });
    }
  }
  const wrong = ['', '0123456789ABCDEF', '0123456789abcde', '0123456789abcdef0', '0x23456789abcdef', 'ghijklmnopqrstuv', 7];
  for (const [index, one] of wrong.entries()) {
    fixture.flag(byDefault(`no-salt-${index}`, split(halves, { salt: one })));
    fixture.served(
      `what is no salt: ${JSON.stringify(one)}`,
      { flag: `no-salt-${index}`, context: { targetingKey: 'u-1' } },
      'off',
      'DEFAULT',
      { degraded: true },
    );
  }
  return fixture;
}
