import { compileCondition } from '../conditions/compile-condition.ts';
import { type CompiledCondition, tracedResult } from '../conditions/compiled-condition.ts';
import { type Certainty, isTrue, isUnknown } from '../conditions/certainty.ts';
import { sharingTextsLater } from '../conditions/shared-texts.ts';
import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import type { FlagType, RecordedAssignment } from '../definitions/flag.ts';
import { flagTypes } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { referencesOf } from '../definitions/references.ts';
import type { CompiledFlag, PreparedDetails } from './compiled-definitions.ts';
import { compileServe } from './compile-serve.ts';
import type { CompiledServe } from './serve-place.ts';
import { compilePrerequisites } from './compile-prerequisites.ts';
import { compileTargets } from './compile-targets.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { DetailsPreparer, errorDetails } from './prepared-details.ts';

/** The type as this module writes it: compared by address, while text out of JSON is compared character by character. */
function flagTypeOf(value: unknown): FlagType | undefined {
  return flagTypes.find((type) => type === value);
}

function listIn(body: PlainObject, name: string): readonly unknown[] {
  const value = ownValue(body, name);
  return Array.isArray(value) ? value : [];
}

function readValues(body: PlainObject): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  for (const variant of listIn(body, 'variants')) {
    if (!isPlainObject(variant)) continue;
    const key = ownValue(variant, 'key');
    // The body was JSON text, so that any value in it is one of JSON.
    if (typeof key === 'string') values.set(key, ownValue(variant, 'value') as JsonValue);
  }
  return values;
}

function readRecorded(body: PlainObject): RecordedAssignment | undefined {
  const recorded = ownValue(body, 'recorded');
  if (!isPlainObject(recorded)) return undefined;
  const iterationId = ownValue(recorded, 'iterationId');
  const contextKind = ownValue(recorded, 'contextKind');
  return typeof iterationId === 'string' && typeof contextKind === 'string' ? { iterationId, contextKind } : undefined;
}

/** A flag that can't be evaluated: always the caller's default, with the error that says why. */
export function unusableFlag(entityId: string, key: string, details: PreparedDetails): CompiledFlag {
  const frozen = Object.freeze(details);
  const common = { entityId, key, type: undefined, clientVisible: true, variants: new Map<string, JsonValue>(), references: [] };
  return constantFlag({ ...common, archived: false, enabled: false }, frozen);
}

/** Compiles a flag's body, which is tolerated where it can be: unknown parts are unknown when evaluated. Never throws. */
export function compileFlag(entityId: string, revision: number, key: string, body: PlainObject): CompiledFlag {
  const type = flagTypeOf(ownValue(body, 'type'));
  if (type === undefined) return unusableFlag(entityId, key, errorDetails('PARSE_ERROR', `flag ${key} has no known type`));
  const archived = ownValue(body, 'archived') === true;
  const enabled = ownValue(body, 'enabled') === true;
  const clientVisible = ownValue(body, 'clientVisible') === true;
  const variants = readValues(body);
  const preparer = new DetailsPreparer(key, revision, type, variants, readRecorded(body));
  const common = { entityId, key, type, archived, enabled, clientVisible, variants, references: referencesOf(body) };
  if (archived) return constantFlag(common, Object.freeze(errorDetails('FLAG_NOT_FOUND', `flag ${key} is archived`)));
  const off = ownValue(body, 'offVariant');
  const offVariant = typeof off === 'string' ? off : null;
  if (!enabled) return constantFlag(common, preparer.off(offVariant, 'DISABLED', {}));
  const compile = (): CompiledFlag => compileEnabled(common, body, preparer, offVariant);
  return isServedToAll(body) ? compile() : compiledWhenAsked(common, compile);
}

/** Whether nothing but a default variant is there to compile. */
function isServedToAll(body: PlainObject): boolean {
  const serve = ownValue(body, 'defaultServe');
  const decides = ['prerequisites', 'targets', 'rules'].some((name) => listIn(body, name).length > 0);
  return !decides && isPlainObject(serve) && ownValue(serve, 'split') === undefined;
}

/**
 * A flag that is compiled at its first evaluation: applications ask few of the flags that an environment has, and an SDK starts
 * the sooner. What can be wrong with the definition as a whole is known before.
 */
function compiledWhenAsked(facts: FlagFacts, compile: () => CompiledFlag): CompiledFlag {
  const compileNow = sharingTextsLater(compile);
  const flag: { -readonly [Name in keyof CompiledFlag]: CompiledFlag[Name] } = flagOf(facts, undefined, (run) => {
    const { constant, decide } = compileNow();
    flag.constant = constant;
    flag.decide = decide;
    return decide(run);
  });
  return flag;
}

type FlagFacts = Omit<CompiledFlag, 'constant' | 'decide'>;

/** Makes all flags in one place: the engine reads objects that were made alike several times faster. */
function flagOf(facts: FlagFacts, constant: PreparedDetails | undefined, decide: CompiledFlag['decide']): CompiledFlag {
  const { entityId, key, type, archived, enabled, clientVisible, variants, references } = facts;
  return { entityId, key, type, archived, enabled, clientVisible, variants, references, constant, decide };
}

function constantFlag(facts: FlagFacts, constant: PreparedDetails): CompiledFlag {
  return flagOf(facts, constant, () => constant);
}

interface CompiledRule {
  readonly id: string;
  readonly when: CompiledCondition;
  readonly serve: CompiledServe;
}

function compileRule(rule: unknown, index: number, preparer: DetailsPreparer): CompiledRule {
  const parts = isPlainObject(rule) ? rule : {};
  const named = ownValue(parts, 'id');
  const ruleId = typeof named === 'string' ? named : `#${index}`;
  const serve = compileServe(ownValue(parts, 'serve'), { ruleId, plainReason: 'TARGETING_MATCH', preparer });
  return { id: ruleId, when: compileCondition(ownValue(parts, 'when')), serve };
}

function compileEnabled(facts: FlagFacts, body: PlainObject, preparer: DetailsPreparer, offVariant: string | null): CompiledFlag {
  const prerequisites = compilePrerequisites(listIn(body, 'prerequisites'), (failed) =>
    preparer.off(offVariant, 'DEFAULT', { prerequisiteFailed: failed }),
  );
  const targets = compileTargets(listIn(body, 'targets'), (variant) => preparer.serve(variant, 'TARGETING_MATCH', {}));
  const rules = listIn(body, 'rules').map((rule, index) => compileRule(rule, index, preparer));
  const plainReason = rules.length === 0 && targets === undefined ? 'STATIC' : 'DEFAULT';
  const fallThrough = compileServe(ownValue(body, 'defaultServe'), { ruleId: undefined, plainReason, preparer });
  if (prerequisites === undefined && targets === undefined && rules.length === 0 && fallThrough.constant !== undefined) {
    return constantFlag(facts, fallThrough.constant);
  }
  const uncovered = preparer.off(offVariant, 'DEFAULT', {});
  const unitMissing = preparer.off(offVariant, 'DEFAULT', { detail: 'TARGETING_KEY_MISSING' });
  const decide = (run: EvaluationRun): PreparedDetails => {
    const early = prerequisites?.(run) ?? targets?.(run);
    if (early !== undefined) return early;
    for (const rule of rules) {
      const served = tryRule(run, rule);
      if (served !== undefined) return served;
    }
    const missingBefore = run.missingUnits.length;
    return fallThrough.decide(run) ?? (run.missingUnits.length > missingBefore ? unitMissing : uncovered);
  };
  return flagOf(facts, undefined, decide);
}

/** A rule serves only on true. What was unknown counts only where it made the rule unknown. */
function tryRule(run: EvaluationRun, rule: CompiledRule): PreparedDetails | undefined {
  const unknownsBefore = run.unknowns.length;
  const certainty = run.trace === undefined ? rule.when(run) : tracedWhen(run, rule);
  if (certainty !== isUnknown && run.unknowns.length > unknownsBefore) run.unknowns.length = unknownsBefore;
  return certainty === isTrue ? (rule.serve.constant ?? rule.serve.decide(run)) : undefined;
}

function tracedWhen(run: EvaluationRun, rule: CompiledRule): Certainty {
  const outer = run.openSteps();
  const certainty = rule.when(run);
  outer.push({ kind: 'rule', ruleId: rule.id, result: tracedResult(certainty), steps: run.closeSteps(outer) });
  return certainty;
}
