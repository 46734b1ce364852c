import type { Schemas } from '@stitchd/rest-client';
import { keyFromName } from '../parts/key-from-name.ts';

type Variants = NonNullable<Schemas['NewFlag']['variants']>;

export type FirstVariants =
  /** A boolean flag gets on and off by itself. */
  | { readonly kind: 'default' }
  | { readonly kind: 'given'; readonly variants: Variants }
  | { readonly kind: 'invalid'; readonly message: string };

/** Variants from the lines that a person wrote, one value a line. */
export function firstVariants(type: Schemas['NewFlag']['type'], text: string): FirstVariants {
  if (type === 'boolean') return { kind: 'default' };
  const lines = text.split('\n').map((line) => line.trim());
  const variants: { key: string; value: Variants[number]['value'] }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const value = valueOf(type, line);
    if (value === undefined)
      return {
        kind: 'invalid',
        message: `Line ${index + 1} is no ${type === 'json' ? 'JSON value' : 'number of this type'}: ${line}`,
      };
    const key = keyFromName(line).slice(0, 40) || `value-${variants.length + 1}`;
    variants.push({ key: variants.some((other) => other.key === key) ? `${key}-${variants.length + 1}` : key, value });
  }
  return variants.length === 0 ? { kind: 'invalid', message: 'Write at least one value' } : { kind: 'given', variants };
}

function valueOf(type: Schemas['NewFlag']['type'], line: string): Variants[number]['value'] | undefined {
  if (type === 'string') return line;
  if (type === 'json') return parseJson(line);
  const number = Number(line);
  if (!Number.isFinite(number) || (type === 'integer' && !Number.isSafeInteger(number))) return undefined;
  return number;
}

function parseJson(line: string): Variants[number]['value'] | undefined {
  try {
    return JSON.parse(line) as Variants[number]['value'];
  } catch {
    return undefined;
  }
}
