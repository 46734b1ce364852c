// Definitions of a newer server, definitions that are broken, and text that is meant to do harm.
import { booleanFlag, Fixture, stringFlag, truthFlag } from '../fixture.mjs';

const salt = '0123456789abcdef';
const always = { all: [] };
const halves = [
  { variant: 'a', from: 0, to: 50_000 },
  { variant: 'b', from: 50_000, to: 100_000 },
];
const variants = ['off', 'a', 'b', 'c'];
const context = { targetingKey: 'u-1', plan: 'pro' };

/** Entities with something in them that nobody here knows, or without something that is known. */
function withDefinitions(fixture) {
  const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };
  const rule = (id, when, serve) => ({ id, when, serve });
  return fixture
    .add('quota', { key: 'q', limit: 10 }, 'q')
    .add('environment', { key: 'e-1', colour: 'green' }, 'e-1')
    .flag(booleanFlag('unknown-fields', { schedule: [{ at: '2030-01-01T00:00:00Z' }], owner: { team: 'a' } }))
    .flag(
      stringFlag('unknown-fields-in-rule', variants, {
        rules: [{ ...rule('r', { ...pro, weight: 3 }, { variant: 'a', since: 3 }), note: 'x' }],
      }),
    )
    .flag(
      stringFlag('unknown-fields-in-split', variants, {
        defaultServe: {
          split: {
            id: 'sp',
            contextKind: 'user',
            salt,
            ranges: [{ variant: 'a', from: 0, to: 100_000, label: 'x' }],
            method: 'two-stage',
          },
        },
      }),
    )
    .flag({ ...booleanFlag('unknown-type'), type: 'colour' })
    .flag({ ...booleanFlag('no-type'), type: undefined })
    .flag(stringFlag('unknown-serve', variants, { defaultServe: { bandit: { arms: ['a', 'b'] } } }))
    .flag(
      stringFlag('unknown-serve-in-rule', variants, {
        rules: [rule('r-1', always, { bandit: {} }), rule('r-2', always, { variant: 'a' })],
      }),
    )
    .flag(stringFlag('no-serve', variants, { defaultServe: undefined }))
    .flag(
      stringFlag('no-serve-in-rule', variants, { rules: [{ id: 'r-1', when: always }, rule('r-2', always, { variant: 'b' })] }),
    )
    .flag(stringFlag('no-condition', variants, { rules: [{ id: 'r-1', serve: { variant: 'a' } }] }))
    .flag(
      stringFlag('unknown-operator', variants, {
        rules: [
          rule('r-1', { attribute: 'plan', op: 'resembles', values: ['pro'] }, { variant: 'a' }),
          rule('r-2', pro, { variant: 'b' }),
        ],
      }),
    )
    .flag(
      stringFlag('unknown-operator-last', variants, {
        rules: [
          rule('r-1', pro, { variant: 'b' }),
          rule('r-2', { attribute: 'plan', op: 'resembles', values: ['pro'] }, { variant: 'a' }),
        ],
      }),
    )
    .flag(
      stringFlag('unknown-operator-overruled', variants, {
        rules: [rule('r-1', { any: [{ attribute: 'plan', op: 'resembles', values: ['pro'] }, pro] }, { variant: 'a' })],
      }),
    )
    .flag(stringFlag('no-lists', variants, { rules: undefined, targets: undefined, prerequisites: undefined }))
    .flag(stringFlag('no-off-variant', variants, { enabled: false, offVariant: undefined }))
    .flag({ key: 'nearly-empty', type: 'boolean' })
    .flag(stringFlag('unsaid-enabled', variants, { enabled: undefined }))
    .flag(stringFlag('rule-without-id', variants, { rules: [{ when: pro, serve: { variant: 'a' } }] }));
}

/** Parts that make a split unreadable. */
const brokenParts = [
  { id: 7 },
  { contextKind: undefined },
  { ranges: 'all' },
  { ranges: [{ variant: 'a', from: 0.5, to: 100_000 }] },
  { ranges: [{ variant: 'a', from: 0, to: 100_001 }] },
  { ranges: [{ variant: 'a', from: -1, to: 10 }] },
  { ranges: [{ variant: 'a', from: 10, to: 5 }] },
  { ranges: [halves[1], halves[0]] },
  { ranges: [{ ...halves[0], to: 60_000 }, halves[1]] },
  { ranges: [{ from: 0, to: 100_000 }] },
  { enrol: { salt: 'x', ranges: [], otherwise: 'c' } },
  { enrol: 'all' },
  { layer: { key: 'ly', salt: 'x', ranges: [] } },
];

function newerServer() {
  const fixture = withDefinitions(
    new Fixture('newer-server', 'What a newer server may send is used as far as it is known, and never taken for something else'),
  );
  for (const [index, part] of brokenParts.entries())
    fixture.flag(
      stringFlag(`broken-split-${index}`, variants, {
        defaultServe: { split: { id: 'sp', contextKind: 'user', salt, ranges: halves, ...part } },
      }),
    );
  const asked = (flag) => ({ flag, context });
  fixture
    .served('fields that are not known', asked('unknown-fields'), 'on', 'STATIC')
    .served('fields in a rule that are not known', asked('unknown-fields-in-rule'), 'a', 'TARGETING_MATCH', { ruleId: 'r' })
    .served('fields in a split that are not known', asked('unknown-fields-in-split'), 'a', 'SPLIT', { splitId: 'sp' })
    .error('a type of flag that is not known', asked('unknown-type'), 'PARSE_ERROR')
    .error('a flag without a type', asked('no-type'), 'PARSE_ERROR')
    .served('a way to serve that is not known', asked('unknown-serve'), 'off', 'DEFAULT', { degraded: true })
    .served(
      'a way to serve that is not known, in a rule: evaluation goes on',
      asked('unknown-serve-in-rule'),
      'a',
      'TARGETING_MATCH',
      { ruleId: 'r-2', degraded: true },
    )
    .served('no default serve', asked('no-serve'), 'off', 'DEFAULT', { degraded: true })
    .served('a rule that serves nothing: evaluation goes on', asked('no-serve-in-rule'), 'b', 'TARGETING_MATCH', {
      ruleId: 'r-2',
      degraded: true,
    })
    .served('a rule without a condition does not match', asked('no-condition'), 'off', 'DEFAULT', { degraded: true })
    .served('an operator that is not known: the rule is passed over', asked('unknown-operator'), 'b', 'TARGETING_MATCH', {
      ruleId: 'r-2',
      degraded: true,
    })
    .served('what comes after the rule that matched is not looked at', asked('unknown-operator-last'), 'b', 'TARGETING_MATCH', {
      ruleId: 'r-1',
    })
    .served('an operator that is not known and did not matter', asked('unknown-operator-overruled'), 'a', 'TARGETING_MATCH', {
      ruleId: 'r-1',
    })
    .served('lists that are left out are empty', asked('no-lists'), 'off', 'STATIC')
    .served("an off variant that is left out is the caller's default", asked('no-off-variant'), null, 'DISABLED')
    .served('a flag with hardly anything is disabled', asked('nearly-empty'), null, 'DISABLED')
    .served('a flag that does not say that it is enabled is not', asked('unsaid-enabled'), 'off', 'DISABLED')
    .served('a rule without an id is told by its place', asked('rule-without-id'), 'a', 'TARGETING_MATCH', { ruleId: '#0' });
  for (const [index, part] of brokenParts.entries())
    fixture.served(`a split that can not be read: ${JSON.stringify(part)}`, asked(`broken-split-${index}`), 'off', 'DEFAULT', {
      degraded: true,
    });
  return fixture;
}

/** An object with an own property of any name; a literal's `__proto__` would be its prototype. */
const own = (name, value) => Object.fromEntries([[name, value]]);

function hostile() {
  const fixture = new Fixture('hostile-text', 'Names that every object has, and text meant to do harm');
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
  for (const name of names) {
    fixture.flag(truthFlag(`attribute-${name}`, { attribute: name, op: 'exists', values: [] }));
    fixture.truth(`the attribute ${name} is not there`, { flag: `attribute-${name}`, context }, 'F');
    fixture.truth(
      `the attribute ${name} is there`,
      { flag: `attribute-${name}`, context: { ...context, ...own(name, 'x') } },
      'T',
    );
    fixture.error(`no flag of the name ${name}`, { flag: name, context, default: 'mine' }, 'FLAG_NOT_FOUND');
  }
  fixture.flag(truthFlag('kind', { kind: 'constructor', attribute: 'name', op: 'exists', values: [] }));
  fixture.truth('a kind of a name that every object has', { flag: 'kind', context }, 'F');
  fixture.flag(truthFlag('path', { attribute: '/plan/constructor/name', op: 'exists', values: [] }));
  fixture.truth('a path through what text inherits', { flag: 'path', context }, 'F');
  fixture.flag(truthFlag('length', { attribute: '/list/length', op: 'exists', values: [] }));
  fixture.truth('a path to what lists inherit', { flag: 'length', context: { list: ['x'] } }, 'F');
  fixture.flag(truthFlag('deep', { attribute: '/address/__proto__', op: 'exists', values: [] }));
  fixture.truth('a path to a prototype', { flag: 'deep', context: { address: { country: 'DE' } } }, 'F');
  const served = own('variant', '__proto__');
  fixture.flag(booleanFlag('variant', { defaultServe: served }));
  fixture.error('a variant of a name that every object has', { flag: 'variant', context }, 'GENERAL');
  const split = { id: '__proto__', contextKind: 'user', salt, ranges: halves, sticky: true, iterationId: 'it-1' };
  fixture.flag(
    stringFlag('sticky', variants, {
      defaultServe: {
        split: {
          ...split,
          ranges: [
            { ...halves[0], to: 100_000 },
            { variant: 'b', from: 100_000, to: 100_000 },
          ],
        },
      },
    }),
  );
  fixture.served('assignments do not inherit', { flag: 'sticky', context: { ...context, assignments: {} } }, 'a', 'SPLIT', {
    splitId: '__proto__',
    iterationId: 'it-1',
  });
  const texts = [
    '',
    ' ',
    '\u0000',
    '"',
    '\\',
    '${x}',
    '<script>',
    "'; drop table flags; --",
    '\ud800',
    'e\u0301',
    '\u202e',
    'İ',
    '💥'.repeat(100),
  ];
  for (const [index, text] of texts.entries()) {
    fixture.flag(truthFlag(`text-${index}`, { attribute: 'value', op: 'equals', values: [text] }));
    fixture.truth(`equals ${JSON.stringify(text.slice(0, 30))}`, { flag: `text-${index}`, context: { value: text } }, 'T');
    fixture.truth(
      `equals not ${JSON.stringify(text.slice(0, 30))}`,
      { flag: `text-${index}`, context: { value: `${text}x` } },
      'F',
    );
  }
  return fixture;
}

export const toleranceFixtures = [newerServer(), hostile()];
