// The type asked for, the type of the flag, and values that are of neither.
import { booleanFlag, Fixture, stringFlag, valueFlag } from '../../fixture.mjs';

const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };

export function types() {
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
