// What the machine allows: closures over plain data and the same two-stage hash, without validation, details, traces, kinds,
// lists as values, unknowns or anything else that a product needs. Nobody could ship it; nothing of the kind can be faster by much.
import { rules, segmentKeys } from './workload.mjs';

/** @param {number} hash @param {number} block */
function mixed(hash, block) {
  let k = Math.imul(block, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** @param {number} hash @param {number} length */
function finished(hash, length) {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** murmur3 of ASCII text whose length is a multiple of four, as all keys of the workload are. @param {string} text @param {number} seed */
export function hashText(text, seed) {
  let h = seed | 0;
  for (let i = 0; i < text.length; i += 4) {
    const low = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 8);
    h = mixed(h, low | (text.charCodeAt(i + 2) << 16) | (text.charCodeAt(i + 3) << 24));
  }
  return finished(h, text.length) | 0;
}

/** @param {number} h1 @param {number} h2 @param {number} salt */
export function isInLowerHalf(h1, h2, salt) {
  return finished(mixed(mixed(mixed(salt, h1), h2), salt ^ 0x5bd1e995), 12) < 0x8000_0000;
}

/** Compares without allocation. @param {string} text @param {readonly number[]} bound */
function isAtLeast(text, bound) {
  let position = 0;
  for (let part = 0; part < 3; part++) {
    let value = 0;
    for (; position < text.length; position++) {
      const code = text.charCodeAt(position);
      if (code < 48 || code > 57) break;
      value = value * 10 + code - 48;
    }
    const wanted = bound[part] ?? 0;
    if (value !== wanted) return value > wanted;
    position++;
  }
  return true;
}

/** @typedef {import('./workload.mjs').User} User */

/** @param {import('./workload.mjs').Test} test @returns {(user: User) => boolean} */
function testOf([attribute, operator, value]) {
  if (operator === 'in') {
    const set = new Set(value);
    return (user) => set.has(user[attribute]);
  }
  const text = String(value);
  if (operator === 'equals') return (user) => user[attribute] === text;
  if (operator === 'contains') return (user) => user[attribute].includes(text);
  const bound = text.split('.').map(Number);
  return (user) => isAtLeast(user[attribute], bound);
}

/** @returns {(user: User) => boolean} */
function rulesTest() {
  const compiled = rules.map((rule, i) => {
    const [first, second] = rule.map(testOf);
    if (first === undefined || second === undefined) throw new Error('a rule of the workload has two tests');
    return { holds: (/** @type {User} */ user) => first(user) && second(user), serves: i === rules.length - 1 };
  });
  return (user) => {
    for (const { holds, serves } of compiled) if (holds(user)) return serves;
    return false;
  };
}

const members = new Set(segmentKeys);

/**
 * Compiles a flag; rollouts are left to the caller, since the two floors differ in them.
 *
 * @param {import('./workload.mjs').Flag} flag
 * @returns {((user: User) => boolean) | undefined}
 */
export function compileFlag({ kind }) {
  switch (kind) {
    case 'boolean':
      return () => true;
    case 'rollout':
      return undefined;
    case 'rules':
      return rulesTest();
    case 'segment':
      return (user) => members.has(user.key);
  }
}
