// The flags, segment and users that every contestant gets, in words that each translates into its own.

/** Users in turn: a power of two, so that taking the next is a mask. */
export const userCount = 1_024;

/** Flags besides the four that are asked for by name. */
export const manyCount = 1_000;

/**
 * A user as an application knows it.
 * @typedef {{ key: string, country: string, plan: string, email: string, device: string, appVersion: string }} User
 */

/** @typedef {'equals' | 'in' | 'contains' | 'semverGreaterOrEqual'} Operator */

/** @typedef {readonly [attribute: Exclude<keyof User, 'key'>, operator: Operator, value: string | readonly string[]]} Test */

/** `boolean` serves on; `rollout` serves on to half; `rules` serves what the first rule says that holds; `segment` serves on to members. */
/** @typedef {{ key: string, kind: 'boolean' | 'rollout' | 'rules' | 'segment' }} Flag */

/** A linear congruential generator (Numerical Recipes), so that every contestant in every process sees the same. */
function seeded() {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

const random = seeded();

/** @param {number} length */
function hexDigits(length) {
  let digits = '';
  while (digits.length < length) digits += (random() >>> 4).toString(16).padStart(7, '0');
  return digits.slice(0, length);
}

function uuid() {
  return `${hexDigits(8)}-${hexDigits(4)}-4${hexDigits(3)}-a${hexDigits(3)}-${hexDigits(12)}`;
}

const countries = Array.from({ length: 50 }, (_, i) => `A${String(i).padStart(2, '0')}`);
const otherCountries = Array.from({ length: 50 }, (_, i) => `B${String(i).padStart(2, '0')}`);

/** @type {readonly User[]} */
export const users = Array.from({ length: userCount }, (_, i) => ({
  key: uuid(),
  country: countries[i % 50] ?? '',
  plan: 'pro',
  email: `user${i}@mail.example`,
  device: 'mobile',
  appVersion: `2.${3 + (i % 5)}.${i % 10}`,
}));

/** 10,000 keys; every second user is among them. */
export const segmentKeys = Array.from({ length: 10_000 }, (_, i) => users[i * 2]?.key ?? uuid());

/**
 * Two tests each, both of which must hold. For `users` the first test of rules 1 to 4 holds and the second fails, and rule 5
 * holds: all ten are looked at. Only the last serves on.
 *
 * @type {readonly (readonly Test[])[]}
 */
export const rules = [
  [
    ['country', 'in', countries],
    ['plan', 'equals', 'enterprise'],
  ],
  [
    ['appVersion', 'semverGreaterOrEqual', '2.0.0'],
    ['email', 'contains', '@corp.'],
  ],
  [
    ['device', 'equals', 'mobile'],
    ['country', 'in', otherCountries],
  ],
  [
    ['email', 'contains', '@mail.'],
    ['appVersion', 'semverGreaterOrEqual', '3.0.0'],
  ],
  [
    ['country', 'in', countries],
    ['appVersion', 'semverGreaterOrEqual', '2.1.0'],
  ],
];

/** @type {readonly Flag[]} */
const named = [
  { key: 'bool', kind: 'boolean' },
  { key: 'roll', kind: 'rollout' },
  { key: 'rules', kind: 'rules' },
  { key: 'seg', kind: 'segment' },
];

/** 400 boolean, 400 rollouts, 200 with rules. @type {readonly Flag[]} */
export const many = Array.from({ length: manyCount }, (_, i) => ({
  key: `f${i}`,
  kind: i % 5 < 2 ? 'boolean' : i % 5 < 4 ? 'rollout' : 'rules',
}));

export const flags = [...named, ...many];

/** Users for whom other rules hold, or none, to see that contestants agree beyond the one path that is timed. */
const strangers = [
  { country: 'A01', plan: 'enterprise' },
  { country: 'C01' },
  { country: 'B07' },
  { country: 'C01', email: 'somebody@corp.example' },
  { appVersion: '3.0.0' },
  { appVersion: '2.0.9', country: 'A49' },
  { appVersion: '1.99.0', device: 'desktop' },
  { device: 'desktop', country: 'C02', email: 'x@elsewhere.example' },
];

/** @type {readonly User[]} */
export const checkedUsers = [
  ...users.slice(0, 64),
  ...strangers.map((changes, i) => ({
    key: uuid(),
    country: 'A00',
    plan: 'pro',
    email: `s${i}@mail.example`,
    device: 'mobile',
    appVersion: '2.5.0',
    ...changes,
  })),
];

/** @param {string} text @param {string} bound */
function isAtLeast(text, bound) {
  const [left, right] = [text.split('.').map(Number), bound.split('.').map(Number)];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 || (left[at] ?? 0) > (right[at] ?? 0);
}

/** @param {User} user @param {Test} test */
function holds(user, [attribute, operator, value]) {
  const seen = user[attribute];
  if (operator === 'in') return value.includes(seen);
  if (typeof value !== 'string') return false;
  if (operator === 'equals') return seen === value;
  return operator === 'contains' ? seen.includes(value) : isAtLeast(seen, value);
}

/**
 * Products differ in what follows when a rule holds that serves off: mostly that ends it; with some every rule that holds
 * serves on.
 *
 * @param {User} user
 * @param {'first' | 'any'} deciding
 */
function servedByRules(user, deciding) {
  const held = rules.map((rule) => rule.every((test) => holds(user, test)));
  return deciding === 'any' ? held.includes(true) : held.indexOf(true) === rules.length - 1;
}

const members = new Set(segmentKeys);

/**
 * What a flag serves to a user, worked out in the plainest way; `undefined` for rollouts, where every contestant hashes in its
 * own way and only shares can be compared.
 *
 * @param {Flag['kind']} kind
 * @param {User} user
 * @param {'first' | 'any'} deciding
 * @returns {boolean | undefined}
 */
export function expectedOf(kind, user, deciding) {
  switch (kind) {
    case 'boolean':
      return true;
    case 'rollout':
      return undefined;
    case 'rules':
      return servedByRules(user, deciding);
    case 'segment':
      return members.has(user.key);
  }
}
