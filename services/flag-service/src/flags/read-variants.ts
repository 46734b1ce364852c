import { toJson } from '@bufbuild/protobuf';
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt';
import { parseVariants, type FlagType, type JsonValue, type ValidationError } from '@stitchd/core';
import type { StoredVariant } from '@stitchd/db/flag';
import type { Variant } from '@stitchd/proto/flag/v1/flag';
import { flagLimits } from '../limits.ts';

/** What a new boolean flag gets where none are given. */
export const booleanVariants: readonly StoredVariant[] = [
  { key: 'on', value: true, name: 'On', description: '' },
  { key: 'off', value: false, name: 'Off', description: '' },
];

/** Reads variants and notes what is wrong with them under `/variants`. */
export function readVariants(variants: readonly Variant[], type: FlagType, errors: ValidationError[]): readonly StoredVariant[] {
  const values = variants.map(({ key, value }) => ({ key, ...valueOf(value) }));
  const parsed = parseVariants(values, type);
  if (parsed.kind === 'invalid')
    errors.push(...parsed.errors.map(({ path, message }) => ({ path: `/variants${path}`, message })));
  for (const [index, { name, description }] of variants.entries()) {
    if (name.length > flagLimits.nameLength)
      errors.push({ path: `/variants/${index}/name`, message: `must have at most ${flagLimits.nameLength} characters` });
    if (description.length > flagLimits.descriptionLength)
      errors.push({
        path: `/variants/${index}/description`,
        message: `must have at most ${flagLimits.descriptionLength} characters`,
      });
  }
  if (parsed.kind === 'invalid') return [];
  return parsed.value.map((variant, index) => ({
    ...variant,
    name: variants[index]?.name ?? '',
    description: variants[index]?.description ?? '',
  }));
}

/** Nothing where none was given or where it is no JSON, such as NaN: the parser then says that it is required. */
function valueOf(value: Value | undefined): { readonly value?: JsonValue } {
  if (value?.kind.case === undefined) return {};
  try {
    return { value: toJson(ValueSchema, value) as JsonValue };
  } catch {
    return {};
  }
}
