import { propertyFilterLimits } from './property-filter-limits.ts';

/**
 * The names along a path such as `cart.total`; a dot or backslash in a name is written with a backslash before it.
 * `undefined` for what is no path: empty, with an empty name, too long or too deep.
 */
export function propertyPath(text: string): readonly string[] | undefined {
  if (text.length > propertyFilterLimits.pathLength) return undefined;
  const names: string[] = [];
  let name = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === '.') {
      names.push(name);
      name = '';
    } else if (character === '\\') {
      index++;
      if (index === text.length) return undefined;
      name += text[index];
    } else name += character;
  }
  names.push(name);
  return names.includes('') || names.length > propertyFilterLimits.pathNames ? undefined : names;
}
