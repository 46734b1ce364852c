import type { EffectResult } from './metric-result.ts';

/** What results show beside the whole: ideas for the next experiment, never a verdict. */
export interface ResultDetails {
  readonly computedAt: string;
  readonly baselineVariant: string;
  /** By what was known of a unit at its exposure. */
  readonly dimensions: readonly DimensionResult[];
  /** Means by whole days since the exposure: whether an effect wears off or grows. */
  readonly bySinceExposure: readonly SinceExposureResult[];
}

/** One metric by one dimension. */
export interface DimensionResult {
  readonly dimension: string;
  readonly metricKey: string;
  /** The largest values first; `isOther` gathers those beyond the limit. */
  readonly values: readonly DimensionValueResult[];
}

export interface DimensionValueResult {
  readonly value: string;
  readonly isOther: boolean;
  readonly arms: readonly { readonly variant: string; readonly n: number; readonly mean: number | null }[];
  readonly comparisons: readonly {
    readonly variant: string;
    /** Of one look; adjusted for nothing. */
    readonly effect: EffectResult;
    /** Holm over all arms and values of this dimension; null where there is no p-value. */
    readonly adjustedPValue: number | null;
  }[];
}

export interface SinceExposureResult {
  readonly metricKey: string;
  readonly days: readonly {
    /** 0 is the first 24 hours after the exposure. */
    readonly day: number;
    readonly arms: readonly { readonly variant: string; readonly n: number; readonly mean: number | null }[];
  }[];
}
