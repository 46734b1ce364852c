// Holdouts, and arms that are assigned elsewhere.
import { bucketOf } from '../../bucket.mjs';
import { Fixture, stringFlag } from '../../fixture.mjs';
import { all, byDefault, half, halves, inRule, range, split, variants } from './split-parts.mjs';

const holdoutSalt = '3333333344444444';
const holds = (unit) => bucketOf(unit, holdoutSalt) < 10_000;
const units = Array.from({ length: 1_000 }, (_, index) => `u-${index}`);
const held = units.find(holds);
const free = units.find((unit) => !holds(unit));
const ten = [{ from: 0, to: 10_000 }];
const cover = (holdout, baseline = 'base') => ({ holdout, baseline });
const covered = (...covers) => ({ holdouts: covers });
const experiment = { enrol: { salt: 'aaaaaaaabbbbbbbb', ranges: [all], otherwise: 'other' }, iterationId: 'it-1' };

/** Holdouts of several kinds, and what they cover. */
function withDefinitions(fixture) {
  fixture
    .add('holdout', { key: 'h', contextKind: 'user', salt: holdoutSalt, ranges: ten })
    .add('holdout', { key: 'everybody', contextKind: 'user', salt: holdoutSalt, ranges: [all] })
    .add('holdout', { key: 'nobody', contextKind: 'user', salt: holdoutSalt, ranges: [] })
    .add('holdout', { key: 'orgs', contextKind: 'org', salt: holdoutSalt, ranges: [all] })
    .add('holdout', { key: 'plans', contextKind: 'user', attribute: 'plan', salt: holdoutSalt, ranges: [all] })
    .add('holdout', { key: 'unusable', contextKind: 'user', salt: 'x', ranges: [all] });
  return fixture
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
}

export function holdouts() {
  const fixture = withDefinitions(
    new Fixture('holdouts', 'Holdouts go before all else in a split, and cover rules that serve one variant'),
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

export function recorded() {
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
