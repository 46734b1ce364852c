import { isKey } from '@stitchd/core';
import type { FieldErrors } from '../draft/field-errors.ts';
import { holdoutLimits } from '../limits.ts';

/** What decides a holdout, as far as it can be judged without asking the others. */
export interface HoldoutFields {
  readonly name: string;
  readonly description: string;
  readonly shareMilliPercent: number;
  readonly exceptFlagKeys: readonly string[];
  readonly metricKeys: readonly string[];
  readonly endsAt: Date | null;
}

export function checkHoldoutFields(fields: HoldoutFields, nowMs: number, errors: FieldErrors): void {
  const { nameLength, descriptionLength, share, exceptions, metrics } = holdoutLimits;
  const { name, description, shareMilliPercent, exceptFlagKeys, metricKeys, endsAt } = fields;
  errors.check(name.length <= nameLength, 'name', `must have at most ${nameLength} characters`);
  errors.check(description.length <= descriptionLength, 'description', `must have at most ${descriptionLength} characters`);
  errors.check(
    shareMilliPercent >= share.low && shareMilliPercent <= share.high,
    'shareMilliPercent',
    `must be ${share.low} to ${share.high}, in thousandths of a percent`,
  );
  checkKeyList(exceptFlagKeys, 'exceptFlagKeys', exceptions, errors);
  checkKeyList(metricKeys, 'metricKeys', metrics, errors);
  errors.check(endsAt === null || endsAt.getTime() > nowMs, 'endsAt', 'must lie in the future');
}

function checkKeyList(keys: readonly string[], path: string, most: number, errors: FieldErrors): void {
  errors.check(keys.length <= most, path, `must be at most ${most}`);
  errors.check(new Set(keys).size === keys.length, path, 'must be different');
  for (const [index, key] of keys.entries()) errors.check(isKey(key), `${path}[${index}]`, 'is no key');
}
