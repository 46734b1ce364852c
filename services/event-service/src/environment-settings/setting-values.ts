import { isStorableText } from '@stitchd/db/postgres';
import { eventServiceLimits } from '../limits.ts';

/** Of an attribute, a context kind or an exclusion. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= eventServiceLimits.settingNameLength && isStorableText(value)
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
