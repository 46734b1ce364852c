// The order of an evaluation: steps 0 to 6, types, prerequisites, individual targets, client visibility.
import { booleanFlag, Fixture, stringFlag, valueFlag } from '../fixture.mjs';

const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };
const always = { all: [] };
const salt = '0123456789abcdef';
const everybody = (variant) => ({ split: { id: 'sp', contextKind: 'user', salt, ranges: [{ variant, from: 0, to: 100_000 }] } });

function notReady() {
  const fixture = new Fixture('not-ready', 'Before the first definitions');
  fixture.definitions = null;
  /** @type {readonly (readonly [type: string, fallback: unknown])[]} */
  const asked = [
    ['boolean', true],
    ['string', 'x'],
    ['integer', 1],
    ['double', 1.5],
    ['json', { a: 1 }],
  ];
  for (const [type, fallback] of asked) {
    fixture.cases.push({
      id: '',
      says: `no definitions yet, asked as ${type}`,
      flag: 'checkout',
      type,
      default: fallback,
      context: { targetingKey: 'u-1' },
      expect: { value: fallback, variant: null, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY', metadata: {} },
    });
  }
  return fixture;
}

function order() {
  const fixture = new Fixture('order', 'The order of an evaluation: the first that applies');
  const target = { contextKind: 'user', variant: 'target', keys: ['u-1'] };
  const variants = ['default', 'off', 'target', 'first', 'second'];
  const rules = [
    { id: 'r-1', when: pro, serve: { variant: 'first' } },
    { id: 'r-2', when: always, serve: { variant: 'second' } },
  ];
  const unmet = [{ flag: 'absent', variants: ['on'] }];
  const full = { offVariant: 'off', prerequisites: unmet, targets: [target], rules };
  const user = { targetingKey: 'u-1', plan: 'pro' };
  fixture
    .flag(stringFlag('archived', variants, { ...full, archived: true }))
    .flag(stringFlag('archived-disabled', variants, { ...full, archived: true, enabled: false }))
    .flag(stringFlag('disabled', variants, { ...full, enabled: false }))
    .flag(stringFlag('disabled-without-variant', variants, { ...full, enabled: false, offVariant: null }))
    .flag(stringFlag('prerequisite', variants, full))
    .flag(stringFlag('prerequisite-without-variant', variants, { ...full, offVariant: null }))
    .flag(stringFlag('targets', variants, { ...full, prerequisites: [] }))
    .flag(stringFlag('plain', variants))
    .flag(stringFlag('plain-split', variants, { defaultServe: everybody('first') }))
    .flag(stringFlag('only-rules', variants, { rules: [rules[0]] }))
    .flag(stringFlag('only-targets', variants, { targets: [target] }))
    .flag(stringFlag('no-off-variant', variants, { offVariant: null }));
  return fixture
    .error('a flag that is not there', { flag: 'absent', context: user, default: 'mine' }, 'FLAG_NOT_FOUND')
    .error(
      'a flag that is not there, of any type asked',
      { flag: 'absent', type: 'boolean', context: user, default: true },
      'FLAG_NOT_FOUND',
    )
    .error('an empty name', { flag: '', context: user, default: 'mine' }, 'FLAG_NOT_FOUND')
    .error('archived goes before all that the flag has', { flag: 'archived', context: user }, 'FLAG_NOT_FOUND')
    .error('archived goes before disabled', { flag: 'archived-disabled', context: user }, 'FLAG_NOT_FOUND')
    .error('the type goes before archived', { flag: 'archived', type: 'boolean', context: user, default: true }, 'TYPE_MISMATCH')
    .error('the type goes before disabled', { flag: 'disabled', type: 'json', context: user, default: {} }, 'TYPE_MISMATCH')
    .served('disabled goes before prerequisites, targets and rules', { flag: 'disabled', context: user }, 'off', 'DISABLED')
    .served(
      "disabled without an off variant is the caller's default",
      { flag: 'disabled-without-variant', context: user },
      null,
      'DISABLED',
    )
    .served('a prerequisite goes before targets and rules', { flag: 'prerequisite', context: user }, 'off', 'DEFAULT', {
      prerequisiteFailed: 'absent',
    })
    .served(
      "a failed prerequisite without an off variant is the caller's default",
      { flag: 'prerequisite-without-variant', context: user },
      null,
      'DEFAULT',
      { prerequisiteFailed: 'absent' },
    )
    .served('a target goes before rules', { flag: 'targets', context: user }, 'target', 'TARGETING_MATCH')
    .served(
      'the first rule that matches decides',
      { flag: 'targets', context: { targetingKey: 'u-2', plan: 'pro' } },
      'first',
      'TARGETING_MATCH',
      { ruleId: 'r-1' },
    )
    .served(
      'a rule that does not match is passed over',
      { flag: 'targets', context: { targetingKey: 'u-2' } },
      'second',
      'TARGETING_MATCH',
      { ruleId: 'r-2' },
    )
    .served('no rules, no targets', { flag: 'plain', context: user }, 'default', 'STATIC')
    .served('no rules, no targets, an empty context', { flag: 'plain' }, 'default', 'STATIC')
    .served('no rules, no targets, a split', { flag: 'plain-split', context: user }, 'first', 'SPLIT', { splitId: 'sp' })
    .served('no rule matches', { flag: 'only-rules', context: { targetingKey: 'u-1' } }, 'default', 'DEFAULT')
    .served('a rule matches', { flag: 'only-rules', context: user }, 'first', 'TARGETING_MATCH', { ruleId: 'r-1' })
    .served('no target matches', { flag: 'only-targets', context: { targetingKey: 'u-2' } }, 'default', 'DEFAULT')
    .served('a target matches', { flag: 'only-targets', context: user }, 'target', 'TARGETING_MATCH')
    .served('an off variant is not needed while enabled', { flag: 'no-off-variant', context: user }, 'default', 'STATIC');
}

function types() {
  const fixture = new Fixture('types', 'The type asked for and the type of the flag');
  /** @type {readonly (readonly [type: string, values: readonly unknown[]])[]} */
  const flags = [
    ['boolean', [false, true]],
    ['string', ['', 'text']],
    ['integer', [0, -9007199254740991]],
    ['double', [0.5, 1e300]],
    ['json', [{ a: [1, null, { b: false }] }, []]],
  ];
  const fallbacks = { boolean: true, string: 'mine', integer: 7, double: 7.5, json: { mine: true } };
  for (const [type, values] of flags) fixture.flag(valueFlag(`of-${type}`, type, values));
  for (const [type] of flags) {
    for (const asked of Object.keys(fallbacks)) {
      const question = { flag: `of-${type}`, type: asked, default: fallbacks[asked], context: { targetingKey: 'u-1' } };
      const fits = asked === type || (asked === 'double' && type === 'integer');
      if (fits) fixture.served(`${type} asked as ${asked}`, question, 'v0', 'STATIC');
      else fixture.error(`${type} asked as ${asked}`, question, 'TYPE_MISMATCH');
    }
    fixture.served(`${type} asked as no type`, { flag: `of-${type}` }, 'v0', 'STATIC');
  }
  for (const [type, values] of flags) {
    fixture.flag(valueFlag(`second-${type}`, type, values, { defaultServe: { variant: 'v1' } }));
    fixture.served(`the second value of ${type}`, { flag: `second-${type}`, type }, 'v1', 'STATIC');
  }
  /** @type {readonly (readonly [type: string, value: unknown])[]} */
  const unusable = [
    ['boolean', 'true'],
    ['string', 7],
    ['integer', 1.5],
    ['integer', 9007199254740992],
    ['double', '1.5'],
    ['json', null],
  ];
  for (const [index, [type, value]] of unusable.entries()) {
    const flag = `unusable-${index}`;
    fixture.flag(valueFlag(flag, type, [value]));
    fixture.error(
      `a variant of ${type} whose value is ${JSON.stringify(value)}`,
      { flag, type, default: fallbacks[type] },
      'GENERAL',
    );
  }
  fixture.flag(stringFlag('no-such-variant', ['a'], { defaultServe: { variant: 'b' } }));
  fixture.error('a variant that the flag lacks', { flag: 'no-such-variant' }, 'GENERAL');
  fixture.flag(booleanFlag('no-such-variant-in-rule', { rules: [{ id: 'r', when: pro, serve: { variant: 'maybe' } }] }));
  fixture.expect(
    'a variant that the flag lacks, in a rule',
    { flag: 'no-such-variant-in-rule', context: { plan: 'pro' } },
    { reason: 'ERROR', errorCode: 'GENERAL', ruleId: 'r' },
  );
  fixture.served(
    'and the other rules are not touched by it',
    { flag: 'no-such-variant-in-rule', context: { plan: 'free' } },
    'on',
    'DEFAULT',
  );
  return fixture;
}

function prerequisites() {
  const fixture = new Fixture('prerequisites', 'Prerequisites: met, unmet, deep, in a circle');
  const needs = (key, ...others) =>
    booleanFlag(key, {
      prerequisites: others.map((other) => (typeof other === 'string' ? { flag: other, variants: ['on'] } : other)),
    });
  const met = (says, flag, context = {}) => fixture.served(says, { flag, context }, 'on', 'STATIC');
  const unmet = (says, flag, failed, context = {}, more = {}) =>
    fixture.served(says, { flag, context }, 'off', 'DEFAULT', { prerequisiteFailed: failed, ...more });
  const byPlan = { rules: [{ id: 'r', when: pro, serve: { variant: 'on' } }], defaultServe: { variant: 'off' } };
  fixture
    .flag(booleanFlag('on'))
    .flag(booleanFlag('off', { defaultServe: { variant: 'off' } }))
    .flag(booleanFlag('by-plan', byPlan))
    .flag(booleanFlag('disabled', { enabled: false, offVariant: 'on' }))
    .flag(booleanFlag('archived', { archived: true }))
    .flag(booleanFlag('invisible', { clientVisible: false }))
    .flag(
      booleanFlag('by-target', {
        targets: [{ contextKind: 'user', variant: 'on', keys: ['u-1'] }],
        defaultServe: { variant: 'off' },
      }),
    )
    .flag(
      booleanFlag('by-split', {
        defaultServe: {
          split: {
            id: 'sp',
            contextKind: 'user',
            salt,
            ranges: [
              { variant: 'off', from: 0, to: 83_579 },
              { variant: 'on', from: 83_579, to: 100_000 },
            ],
          },
        },
      }),
    )
    .flag(booleanFlag('unknown-inside', { rules: [{ id: 'r', when: { inSegment: 'absent' }, serve: { variant: 'off' } }] }))
    .flag(stringFlag('three', ['a', 'b', 'c']))
    .flag(needs('needs-on', 'on'))
    .flag(needs('needs-off', 'off'))
    .flag(needs('needs-off-variant', { flag: 'off', variants: ['off'] }))
    .flag(needs('needs-by-plan', 'by-plan'))
    .flag(needs('needs-disabled', 'disabled'))
    .flag(needs('needs-archived', 'archived'))
    .flag(needs('needs-absent', 'absent'))
    .flag(needs('needs-invisible', 'invisible'))
    .flag(needs('needs-by-target', 'by-target'))
    .flag(needs('needs-by-split', 'by-split'))
    .flag(needs('needs-unknown', 'unknown-inside'))
    .flag(needs('needs-one-of', { flag: 'three', variants: ['b', 'a'] }))
    .flag(needs('needs-none', { flag: 'three', variants: [] }))
    .flag(needs('needs-two', 'on', 'by-plan'))
    .flag(needs('needs-two-unmet', 'off', 'absent'))
    .flag(needs('needs-needs', 'needs-by-plan'))
    .flag(needs('needs-off-of-failed', { flag: 'needs-off', variants: ['off'] }))
    .flag(needs('itself', 'itself'))
    .flag(needs('one', 'two'))
    .flag(needs('two', 'one'))
    .flag(needs('two-of-off', { flag: 'one-of-off', variants: ['on', 'off'] }))
    .flag(needs('one-of-off', { flag: 'two-of-off', variants: ['on', 'off'] }))
    .flag(needs('into-circle', 'on', 'one'));
  met('a prerequisite that serves the variant', 'needs-on');
  unmet('a prerequisite that serves another', 'needs-off', 'off');
  met('a prerequisite that serves the off variant that is asked for', 'needs-off-variant');
  met('a prerequisite that depends on the context', 'needs-by-plan', { plan: 'pro' });
  unmet('a prerequisite that depends on another context', 'needs-by-plan', 'by-plan', { plan: 'free' });
  unmet('a prerequisite that is disabled, though its off variant would do', 'needs-disabled', 'disabled');
  unmet('a prerequisite that is archived', 'needs-archived', 'archived');
  unmet('a prerequisite that is absent', 'needs-absent', 'absent');
  met('a prerequisite that only servers see', 'needs-invisible');
  fixture.served(
    'a prerequisite that only servers see, asked with a client key',
    { flag: 'needs-invisible', clientVisibleOnly: true },
    'on',
    'STATIC',
  );
  met('a prerequisite with an individual target', 'needs-by-target', { targetingKey: 'u-1' });
  unmet('a prerequisite with a target that is another', 'needs-by-target', 'by-target', { targetingKey: 'u-2' });
  met('a prerequisite with a split', 'needs-by-split', { targetingKey: 'u-42' });
  unmet('a prerequisite with a split whose unit is missing', 'needs-by-split', 'by-split');
  fixture.served('a prerequisite with something unknown', { flag: 'needs-unknown' }, 'on', 'STATIC', { degraded: true });
  met('a prerequisite that serves one of several', 'needs-one-of');
  unmet('a prerequisite of no variants', 'needs-none', 'three');
  met('all of several are met', 'needs-two', { plan: 'pro' });
  unmet('one of several is not met', 'needs-two', 'by-plan', { plan: 'free' });
  unmet('the first that is not met is told', 'needs-two-unmet', 'off');
  met('a prerequisite of a prerequisite', 'needs-needs', { plan: 'pro' });
  unmet('a prerequisite of a prerequisite that is not met', 'needs-needs', 'needs-by-plan', { plan: 'free' });
  unmet('a prerequisite whose own is not met is not met, though its off variant would do', 'needs-off-of-failed', 'needs-off');
  unmet('a flag that needs itself', 'itself', 'itself');
  unmet('a circle of two', 'one', 'two');
  unmet('the other of the circle', 'two', 'one');
  unmet('a circle in which every variant would do', 'two-of-off', 'one-of-off');
  unmet('a flag that leads into a circle', 'into-circle', 'one');
  for (let level = 0; level <= 33; level++)
    fixture.flag(level === 33 ? needs('chain-33') : needs(`chain-${level}`, `chain-${level + 1}`));
  met('a chain of 32', 'chain-1');
  unmet('a chain of 33, which is longer than is followed', 'chain-0', 'chain-1');
  return fixture;
}

function targets() {
  const fixture = new Fixture('targets', 'Individual targets: keys, kinds, order and expiry');
  const variants = ['default', 'a', 'b'];
  const target = (variant, keys, more = {}) => ({ contextKind: 'user', variant, keys, ...more });
  const expiresAt = '2026-01-02T00:00:00Z';
  const boundMs = 1767312000000;
  fixture
    .flag(stringFlag('plain', variants, { targets: [target('a', ['u-1', 'u-2']), target('b', ['u-2', 'u-3'])] }))
    .flag(stringFlag('kinds', variants, { targets: [target('a', ['acme'], { contextKind: 'org' }), target('b', ['u-1'])] }))
    .flag(stringFlag('expiring', variants, { targets: [target('a', ['u-1'], { expiresAt }), target('b', ['u-1', 'u-2'])] }))
    .flag(stringFlag('all-expiring', variants, { targets: [target('a', ['u-1'], { expiresAt })] }))
    .flag(stringFlag('past', variants, { targets: [target('a', ['u-1'], { expiresAt: '2001-01-01T00:00:00Z' })] }))
    .flag(stringFlag('future', variants, { targets: [target('a', ['u-1'], { expiresAt: '9999-01-01T00:00:00Z' })] }))
    .flag(
      stringFlag('unreadable-expiry', variants, { targets: [target('a', ['u-1'], { expiresAt: 'soon' }), target('b', ['u-1'])] }),
    )
    .flag(stringFlag('empty', variants, { targets: [target('a', []), target('b', [''])] }))
    .flag(stringFlag('number', variants, { targets: [target('a', ['42'])] }))
    .flag(
      stringFlag('unreadable', variants, {
        targets: [{ contextKind: 'user', variant: 'a', keys: 'u-1' }, { keys: ['u-1'] }, null, target('b', ['u-1'])],
      }),
    )
    .flag(booleanFlag('inherited', { targets: [target('off', ['constructor', '__proto__'])] }));
  const gets = (says, flag, variant, context, more = {}) =>
    fixture.served(says, { flag, context, ...more }, variant, variant === 'default' ? 'DEFAULT' : 'TARGETING_MATCH');
  const user = { targetingKey: 'u-1' };
  gets('a key of the first', 'plain', 'a', user);
  gets('a key of both', 'plain', 'a', { targetingKey: 'u-2' });
  gets('a key of the second', 'plain', 'b', { targetingKey: 'u-3' });
  gets('a key of none', 'plain', 'default', { targetingKey: 'u-4' });
  gets('a key in capitals', 'plain', 'default', { targetingKey: 'U-1' });
  gets('no key', 'plain', 'default', {});
  gets('a key of another kind', 'kinds', 'a', { org: { key: 'acme' }, ...user });
  gets('the kind of the top level', 'kinds', 'a', { kind: 'org', targetingKey: 'acme' });
  gets("another kind's key at the top level", 'kinds', 'default', { targetingKey: 'acme' });
  gets("the user's key in another kind", 'kinds', 'default', { targetingKey: 'x', org: { key: 'u-1' } });
  gets('the user within another kind', 'kinds', 'b', { kind: 'org', targetingKey: 'other', user: { key: 'u-1' } });
  gets('an individual target needs no attributes and takes them', 'kinds', 'b', {
    ...user,
    plan: 'pro',
    privateAttributes: ['plan'],
  });
  gets('a millisecond before it expires', 'expiring', 'a', user, { nowMs: boundMs - 1 });
  gets('the moment at which it expires', 'expiring', 'b', user, { nowMs: boundMs });
  gets('after it expired', 'expiring', 'b', user, { nowMs: boundMs + 86_400_000 });
  gets('before it expires, another key', 'expiring', 'b', { targetingKey: 'u-2' }, { nowMs: boundMs - 1 });
  gets('a target that expired still is one: DEFAULT, not STATIC', 'all-expiring', 'default', user, { nowMs: boundMs });
  gets('long expired', 'past', 'default', user, { nowMs: boundMs });
  gets('not expired for long', 'future', 'a', user, { nowMs: boundMs });
  gets('an expiry that can not be read has passed', 'unreadable-expiry', 'b', user, { nowMs: boundMs });
  gets('an empty key is no key', 'empty', 'default', { targetingKey: '' });
  gets('an empty list names nobody', 'empty', 'default', user);
  gets('a key that is a number is its text', 'number', 'a', { targetingKey: 42 });
  gets('a key that is a fraction is none', 'number', 'default', { targetingKey: 42.5 });
  gets('targets that can not be read name nobody', 'unreadable', 'b', user);
  fixture.served(
    'a key that every object has',
    { flag: 'inherited', context: { targetingKey: 'constructor' } },
    'off',
    'TARGETING_MATCH',
  );
  fixture.served(
    'a key that every object has and nobody named',
    { flag: 'inherited', context: { targetingKey: 'toString' } },
    'on',
    'DEFAULT',
  );
  return fixture;
}

function clientVisibility() {
  const fixture = new Fixture('client-visibility', 'What a client key sees');
  fixture
    .flag(booleanFlag('visible'))
    .flag(booleanFlag('invisible', { clientVisible: false }))
    .flag(booleanFlag('invisible-disabled', { clientVisible: false, enabled: false }))
    .flag(booleanFlag('visible-disabled', { enabled: false }))
    .flag(booleanFlag('visible-archived', { archived: true }))
    .flag({ ...booleanFlag('unsaid'), clientVisible: undefined })
    .flag({ ...booleanFlag('no-boolean'), clientVisible: 'true' });
  const context = { targetingKey: 'u-1' };
  const client = { context, clientVisibleOnly: true };
  return fixture
    .served('a visible flag', { flag: 'visible', ...client }, 'on', 'STATIC')
    .served('a visible flag, by a server', { flag: 'visible', context }, 'on', 'STATIC')
    .error('an invisible flag', { flag: 'invisible', ...client }, 'FLAG_NOT_FOUND')
    .served('an invisible flag, by a server', { flag: 'invisible', context }, 'on', 'STATIC')
    .error(
      'an invisible flag, asked as the wrong type: not even its type is told',
      { flag: 'invisible', type: 'string', default: 'x', ...client },
      'FLAG_NOT_FOUND',
    )
    .error(
      'a visible flag, asked as the wrong type',
      { flag: 'visible', type: 'string', default: 'x', ...client },
      'TYPE_MISMATCH',
    )
    .error('an invisible flag that is disabled', { flag: 'invisible-disabled', ...client }, 'FLAG_NOT_FOUND')
    .served('a visible flag that is disabled', { flag: 'visible-disabled', ...client }, 'off', 'DISABLED')
    .error('a visible flag that is archived', { flag: 'visible-archived', ...client }, 'FLAG_NOT_FOUND')
    .error('visibility that is not said is none', { flag: 'unsaid', ...client }, 'FLAG_NOT_FOUND')
    .error('visibility that is no boolean is none', { flag: 'no-boolean', ...client }, 'FLAG_NOT_FOUND')
    .error('a flag that is not there', { flag: 'absent', ...client }, 'FLAG_NOT_FOUND');
}

export const flagFixtures = [notReady(), order(), types(), prerequisites(), targets(), clientVisibility()];
