import { createReplica, writeDefinitionsDocument } from '@stitchd/core';
import { Stitchd } from '@stitchd/sdk';
import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { snapshot } from '../our-definitions.mjs';

const logger = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * The client as applications have it, with definitions that it is given instead of a server's.
 * @param {import('@stitchd/sdk').StitchdOptions} options
 */
async function startClient(options = { offline: true }) {
  const replica = createReplica();
  replica.apply(snapshot);
  const bootstrap = writeDefinitionsDocument(replica, '0193a1c0-7e6d-7000-8000-00000000e000');
  const startedMs = mainThreadMs();
  const client = await Stitchd.init({ ...options, bootstrap, logger });
  return { client, loadMs: mainThreadMs() - startedMs };
}

/** @param {Iterable<{ readonly value: unknown }>} answers @param {Iterable<string>} keys */
function countOnOf(answers, keys) {
  let count = 0;
  const names = keys[Symbol.iterator]();
  for (const { value } of answers) if (names.next().value?.startsWith('f') === true && value === true) count++;
  return count;
}

export const create = () => createPlain();

/** @param {import('@stitchd/sdk').StitchdOptions} [options] */
export async function createPlain(options) {
  const { client, loadMs } = await startClient(options);
  return {
    version: '-',
    loadMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...attributes }) => ({ targetingKey: key, ...attributes }),
    /** @param {string} flagKey @param {never} context */
    ask: (flagKey, context) => client.boolean(flagKey, context, false),
    /** @param {never} context */
    countOn(context) {
      const answers = client.allFlags(context);
      return countOnOf(answers.values(), answers.keys());
    },
  };
}

/** The same with a context that is bound to the client and keeps its hashes. */
export async function createBound() {
  const { client, loadMs } = await startClient();
  return {
    version: '-',
    loadMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...attributes }) => client.context({ targetingKey: key, ...attributes }),
    /** @param {string} flagKey @param {ReturnType<typeof client.context>} context */
    ask: (flagKey, context) => context.boolean(flagKey, false),
    /** @param {ReturnType<typeof client.context>} context */
    countOn(context) {
      const answers = context.allFlags();
      return countOnOf(answers.values(), answers.keys());
    },
  };
}
