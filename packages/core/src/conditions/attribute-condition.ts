import { attributeReader, type AttributeReader, defaultKind, rootAttributeName } from '../context/attribute-reader.ts';
import { internalised } from '../context/internalised.ts';
import { isPresent, ownValue, type PlainObject, unreadable } from '../context/plain-object.ts';
import { isPrivateAttribute, privateNamesOf, type PrivateNames } from '../context/private-attributes.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import type { EvaluationRun } from '../evaluation/evaluation-run.ts';
import { type Certainty, isFalse, isTrue, isUnknown } from './certainty.ts';
import { type CompiledCondition, tracedResult, unusableCondition } from './compiled-condition.ts';
import { shortCondition } from './short-conditions.ts';
import { isOperator, type OperatorKind, operatorTable } from './operators/operator-table.ts';
import { match, type Matcher, noMatch, wrongType } from './operators/matcher.ts';

/** What a condition over an attribute says, for reading and for the trace. */
interface AttributeTest {
  readonly contextKind: string;
  readonly attribute: string;
  readonly op: string;
  readonly values: readonly JsonValue[];
  readonly read: AttributeReader;
}

/** Compiles `{kind?, attribute, op, values, ignoreCase?}`; an unknown operator or unusable values make it unknown. */
export function compileAttributeCondition(condition: PlainObject): CompiledCondition {
  const op = ownValue(condition, 'op');
  const attribute = ownValue(condition, 'attribute');
  const kind = ownValue(condition, 'kind') ?? defaultKind;
  const values = ownValue(condition, 'values') ?? [];
  if (!isOperator(op)) return unusableCondition(`operator:${String(op)}`);
  if (typeof attribute !== 'string' || typeof kind !== 'string' || !Array.isArray(values)) {
    return unusableCondition('condition:unknown-shape');
  }
  const test: AttributeTest = { contextKind: internalised(kind), attribute, op, values, read: attributeReader(kind, attribute) };
  const ignoreCase = ownValue(condition, 'ignoreCase') === true;
  const name = ignoreCase || test.contextKind !== defaultKind ? undefined : rootAttributeName(attribute);
  // Made only once it is asked: most applications never leave the short way.
  let made: CompiledCondition | undefined;
  const general: CompiledCondition = (run) => (made ??= compileOperator(operatorTable[op], test, ignoreCase))(run);
  const short = name === undefined ? undefined : shortCondition(op, name, values, general);
  return short ?? compileOperator(operatorTable[op], test, ignoreCase);
}

function compileOperator(operator: OperatorKind, test: AttributeTest, ignoreCase: boolean): CompiledCondition {
  if (operator.takes === 'presence') return presence(test, operator.negated);
  const matcher = operator.prepare({ values: test.values, ignoreCase });
  if (matcher === undefined) return unusableCondition(`values:${test.op}(${test.attribute})`);
  if (operator.takes === 'list') return onList(test, matcher);
  return onScalar(test, matcher, operator.negated);
}

/** A condition whose value is missing is false, not-forms included; only `notExists` is true. */
function presence(test: AttributeTest, negate: boolean): CompiledCondition {
  return (run) => {
    const value = test.read(run);
    const certainty = value === unreadable ? unknown(run, test) : isPresent(value) !== negate ? isTrue : isFalse;
    if (run.trace !== undefined) traceValue(run, test, value, certainty);
    return certainty;
  };
}

function onScalar(test: AttributeTest, matcher: Matcher, negate: boolean): CompiledCondition {
  const { read, contextKind } = test;
  const wanted = negate ? noMatch : match;
  const general: CompiledCondition = (run) => {
    const value = read(run);
    let certainty: Certainty = isFalse;
    if (typeof value === 'object' || typeof value === 'symbol') certainty = onUnusual(run, test, value, matcher, negate);
    else if (value !== undefined) certainty = matcher(value) === wanted ? isTrue : isFalse;
    if (run.trace !== undefined) traceValue(run, test, value, certainty, matcher);
    return certainty;
  };
  const name = rootAttributeName(test.attribute);
  if (name === undefined || contextKind !== defaultKind) return general;
  // The frequent case, text at the top level, without a further call.
  return (run) => {
    if (!run.isPlain) return general(run);
    const value = run.attributes[name];
    if (typeof value === 'string') return matcher(value) === wanted ? isTrue : isFalse;
    return value === undefined ? isFalse : general(run);
  };
}

/** Lists hold if an element does (the not-form if none does); other objects are left to the matcher, which knows dates. */
function onUnusual(run: EvaluationRun, test: AttributeTest, value: unknown, matcher: Matcher, negate: boolean): Certainty {
  if (value === unreadable) return unknown(run, test);
  if (value === null) return isFalse;
  if (!Array.isArray(value)) return matcher(value) === (negate ? noMatch : match) ? isTrue : isFalse;
  let anyUnknown = false;
  for (const element of value) {
    if (element === unreadable) anyUnknown = true;
    else if (matcher(element) === match) return negate ? isFalse : isTrue;
  }
  if (anyUnknown) return unknown(run, test);
  return negate ? isTrue : isFalse;
}

function onList(test: AttributeTest, matcher: Matcher): CompiledCondition {
  return (run) => {
    const value = test.read(run);
    let certainty: Certainty = matcher(value) === match ? isTrue : isFalse;
    const cut = value === unreadable || (Array.isArray(value) && value.includes(unreadable));
    if (cut && certainty === isFalse) certainty = unknown(run, test);
    if (run.trace !== undefined) traceValue(run, test, value, certainty, matcher);
    return certainty;
  };
}

function unknown(run: EvaluationRun, test: AttributeTest): Certainty {
  run.unknowns.push(`attribute:${test.contextKind}/${test.attribute}`);
  return isUnknown;
}

function noteOf(value: unknown, matcher: Matcher | undefined): 'missing' | 'unreadable' | 'wrong-type' | undefined {
  if (value === unreadable) return 'unreadable';
  if (!isPresent(value)) return 'missing';
  return matcher?.(value) === wrongType && !(Array.isArray(value) && value.some((element) => matcher(element) !== wrongType))
    ? 'wrong-type'
    : undefined;
}

const noNames: PrivateNames = new Set();

function traceValue(run: EvaluationRun, test: AttributeTest, value: unknown, certainty: Certainty, matcher?: Matcher): void {
  const { contextKind, attribute, op, values } = test;
  const note = noteOf(value, matcher);
  const isPrivate = isPrivateAttribute({ contextKind, attribute, value }, run, privateNamesOf(run, noNames));
  const seen = isPrivate ? { note: note ?? ('private' as const) } : { ...(note && { note }), value };
  run.trace?.push({ kind: 'condition', contextKind, attribute, op, values, result: tracedResult(certainty), ...seen });
}
