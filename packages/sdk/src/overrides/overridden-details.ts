import { isValueOfType, type CompiledFlag, type FlagType, type JsonValue } from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';
import type { FlagOverride } from './override.ts';

export type OverriddenAnswer =
  | { readonly kind: 'served'; readonly details: FlagDetails<JsonValue> }
  /** The question does not fit the flag: evaluation says so. */
  | { readonly kind: 'not-asked' }
  /** The override does not fit the flag. */
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Answers by an override, if it fits: a variant must be one of the flag's, a value of the flag's type. A flag that is not
 * known here (or archived) takes a value of the type that was asked for, so that one can work before the flag exists.
 */
export function overriddenDetails(
  { source, answer }: FlagOverride,
  flagKey: string,
  flag: CompiledFlag | undefined,
  asked: FlagType | undefined,
): OverriddenAnswer {
  const known = flag !== undefined && !flag.archived && flag.type !== undefined ? flag : undefined;
  if (known === undefined && answer.kind === 'variant')
    return unusable(`there is no flag ${flagKey} here that could have variant ${answer.variant}`);
  const type = known?.type ?? asked;
  if (asked !== undefined && type !== asked && !(type === 'integer' && asked === 'double')) return { kind: 'not-asked' };
  if (answer.kind === 'variant') {
    const value = known?.variants.get(answer.variant);
    return value === undefined ? unusable(`it has no variant ${answer.variant}`) : served(value, answer.variant, source);
  }
  if (type !== undefined && !isValueOfType(answer.value, type)) return unusable(`its value is not of type ${type}`);
  return served(answer.value, known && variantWith(answer.value, known.variants), source);
}

function served(value: JsonValue, variant: string | undefined, source: FlagOverride['source']): OverriddenAnswer {
  return {
    kind: 'served',
    details: Object.freeze({
      value,
      variant,
      reason: 'STATIC',
      errorCode: undefined,
      errorMessage: undefined,
      metadata: Object.freeze({ override: source }),
      exposure: undefined,
    }),
  };
}

function unusable(why: string): OverriddenAnswer {
  return { kind: 'unusable', why };
}

/** The variant that has a value, so that an override by value is as good as one by name. */
function variantWith(value: JsonValue, variants: ReadonlyMap<string, JsonValue>): string | undefined {
  const text = JSON.stringify(value);
  for (const [variant, each] of variants) if (JSON.stringify(each) === text) return variant;
  return undefined;
}
