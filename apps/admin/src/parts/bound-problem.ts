interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly suffix?: string | undefined;
}

/** What is wrong with a number that was typed; nothing where the field is empty or its number is within the bounds. */
export function boundProblem(value: number | string | undefined, { min, max, suffix = '' }: Bounds): string | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (!(number < (min ?? -Infinity)) && !(number > (max ?? Infinity))) return undefined;
  const text = (bound: number): string => `${bound.toLocaleString('en', { maximumFractionDigits: 3 })}${suffix}`;
  if (min === undefined) return `${text(max ?? 0)} at most`;
  return max === undefined ? `${text(min)} at least` : `From ${text(min)} to ${text(max)}`;
}
