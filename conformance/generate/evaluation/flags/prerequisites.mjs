// Prerequisites: met, unmet, deep, in a circle.
import { booleanFlag, Fixture, stringFlag } from '../../fixture.mjs';

const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };

const salt = '0123456789abcdef';

/** A flag that needs others to serve `on`, or what is said of them. */
const needs = (key, ...others) =>
  booleanFlag(key, {
    prerequisites: others.map((other) => (typeof other === 'string' ? { flag: other, variants: ['on'] } : other)),
  });

/** Flags that are needed, and flags that need them, alone and in chains and circles. */
function withFlags(fixture) {
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
  for (let level = 0; level <= 100; level++)
    fixture.flag(level === 100 ? needs('chain-100') : needs(`chain-${level}`, `chain-${level + 1}`));
  return fixture;
}

export function prerequisites() {
  const fixture = withFlags(new Fixture('prerequisites', 'Prerequisites: met, unmet, deep, in a circle'));
  const met = (says, flag, context = {}) => fixture.served(says, { flag, context }, 'on', 'STATIC');
  const unmet = (says, flag, failed, context = {}, more = {}) =>
    fixture.served(says, { flag, context }, 'off', 'DEFAULT', { prerequisiteFailed: failed, ...more });
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
  met('a chain of 10', 'chain-90');
  met('a chain of 100', 'chain-0');
  return fixture;
}
