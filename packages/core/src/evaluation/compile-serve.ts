import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { compileSplit } from './compile-split.ts';
import { compileHoldoutGate } from './holdout-gate.ts';
import { type CompiledServe, placeFacts, type ServePlace, unusableServe } from './serve-place.ts';

/** Compiles what a rule or the default serves. Never throws. */
export function compileServe(serve: unknown, place: ServePlace): CompiledServe {
  if (!isPlainObject(serve)) return unusableServe(`serve:${place.ruleId ?? 'default'}`);
  const split = ownValue(serve, 'split');
  if (isPlainObject(split)) return compileSplit(split, place);
  const variant = ownValue(serve, 'variant');
  return typeof variant === 'string'
    ? compileVariant(variant, serve, place)
    : unusableServe(`serve:${place.ruleId ?? 'default'}`);
}

function compileVariant(variant: string, serve: PlainObject, place: ServePlace): CompiledServe {
  const plain = place.preparer.serve(variant, place.plainReason, placeFacts(place));
  const gate = compileHoldoutGate(ownValue(serve, 'holdouts'), undefined, place);
  if (gate === undefined) return { constant: plain, decide: () => plain };
  return {
    constant: undefined,
    decide: (run) => {
      const outcome = gate.pass(run);
      if (outcome.kind === 'held') return outcome.details;
      return outcome.kind === 'free' ? gate.free(variant, outcome.source) : plain;
    },
  };
}
