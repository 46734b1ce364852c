// Steps 0 to 6: the first that applies.
import { Fixture, stringFlag } from '../../fixture.mjs';

const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };

const always = { all: [] };

const salt = '0123456789abcdef';

const everybody = (variant) => ({ split: { id: 'sp', contextKind: 'user', salt, ranges: [{ variant, from: 0, to: 100_000 }] } });

/** Flags that have all that an evaluation goes by, each with more of it out of the way. */
function withFlags(fixture) {
  const target = { contextKind: 'user', variant: 'target', keys: ['u-1'] };
  const variants = ['default', 'off', 'target', 'first', 'second'];
  const rules = [
    { id: 'r-1', when: pro, serve: { variant: 'first' } },
    { id: 'r-2', when: always, serve: { variant: 'second' } },
  ];
  const unmet = [{ flag: 'absent', variants: ['on'] }];
  const full = { offVariant: 'off', prerequisites: unmet, targets: [target], rules };
  return fixture
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
}

export function notReady() {
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

export function order() {
  const user = { targetingKey: 'u-1', plan: 'pro' };
  const fixture = withFlags(new Fixture('order', 'The order of an evaluation: the first that applies'));
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
