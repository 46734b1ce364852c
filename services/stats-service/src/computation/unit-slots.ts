import type { MetricColumn, MetricSlot } from '@stitchd/events';

type Merge = MetricSlot['merge'];

/** In which column of `experiment_unit` slots lie that are merged alike. */
export const slotArrays = {
  sum: { column: 'sums', type: 'Array(Float64)', empty: '0.' },
  least: { column: 'least_values', type: 'Array(Float64)', empty: 'inf' },
  most: { column: 'most_values', type: 'Array(Float64)', empty: '-inf' },
  list: { column: 'lists', type: 'Array(Array(Float64))', empty: "CAST([], 'Array(Float64)')" },
} as const satisfies Record<Merge, { readonly column: string; readonly type: string; readonly empty: string }>;

export const merges = Object.keys(slotArrays) as readonly Merge[];

/** The slots of columns by how they are merged, in the order of their places. */
export function slotExpressions(columns: readonly MetricColumn[], merge: Merge): readonly string[] {
  return columns.flatMap(({ slotted }) =>
    slotted()
      .slots.filter((slot) => slot.merge === merge)
      .map(({ expression }) => expression),
  );
}

/** Every column as an expression of the arrays of slots. */
export function columnsFromSlots(columns: readonly MetricColumn[]): readonly string[] {
  const places: Record<Merge, number> = { sum: 0, least: 0, most: 0, list: 0 };
  return columns.map(({ name, slotted }) => {
    const { slots, value } = slotted();
    const contents = slots.map(({ merge }) => `${slotArrays[merge].column}[${++places[merge]}]`);
    return `${value(contents)} AS ${name}`;
  });
}

/** Two contents of the same slots as one. */
export function mergedSlots(merge: Merge, known: string, fresh: string): string {
  const one = { sum: 'a + b', least: 'least(a, b)', most: 'greatest(a, b)', list: 'arrayConcat(a, b)' }[merge];
  return `arrayMap((a, b) -> ${one}, ${known}, ${fresh})`;
}
