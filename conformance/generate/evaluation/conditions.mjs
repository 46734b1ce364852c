// Condition trees (Kleene's logic), `flagIs`, and where in a context an attribute is found.
import { booleanFlag, Fixture, stringFlag, truthFlag } from '../fixture.mjs';

const context = { targetingKey: 'u-1', here: 'x' };
const leaves = {
  T: { attribute: 'here', op: 'exists', values: [] },
  F: { attribute: 'gone', op: 'exists', values: [] },
  U: { attribute: 'here', op: 'resembles', values: ['x'] },
};

/** `all` is the least and `any` the greatest of its parts in this order, in which not turns about U. */
const rank = { F: 0, U: 1, T: 2 };
const least = (letters) => letters.reduce((low, letter) => (rank[letter] < rank[low] ? letter : low), 'T');
const greatest = (letters) => letters.reduce((high, letter) => (rank[letter] > rank[high] ? letter : high), 'F');

function trees() {
  const fixture = new Fixture('condition-trees', "all, any and not over what holds, fails and can't be known");
  const add = (says, when, letter) => {
    const flag = `tree-${fixture.definitions.length}`;
    fixture.flag(truthFlag(flag, when)).truth(says, { flag, context }, letter);
  };
  const letters = ['T', 'F', 'U'];
  for (const a of letters) {
    add(`${a} alone`, leaves[a], a);
    add(`all of ${a}`, { all: [leaves[a]] }, a);
    add(`any of ${a}`, { any: [leaves[a]] }, a);
    add(`not not ${a}`, { not: { not: leaves[a] } }, a);
    for (const b of letters) {
      add(`all of ${a} and ${b}`, { all: [leaves[a], leaves[b]] }, least([a, b]));
      add(`any of ${a} and ${b}`, { any: [leaves[a], leaves[b]] }, greatest([a, b]));
    }
  }
  add('all of nothing', { all: [] }, 'T');
  add('any of nothing', { any: [] }, 'F');
  add('not of all of nothing', { not: { all: [] } }, 'F');
  add('not of any of nothing', { not: { any: [] } }, 'T');
  add('all with an F after a U', { all: [leaves.T, leaves.U, leaves.F] }, 'F');
  add('any with a T after a U', { any: [leaves.F, leaves.U, leaves.T] }, 'T');
  add(
    'not set, or none of',
    {
      any: [
        { attribute: 'gone', op: 'notExists', values: [] },
        { attribute: 'gone', op: 'notIn', values: ['x'] },
      ],
    },
    'T',
  );
  add('not around a condition over what is missing', { not: { attribute: 'gone', op: 'equals', values: ['x'] } }, 'T');
  add('not around a not-form over what is missing', { not: { attribute: 'gone', op: 'notEquals', values: ['x'] } }, 'T');
  const nested = (levels) => Array.from({ length: levels }).reduce((inner) => ({ all: [leaves.T, inner] }), leaves.T);
  add('a tree of 60 levels', nested(60), 'T');
  add('a tree of 70 levels, which is deeper than is read', nested(70), 'U');
  return fixture;
}

const nestedContext = {
  targetingKey: 'u-1',
  plan: 'pro',
  org: { key: 'acme', plan: 'free', address: { country: 'NL' } },
  address: { country: 'DE', 'a/b': 1, 'c~d': 2, deep: { er: 'x' }, list: ['x'] },
  '': 'empty',
};
const orgContext = { kind: 'org', targetingKey: 'acme', plan: 'pro', user: { key: 'u-1', plan: 'free' } };

/** What is said, the condition, the context, and whether it holds. */
const attributeCells = [
  ['a name is of the user', { attribute: 'plan', op: 'equals', values: ['pro'] }, nestedContext, 'T'],
  ['the user can be named', { kind: 'user', attribute: 'plan', op: 'equals', values: ['pro'] }, nestedContext, 'T'],
  ["another kind's attribute", { kind: 'org', attribute: 'plan', op: 'equals', values: ['free'] }, nestedContext, 'T'],
  [
    "another kind's attribute is not the user's",
    { kind: 'org', attribute: 'plan', op: 'equals', values: ['pro'] },
    nestedContext,
    'F',
  ],
  ["the user's key", { attribute: 'key', op: 'equals', values: ['u-1'] }, nestedContext, 'T'],
  ["another kind's key", { kind: 'org', attribute: 'key', op: 'equals', values: ['acme'] }, nestedContext, 'T'],
  ['a kind that the context lacks', { kind: 'device', attribute: 'plan', op: 'notEquals', values: ['pro'] }, nestedContext, 'F'],
  [
    'a kind that the context lacks does not exist',
    { kind: 'device', attribute: 'plan', op: 'notExists', values: [] },
    nestedContext,
    'T',
  ],
  ['a kind is no attribute of the user', { attribute: 'org', op: 'exists', values: [] }, nestedContext, 'F'],
  ['a path does not lead into another kind', { attribute: '/org/plan', op: 'exists', values: [] }, nestedContext, 'F'],
  ['a path', { attribute: '/address/country', op: 'equals', values: ['DE'] }, nestedContext, 'T'],
  ['a path of three', { attribute: '/address/deep/er', op: 'equals', values: ['x'] }, nestedContext, 'T'],
  ["another kind's path", { kind: 'org', attribute: '/address/country', op: 'equals', values: ['NL'] }, nestedContext, 'T'],
  ['a path of one', { attribute: '/plan', op: 'equals', values: ['pro'] }, nestedContext, 'T'],
  ['a path to the key', { attribute: '/key', op: 'equals', values: ['u-1'] }, nestedContext, 'T'],
  ['a slash in a name', { attribute: '/address/a~1b', op: 'equals', values: [1] }, nestedContext, 'T'],
  ['a tilde in a name', { attribute: '/address/c~0d', op: 'equals', values: [2] }, nestedContext, 'T'],
  ['a path that ends early', { attribute: '/address/town', op: 'exists', values: [] }, nestedContext, 'F'],
  ['a path through a text', { attribute: '/plan/x', op: 'exists', values: [] }, nestedContext, 'F'],
  ['a path into a list', { attribute: '/address/list/0', op: 'exists', values: [] }, nestedContext, 'F'],
  ['a path to a list', { attribute: '/address/list', op: 'equals', values: ['x'] }, nestedContext, 'T'],
  ['a path to an object', { attribute: '/address/deep', op: 'exists', values: [] }, nestedContext, 'T'],
  ['a name with a dot is a name', { attribute: 'address.country', op: 'exists', values: [] }, nestedContext, 'F'],
  ['an object without a key is an attribute', { attribute: 'address', op: 'exists', values: [] }, nestedContext, 'T'],
  [
    'an object with a key that is no text is an attribute',
    { attribute: 'box', op: 'exists', values: [] },
    { box: { key: 7 } },
    'T',
  ],
  ['and no kind', { kind: 'box', attribute: 'key', op: 'exists', values: [] }, { box: { key: 7 } }, 'F'],
  ['the kind of the top level', { kind: 'org', attribute: 'plan', op: 'equals', values: ['pro'] }, orgContext, 'T'],
  ['its key', { kind: 'org', attribute: 'key', op: 'equals', values: ['acme'] }, orgContext, 'T'],
  ['the user within', { attribute: 'plan', op: 'equals', values: ['free'] }, orgContext, 'T'],
  ["the user's key within", { attribute: 'key', op: 'equals', values: ['u-1'] }, orgContext, 'T'],
  ['the top level is not of the user', { attribute: 'plan', op: 'equals', values: ['pro'] }, orgContext, 'F'],
  ['no user at all', { attribute: 'plan', op: 'exists', values: [] }, { kind: 'org', targetingKey: 'acme', plan: 'pro' }, 'F'],
  ['no key at all', { attribute: 'key', op: 'exists', values: [] }, { plan: 'pro' }, 'F'],
  ['an empty context', { attribute: 'plan', op: 'exists', values: [] }, {}, 'F'],
  [
    'the top level goes before an object of its kind',
    { kind: 'org', attribute: 'plan', op: 'equals', values: ['pro'] },
    { ...orgContext, org: { key: 'other', plan: 'free' } },
    'T',
  ],
  [
    'a private attribute of another kind',
    { kind: 'org', attribute: 'plan', op: 'equals', values: ['free'] },
    { ...nestedContext, privateAttributes: ['/org/plan', 'org'] },
    'T',
  ],
];

function attributes() {
  const fixture = new Fixture('attributes', 'Where an attribute is found: kinds, keys and paths');
  for (const [index, [says, when, given, letter]] of attributeCells.entries()) {
    const flag = `attribute-${index}`;
    fixture.flag(truthFlag(flag, when)).truth(says, { flag, context: given }, letter);
  }
  return fixture;
}

function flagConditions() {
  const fixture = new Fixture('flag-conditions', 'flagIs: what another flag serves here');
  const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };
  const unknown = leaves.U;
  const rule = (when) => [{ id: 'r', when, serve: { variant: 'b' } }];
  fixture
    .flag(stringFlag('by-plan', ['a', 'b'], { rules: rule(pro) }))
    .flag(stringFlag('archived', ['a'], { archived: true }))
    .flag(stringFlag('disabled', ['a', 'b'], { enabled: false, offVariant: 'b' }))
    .flag(stringFlag('disabled-without-variant', ['a'], { enabled: false, offVariant: null }))
    .flag(stringFlag('invisible', ['a'], { clientVisible: false }))
    .flag(stringFlag('unknown-inside', ['a', 'b'], { rules: rule(unknown) }))
    .flag(stringFlag('unknown-inside-overruled', ['a', 'b'], { rules: rule({ any: [unknown, pro] }) }))
    .flag(stringFlag('prerequisite-fails', ['a', 'b'], { prerequisites: [{ flag: 'absent', variants: ['a'] }] }))
    .flag({ key: 'broken', type: 'colour' });
  const cells = [
    ['a flag that serves the variant', 'by-plan', ['a'], {}, 'T'],
    ['a flag that serves another', 'by-plan', ['b'], {}, 'F'],
    ['a flag that serves one of several', 'by-plan', ['x', 'b'], { plan: 'pro' }, 'T'],
    ['no variants', 'by-plan', [], {}, 'F'],
    ['a variant that the flag lacks', 'by-plan', ['c'], {}, 'F'],
    ['a flag that is absent', 'absent', ['a'], {}, 'U'],
    ['a flag that is archived', 'archived', ['a'], {}, 'U'],
    ['a flag that is disabled serves its off variant', 'disabled', ['b'], {}, 'T'],
    ['a flag that is disabled serves no other', 'disabled', ['a'], {}, 'F'],
    ['a flag that is disabled and serves nothing', 'disabled-without-variant', ['a'], {}, 'F'],
    ['a flag that only servers see', 'invisible', ['a'], {}, 'T'],
    ['a flag with something unknown', 'unknown-inside', ['a'], { here: 'x' }, 'U'],
    ['a flag with something unknown that did not matter', 'unknown-inside-overruled', ['b'], { here: 'x', plan: 'pro' }, 'T'],
    ['a flag whose prerequisite is not met', 'prerequisite-fails', ['a'], {}, 'T'],
    ['a flag that can not be read', 'broken', ['a'], {}, 'U'],
  ];
  for (const [index, [says, other, variants, given, letter]] of cells.entries()) {
    const flag = `if-${index}`;
    fixture.flag(truthFlag(flag, { flagIs: { flag: other, variants } }));
    fixture.truth(says, { flag, context: { targetingKey: 'u-1', ...given } }, letter);
  }
  fixture.truth(
    'a flag that only servers see, asked with a client key',
    { flag: 'if-10', context: {}, clientVisibleOnly: true },
    'T',
  );
  fixture.flag(truthFlag('myself', { flagIs: { flag: 'myself', variants: ['holds'] } }));
  fixture.truth('a flag that asks for itself', { flag: 'myself' }, 'U');
  fixture.flag(truthFlag('ping', { flagIs: { flag: 'pong', variants: ['holds'] } }));
  fixture.flag(truthFlag('pong', { flagIs: { flag: 'ping', variants: ['holds'] } }));
  fixture.truth('two flags that ask for each other', { flag: 'ping' }, 'U');
  const unset = booleanFlag('on-unless-pro', {
    rules: [{ id: 'r', when: { not: pro }, serve: { variant: 'on' } }],
    defaultServe: { variant: 'off' },
  });
  fixture.flag(unset).flag(truthFlag('if-on', { flagIs: { flag: 'on-unless-pro', variants: ['on'] } }));
  fixture.truth('a boolean flag', { flag: 'if-on', context: { plan: 'free' } }, 'T');
  return fixture;
}

export const conditionFixtures = [trees(), attributes(), flagConditions()];
