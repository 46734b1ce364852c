import { flagTypes, type FlagType, type ValidationError } from '@stitchd/core';
import { flagPurposes, type FlagFields, type FlagPurpose } from '@stitchd/db/flag';
import { findUnstorableText } from '@stitchd/db/postgres';
import { problem } from '@stitchd/service-kit';
import { flagLimits } from '../limits.ts';

/** Fields of a flag that were given, save its variants. */
export type GivenFields = { readonly [K in Exclude<keyof FlagFields, 'variants'>]?: FlagFields[K] | string | undefined };

type TextField = 'name' | 'description' | 'owner';
const textLimits: Readonly<Record<TextField, number>> = {
  name: flagLimits.nameLength,
  description: flagLimits.descriptionLength,
  owner: flagLimits.ownerLength,
};

/** Notes what is wrong with the fields that were given. */
export function checkFields(fields: GivenFields, errors: ValidationError[]): void {
  for (const name of ['name', 'description', 'owner'] as const) {
    const text = fields[name];
    if (text !== undefined && text.length > textLimits[name])
      errors.push({ path: `/${name}`, message: `must have at most ${textLimits[name]} characters` });
  }
  const { purpose, expected_lifetime_days: days } = fields;
  if (purpose !== undefined && !isPurpose(purpose))
    errors.push({ path: '/purpose', message: `must be one of ${flagPurposes.join(', ')}` });
  if (typeof days === 'number' && (days < 0 || days > flagLimits.expectedLifetimeDays))
    errors.push({
      path: '/expectedLifetimeDays',
      message: `must be from 0 to ${flagLimits.expectedLifetimeDays}; 0 means that it is not said`,
    });
  if (Array.isArray(fields.tags)) checkTags(fields.tags, errors);
}

function checkTags(tags: readonly string[], errors: ValidationError[]): void {
  if (tags.length > flagLimits.tags) errors.push({ path: '/tags', message: `must have at most ${flagLimits.tags} items` });
  for (const [index, tag] of tags.entries()) {
    if (tag === '' || tag.length > flagLimits.tagLength)
      errors.push({ path: `/tags/${index}`, message: `must have 1 to ${flagLimits.tagLength} characters` });
    if (tags.indexOf(tag) !== index) errors.push({ path: `/tags/${index}`, message: 'is given twice' });
  }
}

export function isPurpose(text: string): text is FlagPurpose {
  return flagPurposes.some((purpose) => purpose === text);
}

export function isFlagType(text: string): text is FlagType {
  return flagTypes.some((type) => type === text);
}

/**
 * @param input - all that would be stored
 * @throws VALIDATION_FAILED naming everything that is wrong
 */
export function refuseInvalid(errors: readonly ValidationError[], input: unknown): void {
  const unstorable = findUnstorableText(input);
  const all =
    unstorable === undefined ? errors : [...errors, { path: unstorable, message: 'holds a character that can not be stored' }];
  if (all.length > 0) throw problem('VALIDATION_FAILED', all.map(describe).join('; '), { errors: all });
}

function describe({ path, message }: ValidationError): string {
  return path === '' ? message : `${path} ${message}`;
}
