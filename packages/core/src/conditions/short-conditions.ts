import { internalised } from '../context/internalised.ts';
import type { Operator } from '../definitions/condition.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { isFalse, isTrue } from './certainty.ts';
import type { CompiledCondition } from './compiled-condition.ts';
import { textValues } from './operators/matcher.ts';
import { sharedTexts } from './shared-texts.ts';
import { compareVersions, parseVersion, type Version, versionOf } from './operators/version.ts';

/**
 * The most frequent conditions, each as one closure: text at the top level of a user, compared with text. Reading and comparing
 * in one place is twice as fast as through the matchers of the operators. Whatever else there is (another kind, another type, a
 * trace) goes the general way, which gives the same answers.
 */
export function shortCondition(
  op: Operator,
  name: string,
  values: readonly JsonValue[],
  general: CompiledCondition,
): CompiledCondition | undefined {
  const texts = textValues(values);
  const [only] = texts ?? [];
  if (texts === undefined || only === undefined) return undefined;
  switch (op) {
    case 'equals':
    case 'in':
      return texts.length === 1 ? isText(name, internalised(only), general) : isAmong(name, sharedTexts(texts), general);
    case 'contains':
      return texts.length === 1 ? includesText(name, only, general) : undefined;
    case 'semverGreaterOrEqual': {
      const bound = texts.length === 1 ? parseVersion(only) : undefined;
      return bound === undefined ? undefined : isAtLeast(name, bound, general);
    }
    default:
      return undefined;
  }
}

function isText(name: string, text: string, general: CompiledCondition): CompiledCondition {
  return (run) => {
    if (!run.isPlain) return general(run);
    const value = run.attributes[name];
    if (typeof value === 'string') return value === text ? isTrue : isFalse;
    return value === undefined ? isFalse : general(run);
  };
}

function isAmong(name: string, texts: ReadonlySet<string>, general: CompiledCondition): CompiledCondition {
  return (run) => {
    if (!run.isPlain) return general(run);
    const value = run.attributes[name];
    if (typeof value === 'string') return texts.has(value) ? isTrue : isFalse;
    return value === undefined ? isFalse : general(run);
  };
}

function includesText(name: string, text: string, general: CompiledCondition): CompiledCondition {
  return (run) => {
    if (!run.isPlain) return general(run);
    const value = run.attributes[name];
    if (typeof value === 'string') return value.includes(text) ? isTrue : isFalse;
    return value === undefined ? isFalse : general(run);
  };
}

function isAtLeast(name: string, bound: Version, general: CompiledCondition): CompiledCondition {
  return (run) => {
    if (!run.isPlain) return general(run);
    const value = run.attributes[name];
    if (typeof value !== 'string') return value === undefined ? isFalse : general(run);
    const version = versionOf(value);
    return version !== undefined && compareVersions(version, bound) >= 0 ? isTrue : isFalse;
  };
}
