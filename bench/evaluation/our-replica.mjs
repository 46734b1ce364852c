import { createReplica } from '@stitchd/core';
import { mainThreadMs } from '../frame/main-thread-time.mjs';
import { changesOfOneFlag, snapshot } from './our-definitions.mjs';

/** Loads the definitions as SDK and gateway do, and takes in changes of one flag. */
export function loadReplica() {
  const replica = createReplica();
  const startedMs = mainThreadMs();
  const outcome = replica.apply(snapshot);
  const loadMs = mainThreadMs() - startedMs;
  if (outcome.kind !== 'applied') throw new Error(`the snapshot was not applied: ${outcome.kind}`);
  return { replica, loadMs };
}

/** The same, apart from what is asked, so that both begin at the same revision. @param {number} count */
export function prepareChanges(count) {
  const changes = changesOfOneFlag(count);
  const { replica } = loadReplica();
  return (/** @type {number} */ turn) => {
    const change = changes[turn];
    if (change === undefined) throw new Error(`only ${count} changes were prepared`);
    const outcome = replica.apply(change);
    if (outcome.kind !== 'applied') throw new Error(`a change was not applied: ${outcome.kind}`);
  };
}
