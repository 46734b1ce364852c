/** A page of docs/reference that is written by the product's own declarations. */
export interface Reference {
  /** Path from docs/reference. */
  readonly file: string;
  readonly text: string;
}
