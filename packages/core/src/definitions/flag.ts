import type { Condition } from './condition.ts';
import type { JsonValue } from './json-value.ts';
import type { HoldoutCover, Split } from './split.ts';

export const flagTypes = ['boolean', 'string', 'integer', 'double', 'json'] as const;

/** The type of a flag's values. An `integer` flag may be asked as `double`. */
export type FlagType = (typeof flagTypes)[number];

/** A named value of a flag. */
export interface FlagVariant {
  readonly key: string;
  readonly value: JsonValue;
}

/** A flag that must serve one of the variants before this one is evaluated further. */
export interface Prerequisite {
  readonly flag: string;
  readonly variants: readonly string[];
}

/** Keys of a context kind that get a variant whatever the rules say. */
export interface IndividualTarget {
  readonly contextKind: string;
  readonly variant: string;
  readonly keys: readonly string[];
  /** RFC 3339. From then on the target is passed over. */
  readonly expiresAt?: string;
}

/** What a rule or the default serves. */
export type Serve = { readonly variant: string; readonly holdouts?: readonly HoldoutCover[] } | { readonly split: Split };

/** Serves those for whom the condition is true. */
export interface Rule {
  readonly id: string;
  readonly name?: string;
  readonly when: Condition;
  readonly serve: Serve;
}

/** What decides a flag's evaluation in one environment. */
export interface FlagConfiguration {
  readonly enabled: boolean;
  /** Served while disabled or when a prerequisite fails; `null`: the caller's default. */
  readonly offVariant: string | null;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly IndividualTarget[];
  readonly rules: readonly Rule[];
  readonly defaultServe: Serve;
}

/** The running iteration of an experiment whose arms are assigned elsewhere: whatever variant the flag serves is exposed under it. */
export interface RecordedAssignment {
  readonly iterationId: string;
  /** The kind whose key is the unit. */
  readonly contextKind: string;
}

/** Body of an entity of kind `flag`: a flag as one environment sees it. */
export interface FlagDefinition extends FlagConfiguration {
  readonly key: string;
  readonly type: FlagType;
  readonly archived: boolean;
  /** May be evaluated with a client key. */
  readonly clientVisible: boolean;
  readonly variants: readonly FlagVariant[];
  readonly recorded?: RecordedAssignment;
}
