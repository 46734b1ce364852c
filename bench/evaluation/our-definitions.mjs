import { checksumOf } from '@stitchd/core';
import { flags, rules, segmentKeys } from './workload.mjs';

/** @param {import('./workload.mjs').Test} test */
function conditionOf([attribute, op, value]) {
  const values = typeof value === 'string' ? [value] : value;
  return { attribute, op: op === 'semverGreaterOrEqual' ? 'semverGreaterOrEqual' : op, values };
}

const split = { contextKind: 'user', ranges: [] };

/** A salt of its own for each flag. @param {number} index */
function saltOf(index) {
  return (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + (index + 77).toString(16).padStart(8, '0');
}

/** @param {import('./workload.mjs').Flag} flag @param {number} index */
function decisionOf({ key, kind }, index) {
  switch (kind) {
    case 'boolean':
      return { rules: [], defaultServe: { variant: 'on' } };
    case 'rollout': {
      const halves = [
        { variant: 'on', from: 0, to: 50_000 },
        { variant: 'off', from: 50_000, to: 100_000 },
      ];
      return { rules: [], defaultServe: { split: { ...split, id: `split-${key}`, salt: saltOf(index), ranges: halves } } };
    }
    case 'rules':
      return {
        rules: rules.map((rule, i) => ({
          id: `r${i}`,
          when: { all: rule.map(conditionOf) },
          serve: { variant: i === rules.length - 1 ? 'on' : 'off' },
        })),
        defaultServe: { variant: 'off' },
      };
    case 'segment':
      return { rules: [{ id: 's', when: { inSegment: 'group' }, serve: { variant: 'on' } }], defaultServe: { variant: 'off' } };
  }
}

/** @param {import('./workload.mjs').Flag} flag @param {number} index @param {object} [changes] */
function bodyOf(flag, index, changes) {
  const variants = [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ];
  const common = { key: flag.key, type: 'boolean', archived: false, clientVisible: false, variants, enabled: true };
  return JSON.stringify({ ...common, offVariant: 'off', prerequisites: [], targets: [], ...decisionOf(flag, index), ...changes });
}

/** Ids as the product makes them: 36 characters. @param {number} index */
function idOf(index) {
  return `0193a1c0-7e6d-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

const revision = 41n;

const segment = {
  kind: 'segment',
  id: idOf(9_999),
  revision,
  body: JSON.stringify({
    key: 'group',
    type: 'list',
    contextKind: 'user',
    included: { keys: segmentKeys },
    excluded: { keys: [] },
  }),
};

const entities = [...flags.map((flag, i) => ({ kind: 'flag', id: idOf(i), revision, body: bodyOf(flag, i) })), segment];

/** The whole environment as a sync stream brings it. */
export const snapshot = { revision, fromRevision: 0n, last: true, checksum: checksumOf(entities), entities, removed: [] };

const changedIndex = flags.findIndex(({ key }) => key === 'f402');

/**
 * Changes of one flag, one after the other, each with the checksum of what results.
 * @param {number} count
 */
export function changesOfOneFlag(count) {
  const flag = flags[changedIndex];
  if (flag === undefined) throw new Error('the flag to change is not among the flags');
  const others = checksumOf(entities.filter((_, i) => i !== changedIndex));
  return Array.from({ length: count }, (_, turn) => {
    const from = revision + BigInt(turn);
    const body = bodyOf(flag, changedIndex, { description: `change ${turn}` });
    const entity = { kind: 'flag', id: idOf(changedIndex), revision: from + 1n, body };
    const checksum = others ^ checksumOf([entity]);
    return { revision: from + 1n, fromRevision: from, last: true, checksum, entities: [entity], removed: [] };
  });
}
