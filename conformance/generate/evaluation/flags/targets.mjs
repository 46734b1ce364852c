// Individual targets: keys, kinds, order and expiry.
import { booleanFlag, Fixture, stringFlag } from '../../fixture.mjs';

export function targets() {
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
  gets('after it expired', 'expiring', 'b', user, { nowMs: boundMs + 1 });
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
