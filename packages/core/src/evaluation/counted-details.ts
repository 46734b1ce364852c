import type { EvaluationDetails, EvaluationMetadata, EvaluationReason, ExposureSource } from './details.ts';

/**
 * An answer that is prepared once and given many times. It is frozen, and counts in a private field how often it was read:
 * looking a counter up would cost many times as much as the evaluation of a flag without rules.
 */
export class CountedDetails implements EvaluationDetails<unknown> {
  #reads = 0;
  #deliveries = 0;
  readonly value: unknown;
  readonly variant: string | undefined;
  readonly reason: EvaluationReason;
  readonly errorCode = undefined;
  readonly errorMessage = undefined;
  readonly metadata: EvaluationMetadata;
  readonly exposure: ExposureSource | undefined;

  constructor(
    value: unknown,
    variant: string | undefined,
    reason: EvaluationReason,
    metadata: EvaluationMetadata,
    exposure: ExposureSource | undefined,
  ) {
    this.value = value;
    this.variant = variant;
    this.reason = reason;
    this.metadata = metadata;
    this.exposure = exposure;
    Object.freeze(this);
  }

  /** Counts one more read; answers how many there were before, and -1 for details that are not counted. */
  static count(details: EvaluationDetails<unknown>): number {
    return #reads in details ? details.#reads++ : -1;
  }

  /** The same of answers that were part of one about all flags. */
  static countDelivery(details: EvaluationDetails<unknown>): number {
    return #deliveries in details ? details.#deliveries++ : -1;
  }

  /** What was counted since the last call. */
  static take(details: EvaluationDetails<unknown>): { readonly reads: number; readonly deliveries: number } {
    if (!(#reads in details)) return { reads: 0, deliveries: 0 };
    const taken = { reads: details.#reads, deliveries: details.#deliveries };
    details.#reads = 0;
    details.#deliveries = 0;
    return taken;
  }
}
