/** Buckets in a split: one bucket is 0.001 %. */
export const bucketCount = 100_000;

/** Buckets `from` (inclusive) to `to` (exclusive), both 0…100,000. */
export interface BucketRange {
  readonly from: number;
  readonly to: number;
}

/** The buckets in which a split serves a variant. */
export interface VariantRange extends BucketRange {
  readonly variant: string;
}

/** The first stage of an experiment's split: who takes part. Ranges only ever extend, so that a ramp keeps the arms' ratio. */
export interface Enrolment {
  /** 16 lower-case hex digits, different from the split's own. */
  readonly salt: string;
  /** Sorted, disjoint. */
  readonly ranges: readonly BucketRange[];
  /** The variant of units that do not take part. */
  readonly otherwise: string;
}

/** The slice of an exclusion layer that belongs to this split. Units outside it are treated as outside `enrol`. */
export interface LayerSlice {
  readonly key: string;
  /** The layer's salt, shared by all splits in it: 16 lower-case hex digits. */
  readonly salt: string;
  /** Sorted, disjoint; slices of different splits in a layer do not overlap. */
  readonly ranges: readonly BucketRange[];
}

/** Says that a holdout covers a split or a rule that serves one variant, and what its units get instead. */
export interface HoldoutCover {
  /** The key of a holdout entity; one that is absent (it ended) covers nobody. */
  readonly holdout: string;
  /** The variant of units in the holdout. */
  readonly baseline: string;
}

/** Serves variants by the bucket of a unit. */
export interface Split {
  readonly id: string;
  /** The kind whose key is the unit. */
  readonly contextKind: string;
  /** An attribute of that kind to use as the unit instead of its key. */
  readonly attribute?: string;
  /** 64 random bits as 16 lower-case hex digits, of which the first 8 are the high half. */
  readonly salt: string;
  /** Sorted, disjoint. A default serve covers all buckets. At most 32 different variants. */
  readonly ranges: readonly VariantRange[];
  readonly enrol?: Enrolment;
  /** The running iteration of an experiment on this split, if any. */
  readonly iterationId?: string;
  /** Honour `assignments` in the context. */
  readonly sticky?: boolean;
  /** Requires `enrol`. */
  readonly layer?: LayerSlice;
  /** In order; the first that holds the unit decides. */
  readonly holdouts?: readonly HoldoutCover[];
}

/** Body of an entity of kind `holdout`: units that experiments and their winners do not reach. */
export interface HoldoutDefinition {
  readonly key: string;
  readonly contextKind: string;
  readonly attribute?: string;
  readonly salt: string;
  readonly ranges: readonly BucketRange[];
}
