import { mainThreadMs } from '../../frame/main-thread-time.mjs';
import { compileFlag, hashText, isInLowerHalf } from '../floor.mjs';
import { flags, many } from '../workload.mjs';

export function create() {
  const startedMs = mainThreadMs();
  const compiled = new Map(
    flags.map((flag, salt) => {
      /** @param {import('../workload.mjs').User} user */
      const rollout = ({ key }) => isInLowerHalf(hashText(key, 0), hashText(key, 0x9747b28c), salt);
      return [flag.key, compileFlag(flag) ?? rollout];
    }),
  );
  const loadMs = mainThreadMs() - startedMs;
  /** @param {string} flagKey @param {import('../workload.mjs').User} user */
  const ask = (flagKey, user) => compiled.get(flagKey)?.(user) === true;
  return {
    version: '-',
    loadMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: (user) => ({ ...user }),
    ask,
    /** @param {import('../workload.mjs').User} user */
    countOn(user) {
      let count = 0;
      for (const { key } of many) if (ask(key, user)) count++;
      return count;
    },
  };
}
