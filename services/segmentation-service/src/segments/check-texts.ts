import type { ValidationError } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import { segmentLimits } from '../limits.ts';

const textLimits = {
  name: segmentLimits.nameLength,
  description: segmentLimits.descriptionLength,
  contextKind: segmentLimits.contextKindLength,
} as const;

/** Notes what is wrong with the texts that were given. */
export function checkTexts(
  texts: { readonly [K in keyof typeof textLimits]?: string | undefined },
  errors: ValidationError[],
): void {
  for (const name of ['name', 'description', 'contextKind'] as const) {
    const text = texts[name];
    if (text === undefined) continue;
    if (text.length > textLimits[name])
      errors.push({ path: `/${name}`, message: `must have at most ${textLimits[name]} characters` });
    if (!isStorableText(text)) errors.push({ path: `/${name}`, message: 'holds a character that can not be stored' });
  }
}
