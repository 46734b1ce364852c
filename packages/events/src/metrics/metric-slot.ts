/**
 * What is kept of a unit so that new events only add to it, in whatever order they come: two sets of events that share none give, put
 * together, what both at once would have given.
 */
export interface MetricSlot {
  /** How two contents become one: added, the smaller, the larger, or one list after the other. */
  readonly merge: 'sum' | 'least' | 'most' | 'list';
  /** An aggregate over events of a unit, a Float64 or an Array(Float64): with none 0, ∞, −∞ and []. */
  readonly expression: string;
}

/** A measure in slots. */
export interface SlottedMeasure {
  readonly slots: readonly MetricSlot[];
  /** The measure again, from expressions of the slots' contents. */
  readonly value: (contents: readonly string[]) => string;
}

const only = (contents: readonly string[]): string => {
  const [content] = contents;
  if (content === undefined || contents.length > 1) throw new RangeError('a measure of one slot');
  return content;
};

/** One slot whose content is the measure, or nearly. */
export function oneSlot(
  merge: MetricSlot['merge'],
  expression: string,
  value: (content: string) => string = (content) => content,
): SlottedMeasure {
  return { slots: [{ merge, expression }], value: (contents) => value(only(contents)) };
}
