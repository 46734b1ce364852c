/** The default and the most of a page, in items. */
export const pageLimits = { default: 50, max: 200 } as const;

/** Keyset cursors are the sort values of the last item, opaque to clients. */
export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Undefined: not a cursor of ours with that many values. */
export function decodeCursor(cursor: string, length: number): readonly string[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const usable = Array.isArray(values) && values.length === length && values.every((value) => typeof value === 'string');
    return usable ? (values as string[]) : undefined;
  } catch {
    return undefined;
  }
}
