const endings: Readonly<Record<string, string>> = {
  ship: 'shipped',
  'ship-with-care': 'shipped with care',
  'trade-off': 'a trade-off',
  worse: 'worse',
  broken: 'broken',
  harm: 'stopped for harm',
  'too-early': 'stopped too early',
  'no-meaningful-difference': 'no meaningful difference',
  'unlikely-to-succeed': 'unlikely to succeed',
  'keep-running': 'stopped before its end',
  undecided: 'undecided',
  'no-interval': 'without an interval',
  'no-verdict': 'watched',
};

/** How an iteration ended, by its last decision; no code is hidden that is not known here. */
export function endingText(code: string | undefined): string {
  return code === undefined || code === '' ? 'without results' : (endings[code] ?? code);
}

/** An iteration, as far as it is told here. */
export interface EarlierIteration {
  readonly number: number;
  readonly endedAs?: string | undefined;
}

/** Which iteration this is, and how the earlier ones ended: whoever restarts until it looks good is seen doing so. */
export function earlierText(number: number, iterations: readonly EarlierIteration[]): string {
  if (number < 2) return '';
  const earlier = iterations
    .filter((iteration) => iteration.number < number)
    .toSorted((one, other) => one.number - other.number)
    .map(({ endedAs }) => endingText(endedAs));
  return `Iteration ${number}; earlier: ${earlier.join(', ') || 'unknown'}.`;
}
