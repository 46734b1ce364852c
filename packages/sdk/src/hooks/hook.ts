import type { FlagType, JsonValue } from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';

/** What an evaluation is about, as hooks see it: private attributes are not in it. */
export interface HookEvaluation {
  readonly flagKey: string;
  /** The type that the caller asks for; `double` for a number. */
  readonly type: FlagType;
  readonly fallback: unknown;
  /** The targeting key; `undefined` where there is none or it is private. */
  readonly targetingKey: string | undefined;
  /** The context without private attributes: a frozen copy, made when it is first read. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The environment's revision; `undefined` before the first definitions. */
  readonly revision: number | undefined;
  /** What hooks want to hand from one stage to the next; one for each evaluation, made when it is first read. */
  readonly state: Map<unknown, unknown>;
}

/**
 * Watches evaluations. Stages run synchronously; what a stage throws, and what a promise that it returns rejects with, is
 * logged and counted, and changes no answer. Hooks run for single evaluations, not for `allFlags` and change listeners.
 */
export interface Hook {
  /** Before the evaluation: the client's hooks first, then those of the call. */
  before?(evaluation: HookEvaluation): unknown;
  /** After an evaluation without an error, in the opposite order. */
  after?(evaluation: HookEvaluation, details: FlagDetails<JsonValue | undefined>): unknown;
  /** After an evaluation whose reason is `ERROR`, in the opposite order. */
  error?(evaluation: HookEvaluation, details: FlagDetails<JsonValue | undefined>): unknown;
  /** After either, in the opposite order. */
  finally?(evaluation: HookEvaluation, details: FlagDetails<JsonValue | undefined>): unknown;
}
