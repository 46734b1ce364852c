import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { maxCompiledDepth } from '../evaluation/evaluation-limits.ts';
import type { EvaluationRun } from '../evaluation/evaluation-run.ts';
import { compileAttributeCondition } from './attribute-condition.ts';
import { type Certainty, isFalse, isTrue, isUnknown, negated } from './certainty.ts';
import { type CompiledCondition, tracedResult, unusableCondition } from './compiled-condition.ts';
import { compileFlagCondition } from './flag-condition.ts';
import { compileSegmentCondition } from './segment-condition.ts';

/**
 * Compiles a condition of any origin: what has no known shape or lies deeper than 64 levels is unknown when evaluated.
 * Never throws.
 */
export function compileCondition(condition: unknown, depth = 1): CompiledCondition {
  if (depth > maxCompiledDepth) return unusableCondition('condition:too-deep');
  if (!isPlainObject(condition)) return unusableCondition('condition:unknown-shape');
  const all = ownValue(condition, 'all');
  if (Array.isArray(all)) return compileAll(all, depth);
  const any = ownValue(condition, 'any');
  if (Array.isArray(any)) return compileAny(any, depth);
  if (Object.hasOwn(condition, 'not')) return compileNot(condition['not'], depth);
  return compileLeaf(condition);
}

function compileLeaf(condition: PlainObject): CompiledCondition {
  const segment = ownValue(condition, 'inSegment');
  if (typeof segment === 'string') return compileSegmentCondition(segment);
  const flagIs = ownValue(condition, 'flagIs');
  if (isPlainObject(flagIs)) return compileFlagCondition(flagIs);
  if (typeof ownValue(condition, 'op') === 'string') return compileAttributeCondition(condition);
  return unusableCondition('condition:unknown-shape');
}

function compileParts(conditions: readonly unknown[], depth: number): readonly CompiledCondition[] {
  return conditions.map((condition) => compileCondition(condition, depth + 1));
}

function compileAll(conditions: readonly unknown[], depth: number): CompiledCondition {
  const parts = compileParts(conditions, depth);
  const [first, second, ...others] = parts;
  if (first !== undefined && second === undefined) return first;
  const holds: CompiledCondition = (run) => allHold(run, parts);
  if (first === undefined || second === undefined || others.length > 0) {
    return (run) => (run.trace === undefined ? allHold(run, parts) : traced('all', run, holds));
  }
  // The frequent case of two, without a loop. What is traced is made beforehand: a closure made here would cost every call.
  return (run) => {
    if (run.trace !== undefined) return traced('all', run, holds);
    const certainty = first(run);
    if (certainty === isTrue) return second(run);
    return certainty === isFalse || second(run) === isFalse ? isFalse : isUnknown;
  };
}

function allHold(run: EvaluationRun, parts: readonly CompiledCondition[]): Certainty {
  let result: Certainty = isTrue;
  for (const part of parts) {
    const certainty = part(run);
    if (certainty === isFalse) return isFalse;
    if (certainty === isUnknown) result = isUnknown;
  }
  return result;
}

function compileAny(conditions: readonly unknown[], depth: number): CompiledCondition {
  const parts = compileParts(conditions, depth);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const holds: CompiledCondition = (run) => anyHolds(run, parts);
  return (run) => (run.trace === undefined ? anyHolds(run, parts) : traced('any', run, holds));
}

function anyHolds(run: EvaluationRun, parts: readonly CompiledCondition[]): Certainty {
  let result: Certainty = isFalse;
  for (const part of parts) {
    const certainty = part(run);
    if (certainty === isTrue) return isTrue;
    if (certainty === isUnknown) result = isUnknown;
  }
  return result;
}

function compileNot(condition: unknown, depth: number): CompiledCondition {
  const part = compileCondition(condition, depth + 1);
  const holds: CompiledCondition = (run) => negated(part(run));
  return (run) => (run.trace === undefined ? negated(part(run)) : traced('not', run, holds));
}

function traced(kind: 'all' | 'any' | 'not', run: EvaluationRun, holds: CompiledCondition): Certainty {
  const outer = run.openSteps();
  const certainty = holds(run);
  outer.push({ kind, result: tracedResult(certainty), steps: run.closeSteps(outer) });
  return certainty;
}
