import type { JsonValue } from '../definitions/json-value.ts';
import type { BucketRange } from '../definitions/split.ts';
import type { EvaluationDetails } from './details.ts';

/** A condition's outcome as people read it. */
export type TracedResult = boolean | 'unknown';

/** One thing that an evaluation looked at, in the order in which it did. */
export type TraceStep =
  | {
      readonly kind: 'condition';
      readonly contextKind: string;
      readonly attribute: string;
      readonly op: string;
      readonly values: readonly JsonValue[];
      /** The value that the context had; left out if it is private. */
      readonly value?: unknown;
      readonly result: TracedResult;
      readonly note?: 'missing' | 'wrong-type' | 'unusable' | 'unreadable' | 'private';
    }
  | { readonly kind: 'all' | 'any' | 'not'; readonly result: TracedResult; readonly steps: readonly TraceStep[] }
  | { readonly kind: 'unusable'; readonly reason: string; readonly result: 'unknown' }
  | { readonly kind: 'segment'; readonly segment: string; readonly result: TracedResult; readonly steps: readonly TraceStep[] }
  | {
      readonly kind: 'flag';
      readonly flag: string;
      readonly variant: string | undefined;
      readonly result: TracedResult;
      readonly steps: readonly TraceStep[];
    }
  | {
      readonly kind: 'prerequisite';
      readonly flag: string;
      readonly variant: string | undefined;
      readonly met: boolean;
      readonly steps: readonly TraceStep[];
    }
  | {
      readonly kind: 'target';
      readonly contextKind: string;
      readonly variant: string;
      readonly result: boolean;
      readonly note?: 'expired';
    }
  | { readonly kind: 'rule'; readonly ruleId: string; readonly result: TracedResult; readonly steps: readonly TraceStep[] }
  | {
      readonly kind: 'bucket';
      readonly stage: 'holdout' | 'layer' | 'enrol' | 'arms';
      readonly of: string;
      readonly bucket: number;
      /** Those that were asked whether they hold the bucket. */
      readonly ranges: readonly BucketRange[];
      readonly inside: boolean;
    }
  | { readonly kind: 'unit-missing'; readonly of: string; readonly contextKind: string; readonly attribute: string };

/** How an evaluation came to its answer. */
export interface EvaluationTrace {
  readonly flag: string;
  /** The environment's revision; `undefined` without definitions. */
  readonly environmentRevision: number | undefined;
  readonly details: EvaluationDetails<unknown>;
  readonly steps: readonly TraceStep[];
}
