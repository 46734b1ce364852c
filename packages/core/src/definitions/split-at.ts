import type { FlagConfiguration } from './flag.ts';
import type { Split } from './split.ts';

/**
 * The split that a flag serves at one place of its configuration.
 *
 * @param ruleId - of a rule; empty: what is served where no rule fits
 * @returns undefined where there is no such rule, or it serves one variant to everybody
 */
export function splitAt(
  { rules, defaultServe }: Pick<FlagConfiguration, 'rules' | 'defaultServe'>,
  ruleId: string,
): Split | undefined {
  const serve = ruleId === '' ? defaultServe : rules.find(({ id }) => id === ruleId)?.serve;
  return serve !== undefined && 'split' in serve ? serve.split : undefined;
}
