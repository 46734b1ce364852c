import { evaluate, evaluateAll } from '@stitchd/core';
import { loadReplica, prepareChanges } from '../our-replica.mjs';

export function create() {
  const { replica, loadMs } = loadReplica();
  /** @param {string} flagKey @param {never} context */
  const ask = (flagKey, context) => evaluate(replica.compiled, flagKey, context, 'boolean', false).value;
  return {
    version: '-',
    loadMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...attributes }) => ({ targetingKey: key, ...attributes }),
    ask,
    /** @param {never} context */
    countOn(context) {
      let count = 0;
      evaluateAll(replica.compiled, context, (flag, { value }) => {
        if (value === true && flag.key.startsWith('f')) count++;
      });
      return count;
    },
    prepareChanges,
  };
}
