// Splits, in their order: holdouts, wholly one variant, the unit, the layer, assignments, enrolment, ranges.
import { bucketOf } from '../bucket.mjs';
import { Fixture, stringFlag } from '../fixture.mjs';

const salt = '0123456789abcdef';
const variants = ['off', 'a', 'b', 'c', 'd', 'other', 'base'];
const split = (ranges, more = {}) => ({ id: 'sp', contextKind: 'user', salt, ranges, ...more });
const range = (variant, from, to) => ({ variant, from, to });
const all = { from: 0, to: 100_000 };
const halves = [range('a', 0, 50_000), range('b', 50_000, 100_000)];
const half = (unit, under = salt) => (bucketOf(unit, under) < 50_000 ? 'a' : 'b');
const inRule = (served, more = {}) =>
  stringFlag('rule', variants, { rules: [{ id: 'r', when: { all: [] }, serve: { split: served } }], ...more });

function byDefault(key, served, more = {}) {
  return stringFlag(key, variants, { offVariant: 'off', defaultServe: { split: served }, ...more });
}

function ranges() {
  const fixture = new Fixture('split-ranges', 'Splits: the range that holds the bucket, and what no range covers');
  const at = bucketOf('u-42', salt);
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
  const served = (says, flag, variant, facts = {}, context = { targetingKey: 'u-42' }) =>
    fixture.served(says, { flag, context }, variant, 'SPLIT', { splitId: 'sp', ...facts });
  fixture
    .flag(byDefault('begins-there', split([range('a', 0, at), range('b', at, 100_000)])))
    .flag(byDefault('begins-after', split([range('a', 0, at + 1), range('b', at + 1, 100_000)])))
    .flag(byDefault('only-it', split([range('a', 0, at), range('b', at, at + 1), range('c', at + 1, 100_000)])))
    .flag(byDefault('empty-range-there', split([range('a', 0, at), range('b', at, at), range('c', at, 100_000)])))
    .flag(byDefault('gap-in-default', split([range('a', 0, at), range('b', at + 1, 100_000)])))
    .flag(byDefault('gap-in-default-without-off', split([range('a', 0, at), range('b', at + 1, 100_000)]), { offVariant: null }))
    .flag(byDefault('no-ranges', split([])))
    .flag(byDefault('same-variant-twice', split([range('a', 0, 1_000), range('b', 1_000, 2_000), range('a', 2_000, 100_000)])))
    .flag(byDefault('whole', split([range('a', 0, 100_000)])))
    .flag(byDefault('whole-in-parts', split([range('a', 0, 30_000), range('a', 30_000, 100_000)])))
    .flag(byDefault('nearly-whole', split([range('a', 0, 99_999)])));
  served('a range that begins at the bucket', 'begins-there', 'b');
  served('a range that begins after the bucket', 'begins-after', 'a');
  served('a range of the bucket alone', 'only-it', 'b');
  served('a range of no buckets', 'empty-range-there', 'c');
  served('a variant of two ranges', 'same-variant-twice', 'a');
  served('wholly one variant', 'whole', 'a');
  served('wholly one variant needs no unit', 'whole', 'a', {}, {});
  served('wholly one variant in parts needs no unit', 'whole-in-parts', 'a', {}, {});
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
  return fixture;
}

function salts() {
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
    fixture.flag(byDefault(`salt-${index}`, split(halves, { salt: one })));
    for (const unit of ['u-1', 'u-2', 'u-3'])
      fixture.served(
        `${unit} under ${one}`,
        { flag: `salt-${index}`, context: { targetingKey: unit } },
        half(unit, one),
        'SPLIT',
        { splitId: 'sp' },
      );
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

function units() {
  const fixture = new Fixture('split-units', 'What is a unit, and what becomes of those who have none');
  fixture
    .flag(byDefault('user', split(halves)))
    .flag(byDefault('org', split(halves, { contextKind: 'org' })))
    .flag(byDefault('attribute', split(halves, { attribute: 'account' })))
    .flag(byDefault('path', split(halves, { attribute: '/account/number' })))
    .flag(byDefault('org-attribute', split(halves, { contextKind: 'org', attribute: 'region' })))
    .flag({ ...inRule(split(halves), { defaultServe: { variant: 'c' } }), key: 'in-rule' })
    .flag(
      stringFlag('two-rules', variants, {
        rules: [
          { id: 'by-org', when: { all: [] }, serve: { split: split(halves, { contextKind: 'org', id: 'by-org' }) } },
          { id: 'by-device', when: { all: [] }, serve: { split: split(halves, { contextKind: 'device', id: 'by-device' }) } },
          { id: 'by-user', when: { all: [] }, serve: { split: split(halves, { id: 'by-user' }) } },
        ],
      }),
    );
  const split50 = (says, flag, context, unit) => fixture.served(says, { flag, context }, half(unit), 'SPLIT', { splitId: 'sp' });
  const missing = (says, flag, context) =>
    fixture.served(says, { flag, context }, 'off', 'DEFAULT', { detail: 'TARGETING_KEY_MISSING', unitMissing: 'default' });
  split50('the targeting key', 'user', { targetingKey: 'u-42' }, 'u-42');
  split50('a key of another kind', 'org', { targetingKey: 'u-42', org: { key: 'acme' } }, 'acme');
  split50('another kind at the top level', 'org', { kind: 'org', targetingKey: 'acme' }, 'acme');
  split50('the user within', 'user', { kind: 'org', targetingKey: 'acme', user: { key: 'u-42' } }, 'u-42');
  split50('an attribute', 'attribute', { targetingKey: 'u-42', account: 'ac-7' }, 'ac-7');
  split50(
    'an attribute that is private',
    'attribute',
    { targetingKey: 'u-42', account: 'ac-7', privateAttributes: ['account'] },
    'ac-7',
  );
  split50('an attribute by its path', 'path', { targetingKey: 'u-42', account: { number: 'ac-7' } }, 'ac-7');
  split50("another kind's attribute", 'org-attribute', { org: { key: 'acme', region: 'eu' } }, 'eu');
  const numbers = [0, 1, -7, 42, 1e15, 9007199254740991, 9007199254740992, -9007199254740992];
  for (const number of numbers)
    split50(`the number ${number} in plain decimal`, 'attribute', { account: number }, BigInt(number).toString());
  split50('a targeting key that is a number', 'user', { targetingKey: 42 }, '42');
  split50('an attribute that is text of a number', 'attribute', { account: '42' }, '42');
  split50('text is not trimmed', 'attribute', { account: ' 42' }, ' 42');
  split50('text in composed letters', 'user', { targetingKey: '\u00e9' }, '\u00e9');
  split50('the same in combining letters is another unit', 'user', { targetingKey: 'e\u0301' }, 'e\u0301');
  split50('a lone high surrogate counts as U+FFFD', 'user', { targetingKey: 'x\ud800y' }, 'x\ufffdy');
  split50('a lone low surrogate counts as U+FFFD', 'user', { targetingKey: '\udfffz' }, '\ufffdz');
  split50('two surrogates the wrong way round count as two', 'user', { targetingKey: '\udc00\ud800' }, '\ufffd\ufffd');
  split50('a pair of surrogates is one letter', 'user', { targetingKey: '\ud83d\ude80' }, '🚀');
  split50('a null character', 'user', { targetingKey: 'a\u0000b' }, 'a\u0000b');
  missing('no targeting key', 'user', {});
  missing('an empty targeting key', 'user', { targetingKey: '' });
  missing('a targeting key that is null', 'user', { targetingKey: null });
  missing('a targeting key that is a boolean', 'user', { targetingKey: true });
  missing('a targeting key that is a list', 'user', { targetingKey: ['u-42'] });
  missing('a kind that the context lacks', 'org', { targetingKey: 'u-42' });
  missing('a kind with an empty key', 'org', { targetingKey: 'u-42', org: { key: '' } });
  missing('a kind whose key is a number is no kind', 'org', { targetingKey: 'u-42', org: { key: 7 } });
  missing('an attribute that the context lacks', 'attribute', { targetingKey: 'u-42' });
  for (const value of [1.5, 9007199254740994, -1e300, true, false, null, '', [], ['ac-7'], { deep: 'ac-7' }])
    missing(`an attribute that is ${JSON.stringify(value)}`, 'attribute', { targetingKey: 'u-42', account: value });
  fixture
    .served('a rule whose unit is missing does not match', { flag: 'in-rule' }, 'c', 'DEFAULT', { unitMissing: 'r' })
    .served('a rule whose unit is there', { flag: 'in-rule', context: { targetingKey: 'u-42' } }, half('u-42'), 'SPLIT', {
      ruleId: 'r',
      splitId: 'sp',
    })
    .served(
      'two rules whose units are missing, and one whose is there',
      { flag: 'two-rules', context: { targetingKey: 'u-42' } },
      half('u-42'),
      'SPLIT',
      { ruleId: 'by-user', splitId: 'by-user', unitMissing: 'by-org,by-device' },
    )
    .served('three rules whose units are missing', { flag: 'two-rules' }, 'off', 'DEFAULT', {
      unitMissing: 'by-org,by-device,by-user',
    });
  return fixture;
}

function experiments() {
  const fixture = new Fixture('split-experiments', 'Enrolment, layers and assignments');
  const enrolSalt = 'aaaaaaaabbbbbbbb';
  const layerSalt = '1111111122222222';
  const enrol = (from, to) => ({ salt: enrolSalt, ranges: [{ from, to }], otherwise: 'other' });
  const unitAt = (accepts) => Array.from({ length: 1_000 }, (_, index) => `u-${index}`).find(accepts);
  const enrolled = (unit) => bucketOf(unit, enrolSalt) < 30_000;
  const inLayer = (unit) => bucketOf(unit, layerSalt) >= 50_000;
  const layer = { key: 'ly', salt: layerSalt, ranges: [{ from: 50_000, to: 100_000 }] };
  const experiment = { enrol: enrol(0, 30_000), iterationId: 'it-1' };
  fixture
    .flag(byDefault('ramp', split(halves, experiment)))
    .flag(byDefault('full', split(halves, { ...experiment, enrol: enrol(0, 100_000) })))
    .flag(byDefault('nobody', split(halves, { ...experiment, enrol: { ...enrol(0, 0), ranges: [] } })))
    .flag(byDefault('no-enrolment', split(halves, { iterationId: 'it-1' })))
    .flag(byDefault('layered', split(halves, { ...experiment, layer })))
    .flag(byDefault('sticky', split(halves, { ...experiment, sticky: true })))
    .flag(byDefault('sticky-layered', split(halves, { ...experiment, layer, sticky: true })))
    .flag(
      byDefault('sticky-shrunk', split([range('a', 0, 100_000), range('b', 100_000, 100_000)], { ...experiment, sticky: true })),
    )
    .flag(byDefault('whole-experiment', split([range('a', 0, 100_000)], { ...experiment, enrol: enrol(0, 100_000) })))
    .flag(byDefault('whole-ramp', split([range('a', 0, 100_000)], experiment)))
    .flag({ ...inRule(split(halves, { ...experiment, sticky: true })), key: 'in-rule' });
  const facts = { splitId: 'sp', iterationId: 'it-1' };
  const outside = { splitId: 'sp', enrolled: false };
  const user = (unit, more = {}) => ({ targetingKey: unit, ...more });
  const cells = [
    [unitAt(enrolled), 'is enrolled'],
    [unitAt((unit) => !enrolled(unit)), 'is not enrolled'],
  ];
  for (const [unit, is] of cells) {
    const takesPart = is === 'is enrolled';
    fixture
      .served(
        `${unit} ${is} at 30 %`,
        { flag: 'ramp', context: user(unit) },
        takesPart ? half(unit) : 'other',
        'SPLIT',
        takesPart ? facts : outside,
      )
      .served(`${unit} is enrolled at 100 %, in the same arm`, { flag: 'full', context: user(unit) }, half(unit), 'SPLIT', facts)
      .served(`${unit} is not enrolled at 0 %`, { flag: 'nobody', context: user(unit) }, 'other', 'SPLIT', outside)
      .served(`${unit} without enrolment`, { flag: 'no-enrolment', context: user(unit) }, half(unit), 'SPLIT', facts)
      .served(
        `${unit} ${is} in a split wholly of one variant`,
        { flag: 'whole-ramp', context: user(unit) },
        takesPart ? 'a' : 'other',
        'SPLIT',
        takesPart ? facts : outside,
      )
      .served(`${unit} ${is} in a rule`, { flag: 'in-rule', context: user(unit) }, takesPart ? half(unit) : 'other', 'SPLIT', {
        ruleId: 'r',
        ...(takesPart ? facts : outside),
      });
  }
  fixture
    .served('without a unit nobody is enrolled', { flag: 'ramp' }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    })
    .served('everybody enrolled in one variant: no unit is needed', { flag: 'whole-experiment' }, 'a', 'SPLIT', facts)
    .served('some enrolled in one variant: a unit is needed', { flag: 'whole-ramp' }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    });
  for (const [wantsLayer, wantsEnrolment] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ]) {
    const unit = unitAt((one) => inLayer(one) === wantsLayer && enrolled(one) === wantsEnrolment);
    const takesPart = wantsLayer && wantsEnrolment;
    const says = `${wantsLayer ? 'inside' : 'outside'} the layer's slice, ${wantsEnrolment ? 'inside' : 'outside'} enrolment`;
    fixture.served(
      says,
      { flag: 'layered', context: user(unit) },
      takesPart ? half(unit) : 'other',
      'SPLIT',
      takesPart ? facts : outside,
    );
    const other = half(unit) === 'a' ? 'b' : 'a';
    const assignments = { sp: { iterationId: 'it-1', variant: other } };
    const stays = wantsLayer ? { ...facts, sticky: true } : outside;
    fixture.served(
      `${says}, with an assignment`,
      { flag: 'sticky-layered', context: user(unit, { assignments }) },
      wantsLayer ? other : 'other',
      'SPLIT',
      stays,
    );
  }
  const unit = unitAt((one) => enrolled(one) && half(one) === 'a');
  const stranger = unitAt((one) => !enrolled(one));
  const given = (says, flag, key, assignments, variant, more) =>
    fixture.served(says, { flag, context: user(key, { assignments }) }, variant, 'SPLIT', more);
  const earlier = (variant, iterationId = 'it-1') => ({ sp: { iterationId, variant } });
  given('an assignment is honoured', 'sticky', unit, earlier('b'), 'b', { ...facts, sticky: true });
  given('an assignment to what the bucket says', 'sticky', unit, earlier('a'), 'a', { ...facts, sticky: true });
  given('an assignment goes before enrolment', 'sticky', stranger, earlier('b'), 'b', { ...facts, sticky: true });
  given('an assignment of another iteration', 'sticky', unit, earlier('b', 'it-0'), 'a', facts);
  given('an assignment to a variant that the split lacks', 'sticky', unit, earlier('c'), 'a', facts);
  given('an assignment to the variant of those outside', 'sticky', unit, earlier('other'), 'a', facts);
  given('an assignment to a variant that the flag lacks', 'sticky', unit, earlier('zz'), 'a', facts);
  given('an assignment to a variant without weight', 'sticky-shrunk', unit, earlier('b'), 'a', facts);
  given('an assignment of another split', 'sticky', unit, { other: { iterationId: 'it-1', variant: 'b' } }, 'a', facts);
  given('an assignment where the split keeps none', 'ramp', unit, earlier('b'), 'a', facts);
  given('no assignments', 'sticky', unit, {}, 'a', facts);
  given('assignments that are none', 'sticky', unit, ['sp'], 'a', facts);
  given('an assignment that is none', 'sticky', unit, { sp: 'b' }, 'a', facts);
  given('an assignment without an iteration', 'sticky', unit, { sp: { variant: 'b' } }, 'a', facts);
  fixture
    .served('an assignment in a rule', { flag: 'in-rule', context: user(unit, { assignments: earlier('b') }) }, 'b', 'SPLIT', {
      ruleId: 'r',
      ...facts,
      sticky: true,
    })
    .served('an assignment without a unit', { flag: 'sticky', context: { assignments: earlier('b') } }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    });
  return fixture;
}

function holdouts() {
  const fixture = new Fixture('holdouts', 'Holdouts go before all else in a split, and cover rules that serve one variant');
  const holdoutSalt = '3333333344444444';
  const holds = (unit) => bucketOf(unit, holdoutSalt) < 10_000;
  const units = Array.from({ length: 1_000 }, (_, index) => `u-${index}`);
  const held = units.find(holds);
  const free = units.find((unit) => !holds(unit));
  const ten = [{ from: 0, to: 10_000 }];
  const cover = (holdout, baseline = 'base') => ({ holdout, baseline });
  fixture
    .add('holdout', { key: 'h', contextKind: 'user', salt: holdoutSalt, ranges: ten })
    .add('holdout', { key: 'everybody', contextKind: 'user', salt: holdoutSalt, ranges: [all] })
    .add('holdout', { key: 'nobody', contextKind: 'user', salt: holdoutSalt, ranges: [] })
    .add('holdout', { key: 'orgs', contextKind: 'org', salt: holdoutSalt, ranges: [all] })
    .add('holdout', { key: 'plans', contextKind: 'user', attribute: 'plan', salt: holdoutSalt, ranges: [all] })
    .add('holdout', { key: 'unusable', contextKind: 'user', salt: 'x', ranges: [all] });
  const covered = (...covers) => ({ holdouts: covers });
  const experiment = { enrol: { salt: 'aaaaaaaabbbbbbbb', ranges: [all], otherwise: 'other' }, iterationId: 'it-1' };
  fixture
    .flag(byDefault('split', split(halves, { ...experiment, ...covered(cover('h')) })))
    .flag(byDefault('whole', split([range('a', 0, 100_000)], covered(cover('h')))))
    .flag(byDefault('sticky', split(halves, { ...experiment, sticky: true, ...covered(cover('h')) })))
    .flag(byDefault('ended', split(halves, { ...experiment, ...covered(cover('gone')) })))
    .flag(
      byDefault('two', split(halves, { ...experiment, ...covered(cover('nobody', 'c'), cover('everybody', 'd'), cover('h')) })),
    )
    .flag(byDefault('orgs', split(halves, { ...experiment, ...covered(cover('orgs')) })))
    .flag(byDefault('plans', split(halves, { ...experiment, ...covered(cover('plans')) })))
    .flag(byDefault('unusable', split(halves, { ...experiment, ...covered(cover('unusable')) })))
    .flag({ ...inRule(split(halves, { ...experiment, ...covered(cover('h')) })), key: 'split-in-rule' })
    .flag(
      stringFlag('variant-in-rule', variants, {
        rules: [{ id: 'r', when: { all: [] }, serve: { variant: 'a', ...covered(cover('h')) } }],
      }),
    )
    .flag(stringFlag('variant-by-default', variants, { defaultServe: { variant: 'a', ...covered(cover('h')) } }))
    .flag(
      stringFlag('target', variants, {
        targets: [{ contextKind: 'user', variant: 'b', keys: [held] }],
        defaultServe: { variant: 'a', ...covered(cover('h')) },
      }),
    );
  const facts = { splitId: 'sp', iterationId: 'it-1' };
  const inHoldout = { splitId: 'sp', holdout: 'h' };
  const ask = (says, flag, context, variant, reason, more) => fixture.served(says, { flag, context }, variant, reason, more);
  const user = (unit, more = {}) => ({ targetingKey: unit, ...more });
  const assignments = { sp: { iterationId: 'it-1', variant: 'b' } };
  ask('a unit in the holdout gets the baseline', 'split', user(held), 'base', 'SPLIT', inHoldout);
  ask('a unit outside the holdout gets its arm', 'split', user(free), half(free), 'SPLIT', facts);
  ask('a holdout goes before a split wholly of one variant', 'whole', user(held), 'base', 'SPLIT', inHoldout);
  ask('outside, a split wholly of one variant', 'whole', user(free), 'a', 'SPLIT', { splitId: 'sp' });
  ask('without a unit nobody is in a holdout', 'whole', {}, 'a', 'SPLIT', { splitId: 'sp' });
  ask('a holdout goes before assignments', 'sticky', user(held, { assignments }), 'base', 'SPLIT', inHoldout);
  ask('outside, assignments are honoured', 'sticky', user(free, { assignments }), 'b', 'SPLIT', { ...facts, sticky: true });
  ask('a holdout that ended holds nobody', 'ended', user(held), half(held), 'SPLIT', facts);
  ask('the first holdout that holds the unit decides', 'two', user(free), 'd', 'SPLIT', { splitId: 'sp', holdout: 'everybody' });
  ask('a holdout of another kind', 'orgs', user(free, { org: { key: 'acme' } }), 'base', 'SPLIT', {
    splitId: 'sp',
    holdout: 'orgs',
  });
  ask('a holdout of a kind that the context lacks', 'orgs', user(free), half(free), 'SPLIT', facts);
  ask('a holdout by an attribute', 'plans', user(free, { plan: 'pro' }), 'base', 'SPLIT', { splitId: 'sp', holdout: 'plans' });
  ask('a holdout by an attribute that the context lacks', 'plans', user(free), half(free), 'SPLIT', facts);
  ask('a holdout that can not be read holds nobody', 'unusable', user(free), half(free), 'SPLIT', facts);
  ask('a split in a rule, held', 'split-in-rule', user(held), 'base', 'SPLIT', { ruleId: 'r', ...inHoldout });
  ask('a split in a rule, free', 'split-in-rule', user(free), half(free), 'SPLIT', { ruleId: 'r', ...facts });
  ask('a rule that serves one variant, held', 'variant-in-rule', user(held), 'base', 'SPLIT', { ruleId: 'r', holdout: 'h' });
  ask('a rule that serves one variant, free', 'variant-in-rule', user(free), 'a', 'TARGETING_MATCH', { ruleId: 'r' });
  ask('a rule that serves one variant, without a unit', 'variant-in-rule', {}, 'a', 'TARGETING_MATCH', { ruleId: 'r' });
  ask('a default serve of one variant, held', 'variant-by-default', user(held), 'base', 'SPLIT', { holdout: 'h' });
  ask('a default serve of one variant, free', 'variant-by-default', user(free), 'a', 'STATIC', {});
  ask('an individual target goes before holdouts', 'target', user(held), 'b', 'TARGETING_MATCH', {});
  return fixture;
}

function recorded() {
  const fixture = new Fixture('recorded', 'Arms that are assigned elsewhere: whatever is served belongs to the iteration');
  const elsewhere = { recorded: { iterationId: 'it-9', contextKind: 'user' } };
  const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };
  fixture
    .flag(stringFlag('by-rule', variants, { ...elsewhere, rules: [{ id: 'r', when: pro, serve: { variant: 'a' } }] }))
    .flag(stringFlag('by-target', variants, { ...elsewhere, targets: [{ contextKind: 'user', variant: 'b', keys: ['u-1'] }] }))
    .flag(stringFlag('plain', variants, elsewhere))
    .flag(stringFlag('disabled', variants, { ...elsewhere, enabled: false }))
    .flag(stringFlag('unmet', variants, { ...elsewhere, prerequisites: [{ flag: 'absent', variants: ['a'] }] }))
    .flag(stringFlag('unreadable', variants, { recorded: { iterationId: 9 } }));
  const facts = { iterationId: 'it-9' };
  const context = { targetingKey: 'u-1', plan: 'pro' };
  return fixture
    .served('by a rule', { flag: 'by-rule', context }, 'a', 'TARGETING_MATCH', { ruleId: 'r', ...facts })
    .served('by default', { flag: 'by-rule', context: { targetingKey: 'u-1' } }, 'off', 'DEFAULT', facts)
    .served('by a target', { flag: 'by-target', context }, 'b', 'TARGETING_MATCH', facts)
    .served('without rules', { flag: 'plain', context }, 'off', 'STATIC', facts)
    .served('without a unit', { flag: 'plain' }, 'off', 'STATIC', facts)
    .served('disabled: nobody takes part', { flag: 'disabled', context }, 'off', 'DISABLED')
    .served('not let in: nobody takes part', { flag: 'unmet', context }, 'off', 'DEFAULT', { prerequisiteFailed: 'absent' })
    .served('what can not be read is none', { flag: 'unreadable', context }, 'off', 'STATIC');
}

export const splitFixtures = [ranges(), salts(), units(), experiments(), holdouts(), recorded()];
