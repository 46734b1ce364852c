/**
 * What the caller knows about the subject: OpenFeature's evaluation context. `targetingKey` and the attributes belong to
 * the kind named by `kind` (default `user`); an attribute that is an object with a string `key` is another kind.
 */
export interface EvaluationContext {
  readonly targetingKey?: string;
  /** The kind of the targeting key; `user` if left out. */
  readonly kind?: string;
  /** Earlier variants for sticky splits, by split id. */
  readonly assignments?: Assignments;
  /** Names of attributes that take part in evaluation and are never sent, stored, logged or traced. */
  readonly privateAttributes?: readonly string[];
  readonly [attribute: string]: unknown;
}

/** By split id: the variant that a unit was given under an iteration. */
export type Assignments = { readonly [splitId: string]: { readonly iterationId: string; readonly variant: string } };

/** Answers for lists that are not held locally. A map by segment key is one, for a single context. */
export interface Memberships {
  /**
   * Whether a list has a key of its context kind; `undefined`: not known. It must neither throw nor wait: evaluations ask.
   * @param key - as the context has it
   */
  get(segment: string, key: string): boolean | undefined;
  /** Lists that a preparation asked for and got no answer about. */
  readonly unresolved?: readonly string[];
}
