import type { UnitSource } from '../context/unit-source.ts';
import type { Certainty } from '../conditions/certainty.ts';
import type { EventDefinitionBody, EventValueType } from '../definitions/event.ts';
import type { FlagType } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import type { Reference } from '../definitions/references.ts';
import type { BucketRanges } from './bucket-ranges.ts';
import type { EvaluationDetails } from './details.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import type { EventSettings } from './event-settings.ts';
import type { FingerprintList } from './fingerprint-list.ts';

/** Details whose value is still open where `variant` is `undefined`: the caller's default goes there. */
export type PreparedDetails = EvaluationDetails<unknown>;

/** A flag made ready. */
export interface CompiledFlag {
  readonly entityId: string;
  readonly key: string;
  /** `undefined` for a flag whose body could not be read. */
  readonly type: FlagType | undefined;
  readonly archived: boolean;
  readonly enabled: boolean;
  readonly clientVisible: boolean;
  /** The values by variant, frozen; empty for a flag whose body could not be read. */
  readonly variants: ReadonlyMap<string, JsonValue>;
  readonly references: readonly Reference[];
  /** The answer where it is the same for every context. */
  readonly constant: PreparedDetails | undefined;
  readonly decide: (run: EvaluationRun) => PreparedDetails;
}

/** A list that is not held locally, or not wholly: whether it has a key must be asked. */
export interface RemoteList {
  readonly segment: string;
  /** Keys of this kind are in it. */
  readonly contextKind: string;
  /** Another one after each change of its keys; an answer is about the version at which it was asked for. */
  readonly version: number;
  /** It grants access: an answer about another version is worth nothing. */
  readonly exact: boolean;
}

/** A segment made ready. */
export interface CompiledSegment {
  readonly entityId: string;
  readonly key: string;
  readonly references: readonly Reference[];
  /** Where memberships must be looked up elsewhere; `undefined` for a segment that is held locally. */
  readonly remote: RemoteList | undefined;
  readonly includes: (run: EvaluationRun) => Certainty;
}

/** A holdout made ready. */
export interface CompiledHoldout {
  readonly entityId: string;
  readonly key: string;
  readonly source: UnitSource;
  readonly ranges: BucketRanges;
}

/** An event definition made ready. */
export interface CompiledEvent extends Omit<EventDefinitionBody, 'valueType'> {
  readonly entityId: string;
  /** `undefined` where it is of a type that is not known here. */
  readonly valueType: EventValueType | undefined;
}

/** An entity that could not be used, or not wholly. */
export interface DefinitionProblem {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
}

/** An environment's definitions at one revision, made ready for evaluation. Never changes; a delta makes a new one. */
export interface CompiledDefinitions {
  /** The environment's revision. */
  readonly revision: number;
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly segments: ReadonlyMap<string, CompiledSegment>;
  readonly holdouts: ReadonlyMap<string, CompiledHoldout>;
  readonly events: ReadonlyMap<string, CompiledEvent>;
  /** By segment, side and number of shards. */
  readonly shards: ReadonlyMap<string, readonly (FingerprintList | undefined)[]>;
  /** By kind and id of the entity: what must go when it is removed or replaced. */
  readonly owners: ReadonlyMap<string, EntityOwner>;
  /** By flag, segment or holdout (`kind:key`): the flags and segments that refer to it. */
  readonly referrers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly DefinitionProblem[];
  /** What tokens of this environment are signed with: 32 bytes as base64url. A secret: never logged, never shown. */
  readonly signingSecret: string | undefined;
  /** The environment, as tokens name it; known exactly where there is a signing secret. */
  readonly environmentId: string | undefined;
  /** How the environment takes events; the defaults where nobody has changed them. */
  readonly eventSettings: EventSettings;
}

/** What an entity put into the compiled definitions. */
export interface EntityOwner {
  readonly key: string;
  /** For shards: the index in the list of that key. */
  readonly shard?: number;
  readonly problem?: DefinitionProblem;
}
