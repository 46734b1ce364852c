import type { EvaluationReason } from '../evaluation/details.ts';

/** How often one answer of one flag was given. */
export interface FlagUse {
  readonly flag: string;
  /** Absent where the caller's fallback was the answer. */
  readonly variant?: string;
  readonly reason: EvaluationReason;
  /** Reads by the application, since `from`. */
  readonly count?: number;
  /** Times that it was part of an answer about all flags; whether the application read it is not known. */
  readonly delivered?: number;
}

/** Types of attributes, as JSON has them. */
export const attributeTypes = ['string', 'number', 'boolean', 'list', 'object'] as const;

export type AttributeType = (typeof attributeTypes)[number];

/** One attribute that contexts of a kind had. Never a key, and nothing of private attributes. */
export interface SeenAttribute {
  readonly kind: string;
  /** Its name, or a path such as `/address/country`. */
  readonly attribute: string;
  readonly types: readonly AttributeType[];
  /** Values that several units had, the most frequent first, with how often they were seen. */
  readonly values?: readonly { readonly value: string | boolean; readonly count: number }[];
}

/**
 * A summary of evaluations, as SDKs send it. Numbers count from `from` on: a later item of the same id replaces an earlier
 * one, so that a repeated or a lost one changes nothing.
 */
export interface UsageItem {
  readonly type: 'usage';
  /** UUIDv7. */
  readonly id: string;
  /** When it was made, in epoch milliseconds. */
  readonly at: number;
  /** The period, in epoch milliseconds: at most an hour, give or take a minute. */
  readonly from: number;
  readonly to: number;
  readonly flags: readonly FlagUse[];
  /** Reads of which no more than their number is known: more answers were given than are told apart. */
  readonly uncounted?: number;
  readonly contexts?: readonly SeenAttribute[];
}
