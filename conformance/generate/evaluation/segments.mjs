// Segments: by a condition and by lists, nested, inline, as fingerprints, exact, and on the server only.
import { fingerprintOf, findUnit, shardBody } from '../bucket.mjs';
import { Fixture, truthFlag } from '../fixture.mjs';

const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };
const inSegment = (key) => ({ inSegment: key });
const none = { keys: [] };

function ruleSegments() {
  const fixture = new Fixture('rule-segments', 'Segments by a condition, and segments within segments');
  const rule = (key, when) => fixture.segment({ key, type: 'rule', when });
  rule('pro', pro);
  rule('not-pro', { not: inSegment('pro') });
  rule('pro-abroad', { all: [inSegment('pro'), { attribute: 'country', op: 'notEquals', values: ['NL'] }] });
  rule('everybody', { all: [] });
  rule('nobody', { any: [] });
  rule('acme', { kind: 'org', attribute: 'key', op: 'equals', values: ['acme'] });
  rule('of-absent', inSegment('absent'));
  rule('itself', inSegment('itself'));
  rule('one', { any: [inSegment('two'), pro] });
  rule('two', inSegment('one'));
  rule('by-flag', { flagIs: { flag: 'segment-pro', variants: ['holds'] } });
  rule('newer-operator', { attribute: 'plan', op: 'resembles', values: ['pro'] });
  fixture.segment({ key: 'newer-type', type: 'query', query: 'plan = pro' });
  fixture.segment({ key: 'no-type' });
  fixture.segment({ key: 'no-condition', type: 'rule' });
  const levels = 100;
  for (let level = 0; level <= levels; level++) rule(`level-${level}`, level === levels ? pro : inSegment(`level-${level + 1}`));
  /** @type {readonly (readonly [key: string, context: object, letter: string])[]} */
  const cells = [
    ['pro', { plan: 'pro' }, 'T'],
    ['pro', { plan: 'free' }, 'F'],
    ['pro', {}, 'F'],
    ['not-pro', { plan: 'free' }, 'T'],
    ['not-pro', {}, 'T'],
    ['not-pro', { plan: 'pro' }, 'F'],
    ['pro-abroad', { plan: 'pro', country: 'DE' }, 'T'],
    ['pro-abroad', { plan: 'pro', country: 'NL' }, 'F'],
    ['pro-abroad', { plan: 'pro' }, 'F'],
    ['everybody', {}, 'T'],
    ['nobody', { plan: 'pro' }, 'F'],
    ['acme', { org: { key: 'acme' } }, 'T'],
    ['acme', { targetingKey: 'acme' }, 'F'],
    ['absent', { plan: 'pro' }, 'U'],
    ['of-absent', { plan: 'pro' }, 'U'],
    ['itself', { plan: 'pro' }, 'U'],
    ['one', { plan: 'pro' }, 'T'],
    ['one', { plan: 'free' }, 'U'],
    ['by-flag', { plan: 'pro' }, 'T'],
    ['by-flag', { plan: 'free' }, 'F'],
    ['newer-operator', { plan: 'pro' }, 'U'],
    ['newer-type', { plan: 'pro' }, 'U'],
    ['no-type', { plan: 'pro' }, 'U'],
    ['no-condition', { plan: 'pro' }, 'U'],
    ['level-90', { plan: 'pro' }, 'T'],
    ['level-0', { plan: 'pro' }, 'T'],
    ['level-0', { plan: 'free' }, 'F'],
    ['constructor', { plan: 'pro' }, 'U'],
  ];
  for (const key of new Set(cells.map(([key]) => key))) fixture.flag(truthFlag(`segment-${key}`, inSegment(key)));
  for (const [key, context, letter] of cells)
    fixture.truth(
      `${key} of ${JSON.stringify(context)}`,
      { flag: `segment-${key}`, context: { targetingKey: 'u-1', ...context } },
      letter,
    );
  return fixture;
}

function listSegments() {
  const fixture = new Fixture('list-segments', 'Lists of keys that travel in the definitions; excluded wins');
  const list = (key, included, excluded = [], more = {}) =>
    fixture.segment({
      key,
      type: 'list',
      contextKind: 'user',
      included: { keys: included },
      excluded: { keys: excluded },
      ...more,
    });
  list('beta', ['u-1', 'u-2', 'u-3'], ['u-2', 'u-9']);
  list('empty', []);
  list('orgs', ['acme'], [], { contextKind: 'org' });
  list('exact', ['u-1'], ['u-2'], { exact: true });
  list('odd', ['', ' ', 'Ünïcode', '42', 'constructor', '\ud800']);
  fixture.segment({ key: 'beta-pro', type: 'rule', when: { all: [inSegment('beta'), pro] } });
  fixture.segment({ key: 'no-kind', type: 'list', included: { keys: ['u-1'] }, excluded: none });
  fixture.segment({ key: 'newer-source', type: 'list', contextKind: 'user', included: { filter: 'AAAA' }, excluded: none });
  fixture.segment({
    key: 'excluded-newer-source',
    type: 'list',
    contextKind: 'user',
    included: { keys: ['u-1'] },
    excluded: { filter: 'AAAA' },
  });
  /** @type {readonly (readonly [says: string, key: string, context: object, letter: string])[]} */
  const cells = [
    ['included', 'beta', { targetingKey: 'u-1' }, 'T'],
    ['included and excluded', 'beta', { targetingKey: 'u-2' }, 'F'],
    ['neither', 'beta', { targetingKey: 'u-4' }, 'F'],
    ['excluded alone', 'beta', { targetingKey: 'u-9' }, 'F'],
    ['in capitals', 'beta', { targetingKey: 'U-1' }, 'F'],
    ['no key', 'beta', {}, 'F'],
    ['an empty key', 'beta', { targetingKey: '' }, 'F'],
    ['a key of another kind', 'beta', { targetingKey: 'x', org: { key: 'u-1' } }, 'F'],
    ['the kind of the top level is another', 'beta', { kind: 'org', targetingKey: 'u-1' }, 'F'],
    ['an empty list', 'empty', { targetingKey: 'u-1' }, 'F'],
    ['a list of organisations', 'orgs', { targetingKey: 'x', org: { key: 'acme' } }, 'T'],
    ['a list of organisations, the user has the key', 'orgs', { targetingKey: 'acme' }, 'F'],
    ['a list of organisations, at the top level', 'orgs', { kind: 'org', targetingKey: 'acme' }, 'T'],
    ['an exact list of keys', 'exact', { targetingKey: 'u-1' }, 'T'],
    ['an exact list of keys, excluded', 'exact', { targetingKey: 'u-2' }, 'F'],
    ['an empty key in the list lets nobody in', 'odd', { targetingKey: '' }, 'F'],
    ['a space is a key', 'odd', { targetingKey: ' ' }, 'T'],
    ['any letters', 'odd', { targetingKey: 'Ünïcode' }, 'T'],
    ['the same letters composed otherwise', 'odd', { targetingKey: 'Ünïcode'.normalize('NFD') }, 'F'],
    ['a number is its text', 'odd', { targetingKey: 42 }, 'T'],
    ['a name that every object has, in the list', 'odd', { targetingKey: 'constructor' }, 'T'],
    ['a name that every object has, not in the list', 'beta', { targetingKey: 'constructor' }, 'F'],
    ['a list within a condition', 'beta-pro', { targetingKey: 'u-1', plan: 'pro' }, 'T'],
    ['a list within a condition, excluded', 'beta-pro', { targetingKey: 'u-2', plan: 'pro' }, 'F'],
    ['a source of keys that nobody here knows', 'newer-source', { targetingKey: 'u-1' }, 'U'],
    ['an excluded side that nobody here knows, included', 'excluded-newer-source', { targetingKey: 'u-1' }, 'U'],
    ['an excluded side that nobody here knows, not included', 'excluded-newer-source', { targetingKey: 'u-2' }, 'F'],
  ];
  for (const key of new Set(cells.map(([, key]) => key))) fixture.flag(truthFlag(`segment-${key}`, inSegment(key)));
  for (const [says, key, context, letter] of cells) fixture.truth(says, { flag: `segment-${key}`, context }, letter);
  return fixture;
}

/** Adds the shards of one side of a list, those named in `without` left out. */
function addShards(fixture, segment, side, of, keys, without = []) {
  const bits = Math.log2(of);
  const shardOf = (key) => Number(fingerprintOf(key) >> BigInt(64 - bits));
  for (let shard = 0; shard < of; shard++) {
    if (without.includes(shard)) continue;
    const fingerprints = shardBody(keys.filter((key) => bits === 0 || shardOf(key) === shard).map(fingerprintOf));
    fixture.add('list-shard', { segment, side, shard, of, fingerprints }, `${segment}-${side}-${of}-${shard}`);
  }
  return shardOf;
}

function shardedSegments() {
  const fixture = new Fixture('sharded-segments', 'Longer lists, as sorted fingerprints of 64 bits');
  const members = Array.from({ length: 200 }, (_, index) => `member-${index}`);
  const excluded = members.filter((_, index) => index % 10 === 0);
  const list = (key, included, without, more = {}) =>
    fixture.segment({ key, type: 'list', contextKind: 'user', included, excluded: without, ...more });
  list('single', { shards: 1 }, none);
  addShards(fixture, 'single', 'included', 1, members);
  list('both', { shards: 4 }, { shards: 2 });
  const shardOf = addShards(fixture, 'both', 'included', 4, members);
  addShards(fixture, 'both', 'excluded', 2, excluded);
  list('mixed', { shards: 8 }, { keys: ['member-3'] });
  addShards(fixture, 'mixed', 'included', 8, members);
  list('missing-shard', { shards: 4 }, { keys: ['member-3'] });
  addShards(fixture, 'missing-shard', 'included', 4, members, [1]);
  list('recut', { shards: 2 }, none);
  addShards(fixture, 'recut', 'included', 4, members);
  list('exact', { shards: 1 }, none, { exact: true });
  addShards(fixture, 'exact', 'included', 1, members);
  list('wrong-count', { shards: 3 }, none);
  list('empty', { shards: 1 }, none);
  addShards(fixture, 'empty', 'included', 1, []);
  const lost = findUnit('member-', (key) => shardOf(key) === 1 && members.includes(key) && key !== 'member-3');
  const kept = findUnit('member-', (key) => shardOf(key) !== 1 && members.includes(key) && key !== 'member-3');
  const stranger = findUnit('stranger-', (key) => shardOf(key) === 0);
  const lostStranger = findUnit('stranger-', (key) => shardOf(key) === 1);
  const cells = [
    ...['member-1', 'member-57', 'member-199'].map((key) => ['a member of one shard', 'single', key, 'T']),
    ...['stranger-1', 'member-200', 'MEMBER-1', ''].map((key) => ['a stranger to one shard', 'single', key, 'F']),
    ...['member-1', 'member-2', 'member-3', 'member-4', 'member-5'].map((key) => ['a member of four shards', 'both', key, 'T']),
    ...['member-0', 'member-10', 'member-190'].map((key) => ['excluded by two shards', 'both', key, 'F']),
    ['a stranger to four shards', 'both', stranger, 'F'],
    ['a member of eight shards', 'mixed', 'member-0', 'T'],
    ['excluded by its key', 'mixed', 'member-3', 'F'],
    ['a stranger to eight shards', 'mixed', stranger, 'F'],
    ['a member in a shard that is there', 'missing-shard', kept, 'T'],
    ['a stranger to a shard that is there', 'missing-shard', stranger, 'F'],
    ['a member in a shard that is not there', 'missing-shard', lost, 'U'],
    ['a stranger to a shard that is not there', 'missing-shard', lostStranger, 'U'],
    ['shards of another cut are not mixed in', 'recut', 'member-1', 'U'],
    ['an exact list is never answered from fingerprints', 'exact', 'member-1', 'U'],
    ['a number of shards that is no power of two', 'wrong-count', 'member-1', 'U'],
    ['a list without keys', 'empty', 'member-1', 'F'],
  ];
  for (const key of new Set(cells.map(([, key]) => key))) fixture.flag(truthFlag(`segment-${key}`, inSegment(key)));
  for (const [says, segment, key, letter] of cells)
    fixture.truth(`${says}: ${JSON.stringify(key)}`, { flag: `segment-${segment}`, context: { targetingKey: key } }, letter);
  return fixture;
}

function remoteSegments() {
  const fixture = new Fixture(
    'remote-segments',
    'Lists that are on the server only: known where they were asked for, else unknown',
  );
  const list = (key, included, excluded, more = {}) =>
    fixture.segment({ key, type: 'list', contextKind: 'user', included, excluded, ...more });
  list('vip', { remote: true }, { remote: true });
  list('vip-orgs', { remote: true }, { remote: true }, { contextKind: 'org' });
  list('allowed', { shards: 1 }, none, { exact: true });
  list('excluded-remotely', { keys: ['u-1'] }, { remote: true });
  fixture.segment({ key: 'vip-pro', type: 'rule', when: { all: [inSegment('vip'), pro] } });
  fixture.segment({ key: 'vip-or-pro', type: 'rule', when: { any: [inSegment('vip'), pro] } });
  const user = { targetingKey: 'u-1' };
  /** @type {readonly (readonly [says: string, key: string, context: object, memberships: object | undefined, letter: string])[]} */
  const cells = [
    ['not asked', 'vip', user, undefined, 'U'],
    ['a member', 'vip', user, { vip: true }, 'T'],
    ['no member', 'vip', user, { vip: false }, 'F'],
    ['another list was asked', 'vip', user, { other: true }, 'U'],
    ['no key: in no list, whatever was answered', 'vip', {}, { vip: true }, 'F'],
    ['a member of another kind', 'vip-orgs', { ...user, org: { key: 'acme' } }, { 'vip-orgs': true }, 'T'],
    ['a kind that the context lacks', 'vip-orgs', user, { 'vip-orgs': true }, 'F'],
    ['an exact list that was asked', 'allowed', user, { allowed: true }, 'T'],
    ['an exact list that was not', 'allowed', user, undefined, 'U'],
    ['included here, excluded there', 'excluded-remotely', user, undefined, 'U'],
    ['not included here, so that what is there does not matter', 'excluded-remotely', { targetingKey: 'u-2' }, undefined, 'F'],
    ['included here, asked there', 'excluded-remotely', user, { 'excluded-remotely': false }, 'F'],
    ['not asked, and the rest does not hold', 'vip-pro', { ...user, plan: 'free' }, undefined, 'F'],
    ['not asked, and the rest holds', 'vip-pro', { ...user, plan: 'pro' }, undefined, 'U'],
    ['asked, and the rest holds', 'vip-pro', { ...user, plan: 'pro' }, { vip: true }, 'T'],
    ['not asked, and the rest decides', 'vip-or-pro', { ...user, plan: 'pro' }, undefined, 'T'],
    ['not asked, and the rest does not decide', 'vip-or-pro', { ...user, plan: 'free' }, undefined, 'U'],
  ];
  for (const key of new Set(cells.map(([, key]) => key))) fixture.flag(truthFlag(`segment-${key}`, inSegment(key)));
  for (const [says, segment, context, memberships, letter] of cells)
    fixture.truth(says, { flag: `segment-${segment}`, context, ...(memberships && { memberships }) }, letter);
  const rule = (id, when) => ({ id, when, serve: { variant: 'holds' } });
  fixture.flag(truthFlag('others', inSegment('vip'), { rules: [rule('not-vip', { not: inSegment('vip') })] }));
  fixture.served(
    'a rule for all who are not in it lets nobody in while it is not known',
    { flag: 'others', context: user },
    'unknown',
    'DEFAULT',
    { degraded: true },
  );
  fixture.served(
    'and lets strangers in once it is',
    { flag: 'others', context: user, memberships: { vip: false } },
    'holds',
    'TARGETING_MATCH',
    { ruleId: 'not-vip' },
  );
  fixture.flag(truthFlag('goes-on', pro, { rules: [rule('vip', inSegment('vip')), rule('pro', pro)] }));
  fixture.served(
    'a rule that is not known is passed over, and that is told',
    { flag: 'goes-on', context: { ...user, plan: 'pro' } },
    'holds',
    'TARGETING_MATCH',
    { ruleId: 'pro', degraded: true },
  );
  return fixture;
}

export const segmentFixtures = [ruleSegments(), listSegments(), shardedSegments(), remoteSegments()];
