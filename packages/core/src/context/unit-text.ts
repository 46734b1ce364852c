/** Largest whole number whose text is the same in every language that reads doubles. */
const maxInteger = 2 ** 53;

/**
 * The text of a unit, frozen for every language: strings as they are, without trimming or normalisation; whole numbers
 * within ±2^53 in plain decimal. Anything else, the empty string included, counts as missing.
 */
export function unitText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > maxInteger) return undefined;
  // Adding 0 makes -0 the plain 0.
  return String(value + 0);
}
