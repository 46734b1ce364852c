import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import type { PreparedDetails } from './compiled-definitions.ts';
import { compileSplit } from './compile-split.ts';
import type { EvaluationReason } from './details.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { compileHoldoutGate } from './holdout-gate.ts';
import type { DetailsPreparer } from './prepared-details.ts';

/** Where a serve stands. */
export interface ServePlace {
  /** `undefined`: the default serve. */
  readonly ruleId: string | undefined;
  /** The reason of a serve that names one variant. */
  readonly plainReason: EvaluationReason;
  readonly preparer: DetailsPreparer;
}

/** A serve made ready. */
export interface CompiledServe {
  /** The answer where it is the same for every context. */
  readonly constant: PreparedDetails | undefined;
  /** `undefined`: nothing is served to this unit. */
  readonly decide: (run: EvaluationRun) => PreparedDetails | undefined;
}

/** The metadata that says where an answer comes from. */
export function placeFacts({ ruleId }: ServePlace): { readonly ruleId?: string } {
  return ruleId === undefined ? {} : { ruleId };
}

/** A serve that this version can't evaluate: serves nothing, and says so. */
export function unusableServe(name: string): CompiledServe {
  return {
    constant: undefined,
    decide: (run) => {
      run.unknowns.push(name);
      return undefined;
    },
  };
}

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
