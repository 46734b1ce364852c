import type { FieldErrors } from '../draft/field-errors.ts';
import { layerLimits } from '../limits.ts';

export function checkLayerTexts(
  texts: { readonly name?: string | undefined; readonly description?: string | undefined },
  errors: FieldErrors,
): void {
  const { nameLength, descriptionLength } = layerLimits;
  const { name = '', description = '' } = texts;
  errors.check(name.length <= nameLength, 'name', `must have at most ${nameLength} characters`);
  errors.check(description.length <= descriptionLength, 'description', `must have at most ${descriptionLength} characters`);
}
