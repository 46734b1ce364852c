/** A closed interval with finite ends, low ≤ high, in the units of what it is an interval of. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
