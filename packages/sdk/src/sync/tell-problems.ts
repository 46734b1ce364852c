import type { CompiledDefinitions } from '@stitchd/core';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';

/** Makes what says of each definition that can't be used that it can't, once for as long as that stays so. */
export function createProblemTeller(logger: SdkLogger): (compiled: CompiledDefinitions | undefined) => void {
  let told: ReadonlySet<string> = new Set();
  return (compiled) => {
    const problems = new Set(compiled?.problems.map(({ kind, id, message }) => `${kind} ${id} can not be used: ${message}`));
    const fresh = [...problems].filter((problem) => !told.has(problem));
    told = problems;
    for (const problem of fresh.slice(0, sdkLimits.maxToldProblems)) logger.error(problem);
    if (fresh.length > sdkLimits.maxToldProblems)
      logger.error(`${fresh.length - sdkLimits.maxToldProblems} further definitions can not be used`);
  };
}
