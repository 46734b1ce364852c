import { isKey, type JsonValue } from '@stitchd/core';
import { sdkLimits } from '../sdk-limits.ts';
import type { OverrideAnswer } from './override.ts';

export type OverridesByFlag = ReadonlyMap<string, OverrideAnswer>;

export const nothingOverridden: OverridesByFlag = new Map();

export type ParsedOverrides =
  | {
      readonly kind: 'ok';
      readonly overrides: OverridesByFlag;
      /** What was passed over, and why, one sentence each. */
      readonly ignored: readonly string[];
    }
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Reads overrides from JSON text: an object of flag keys. Text names a variant; `true`, `false` and numbers are values;
 * `{ "variant": … }` and `{ "value": … }` say which of both is meant. Never throws.
 */
export function parseOverrides(text: string): ParsedOverrides {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // What the parser says may quote the file, so that it is not repeated.
    return { kind: 'unusable', why: 'it is no JSON' };
  }
  if (!isObject(parsed)) return { kind: 'unusable', why: 'it is no JSON object of flag keys' };
  const entries = Object.entries(parsed);
  if (entries.length > sdkLimits.maxOverrides)
    return { kind: 'unusable', why: `it names ${entries.length} flags; ${sdkLimits.maxOverrides} are the most` };
  const overrides = new Map<string, OverrideAnswer>();
  const ignored: string[] = [];
  for (const [flagKey, entry] of entries) {
    const answer = isKey(flagKey) ? parseAnswer(entry) : undefined;
    if (answer !== undefined) overrides.set(flagKey, answer);
    else ignored.push(`${JSON.stringify(flagKey.slice(0, 100))} is no override of a flag`);
  }
  return { kind: 'ok', overrides, ignored };
}

function parseAnswer(entry: unknown): OverrideAnswer | undefined {
  if (typeof entry === 'string') return { kind: 'variant', variant: entry };
  if (typeof entry === 'boolean' || typeof entry === 'number') return { kind: 'value', value: entry };
  if (!isObject(entry)) return undefined;
  const names = Object.keys(entry);
  if (names.length !== 1) return undefined;
  const { variant, value } = entry;
  if (typeof variant === 'string') return { kind: 'variant', variant };
  // JSON text gives nothing but values of JSON.
  return value === undefined ? undefined : { kind: 'value', value: deepFrozen(value as JsonValue) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every caller is handed the same value. Without recursion: the text may be nested deeper than the stack. */
function deepFrozen(value: JsonValue): JsonValue {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    waiting.push(...Object.values(next));
    Object.freeze(next);
  }
  return value;
}
