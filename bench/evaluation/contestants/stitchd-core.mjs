import { evaluate } from '@stitchd/core';
import { loadReplica, prepareChanges } from '../our-replica.mjs';
import { many } from '../workload.mjs';

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
      for (const { key } of many) if (ask(key, context)) count++;
      return count;
    },
    prepareChanges,
  };
}
