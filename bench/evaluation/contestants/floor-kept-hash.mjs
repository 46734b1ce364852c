import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { compileFlag, hashText, isInLowerHalf } from '../floor.mjs';
import { flags } from '../workload.mjs';

/** @typedef {{ user: import('../workload.mjs').User, h1: number, h2: number, isHashed: boolean }} Kept */

/** @param {Kept} kept @param {number} salt */
function rollout(kept, salt) {
  if (!kept.isHashed) {
    kept.h1 = hashText(kept.user.key, 0);
    kept.h2 = hashText(kept.user.key, 0x9747b28c);
    kept.isHashed = true;
  }
  return isInLowerHalf(kept.h1, kept.h2, salt);
}

export function create() {
  const startedMs = mainThreadMs();
  const compiled = new Map(
    flags.map((flag, salt) => {
      const test = compileFlag(flag);
      /** @type {(kept: Kept) => boolean} */
      const decide = test === undefined ? (kept) => rollout(kept, salt) : (kept) => test(kept.user);
      return [flag.key, decide];
    }),
  );
  const inOrder = [...compiled].filter(([key]) => key.startsWith('f')).map(([, decide]) => decide);
  return {
    version: '-',
    loadMs: mainThreadMs() - startedMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user @returns {Kept} */
    contextOf: (user) => ({ user: { ...user }, h1: 0, h2: 0, isHashed: false }),
    /** @param {string} flagKey @param {Kept} kept */
    ask: (flagKey, kept) => compiled.get(flagKey)?.(kept) === true,
    /** @param {Kept} kept */
    countOn(kept) {
      let count = 0;
      for (const decide of inOrder) if (decide(kept)) count++;
      return count;
    },
  };
}
