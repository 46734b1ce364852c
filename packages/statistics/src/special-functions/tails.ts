/** Both tails of a distribution at one point, each computed where it is small: neither is "one minus the other" when tiny. */
export interface Tails {
  /** P(X ≤ x) */
  readonly lower: number;
  /** P(X > x) */
  readonly upper: number;
}
