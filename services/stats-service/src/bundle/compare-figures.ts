/** A place at which two results are not the same. */
export interface Difference {
  /** Such as `metrics.revenue.comparisons.green.effect.pValue`. */
  readonly path: string;
  /** Undefined where it is missing. */
  readonly stored: unknown;
  readonly recomputed: unknown;
}

/** Another processor's mathematics may differ in the last digits; nothing else may. */
const tolerance = 1e-12;

/** Every leaf of the two; members of lists are named by their key, variant, check or number where they have one. */
export function compareFigures(stored: unknown, recomputed: unknown, path: readonly string[] = []): readonly Difference[] {
  if (isContainer(stored) && isContainer(recomputed) && Array.isArray(stored) === Array.isArray(recomputed)) {
    const names = new Set([...Object.keys(stored), ...Object.keys(recomputed)]);
    return [...names].flatMap((name) =>
      compareFigures(stored[name], recomputed[name], [...path, nameOf(stored[name] ?? recomputed[name]) ?? name]),
    );
  }
  return areEqual(stored, recomputed) ? [] : [{ path: path.join('.'), stored, recomputed }];
}

export function areEqual(stored: unknown, recomputed: unknown): boolean {
  if (typeof stored !== 'number' || typeof recomputed !== 'number') return stored === recomputed;
  return stored === recomputed || Math.abs(stored - recomputed) <= tolerance * Math.max(Math.abs(stored), Math.abs(recomputed));
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function nameOf(member: unknown): string | undefined {
  if (!isContainer(member)) return undefined;
  const name = member['key'] ?? member['variant'] ?? member['check'];
  return typeof name === 'string' ? name : undefined;
}
