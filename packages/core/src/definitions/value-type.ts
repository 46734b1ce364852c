import type { FlagType } from './flag.ts';
import type { JsonValue } from './json-value.ts';

/** Whether a value fits a flag's type: integers are whole and exact as doubles, json is any value but null. */
export function isValueOfType(value: JsonValue, type: FlagType): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'double':
      return Number.isFinite(value);
    case 'json':
      return value !== null;
  }
}
