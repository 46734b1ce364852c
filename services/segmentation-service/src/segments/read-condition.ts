import { parseCondition, type Condition, type ValidationError } from '@stitchd/core';
import { findUnstorableText } from '@stitchd/db/postgres';

/** Reads a rule segment's condition, and notes what is wrong with it under `/when`. */
export function readCondition(when: unknown, errors: ValidationError[]): Condition | undefined {
  if (when === undefined) {
    errors.push({ path: '/when', message: 'is required for a rule segment' });
    return undefined;
  }
  const parsed = parseCondition(when);
  if (parsed.kind === 'invalid') {
    errors.push(...parsed.errors.map(({ path, message }) => ({ path: `/when${path}`, message })));
    return undefined;
  }
  const unstorable = findUnstorableText(parsed.value);
  if (unstorable !== undefined) errors.push({ path: `/when${unstorable}`, message: 'holds a character that can not be stored' });
  return parsed.value;
}
