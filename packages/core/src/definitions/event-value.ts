import type { EventValueType } from './event.ts';

/** What an event wants instead of this value, as the end of a sentence about it; undefined where the value is right. */
export function eventValueProblem(valueType: EventValueType, value: unknown): string | undefined {
  switch (valueType) {
    case 'none':
      return value === undefined ? undefined : 'takes no value';
    case 'boolean':
      return typeof value === 'boolean' || value === 0 || value === 1 ? undefined : 'needs true or false as its value';
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'needs a whole number as its value';
    case 'double':
      return Number.isFinite(value) ? undefined : 'needs a number as its value';
  }
}
