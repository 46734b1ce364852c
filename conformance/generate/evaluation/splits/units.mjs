// What is a unit, and what becomes of those who have none.
import { Fixture, stringFlag } from '../../fixture.mjs';
import { byDefault, half, halves, inRule, onlyBucketOf, split, variants } from './split-parts.mjs';

const byUser = {};
const byOrg = { contextKind: 'org' };
const byAccount = { attribute: 'account' };
const byPath = { attribute: '/account/number' };
const byRegion = { contextKind: 'org', attribute: 'region' };

/** Units that are found: each is asked of a split that serves `a` to its bucket alone. */
function addFound(fixture) {
  const found = (says, source, context, unit) => {
    const flag = `found-${fixture.definitions.length}`;
    fixture.flag(byDefault(flag, split(onlyBucketOf(unit), source)));
    fixture.served(says, { flag, context }, 'a', 'SPLIT', { splitId: 'sp' });
  };
  found('the targeting key', byUser, { targetingKey: 'u-42' }, 'u-42');
  found('a key of another kind', byOrg, { targetingKey: 'u-42', org: { key: 'acme' } }, 'acme');
  found('another kind at the top level', byOrg, { kind: 'org', targetingKey: 'acme' }, 'acme');
  found('the user within', byUser, { kind: 'org', targetingKey: 'acme', user: { key: 'u-42' } }, 'u-42');
  found('an attribute', byAccount, { targetingKey: 'u-42', account: 'ac-7' }, 'ac-7');
  found(
    'an attribute that is private',
    byAccount,
    { targetingKey: 'u-42', account: 'ac-7', privateAttributes: ['account'] },
    'ac-7',
  );
  found('an attribute by its path', byPath, { targetingKey: 'u-42', account: { number: 'ac-7' } }, 'ac-7');
  found("another kind's attribute", byRegion, { org: { key: 'acme', region: 'eu' } }, 'eu');
  const numbers = [0, 1, -7, 42, 1e15, 9007199254740991, 9007199254740992, -9007199254740992];
  for (const number of numbers)
    found(`the number ${number} in plain decimal`, byAccount, { account: number }, BigInt(number).toString());
  found('a targeting key that is a number', byUser, { targetingKey: 42 }, '42');
  found('an attribute that is text of a number', byAccount, { account: '42' }, '42');
  found('text is not trimmed', byAccount, { account: ' 42' }, ' 42');
  found('text in composed letters', byUser, { targetingKey: '\u00e9' }, '\u00e9');
  found('the same in combining letters is another unit', byUser, { targetingKey: 'e\u0301' }, 'e\u0301');
  found('a lone high surrogate counts as U+FFFD', byUser, { targetingKey: 'x\ud800y' }, 'x\ufffdy');
  found('a lone low surrogate counts as U+FFFD', byUser, { targetingKey: '\udfffz' }, '\ufffdz');
  found('two surrogates the wrong way round count as two', byUser, { targetingKey: '\udc00\ud800' }, '\ufffd\ufffd');
  found('a pair of surrogates is one letter', byUser, { targetingKey: '\ud83d\ude80' }, '🚀');
  found('a null character', byUser, { targetingKey: 'a\u0000b' }, 'a\u0000b');
}

/** Units that are missing. */
function addMissing(fixture) {
  fixture
    .flag(byDefault('user', split(halves)))
    .flag(byDefault('org', split(halves, byOrg)))
    .flag(byDefault('attribute', split(halves, byAccount)));
  const missing = (says, flag, context) =>
    fixture.served(says, { flag, context }, 'off', 'DEFAULT', { detail: 'TARGETING_KEY_MISSING', unitMissing: 'default' });
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
}

export function units() {
  const fixture = new Fixture('split-units', 'What is a unit, and what becomes of those who have none');
  addFound(fixture);
  addMissing(fixture);
  fixture.flag({ ...inRule(split(halves), { defaultServe: { variant: 'c' } }), key: 'in-rule' }).flag(
    stringFlag('two-rules', variants, {
      rules: [
        { id: 'by-org', when: { all: [] }, serve: { split: split(halves, { contextKind: 'org', id: 'by-org' }) } },
        { id: 'by-device', when: { all: [] }, serve: { split: split(halves, { contextKind: 'device', id: 'by-device' }) } },
        { id: 'by-user', when: { all: [] }, serve: { split: split(halves, { id: 'by-user' }) } },
      ],
    }),
  );
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
