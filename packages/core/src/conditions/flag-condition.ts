import { internalised } from '../context/internalised.ts';
import { ownValue, type PlainObject } from '../context/plain-object.ts';
import type { EvaluationDetails } from '../evaluation/details.ts';
import type { EvaluationRun } from '../evaluation/evaluation-run.ts';
import { evaluateNested } from '../evaluation/nested-flag.ts';
import { type Certainty, isFalse, isTrue, isUnknown } from './certainty.ts';
import { type CompiledCondition, tracedResult, unusableCondition } from './compiled-condition.ts';

/**
 * Compiles `{flagIs: {flag, variants}}`: the flag serves one of the variants here. Unknown where the flag is absent,
 * archived, under evaluation already (a cycle ends there) or itself evaluated with something unknown.
 */
export function compileFlagCondition(flagIs: PlainObject): CompiledCondition {
  const flag = ownValue(flagIs, 'flag');
  const variants = ownValue(flagIs, 'variants');
  if (typeof flag !== 'string' || !Array.isArray(variants)) return unusableCondition('condition:unknown-shape');
  const key = internalised(flag);
  const wanted = new Set<unknown>(variants);
  const name = `flag:${key}`;
  const judge = (run: EvaluationRun, unknownsBefore: number, details: EvaluationDetails<unknown> | undefined): Certainty => {
    if (details === undefined) run.unknowns.push(name);
    if (details === undefined || run.unknowns.length > unknownsBefore) return isUnknown;
    return wanted.has(details.variant) ? isTrue : isFalse;
  };
  return (run) => {
    const unknownsBefore = run.unknowns.length;
    if (run.trace === undefined) return judge(run, unknownsBefore, evaluateNested(run, key));
    const outer = run.openSteps();
    const details = evaluateNested(run, key);
    const certainty = judge(run, unknownsBefore, details);
    const steps = run.closeSteps(outer);
    outer.push({ kind: 'flag', flag: key, variant: details?.variant, result: tracedResult(certainty), steps });
    return certainty;
  };
}
