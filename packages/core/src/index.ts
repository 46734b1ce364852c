/**
 * The pure domain of Stitchd: no I/O, no clock, no randomness.
 *
 * Arriving next, with these signatures:
 * - compileDefinitions(entities: Iterable<Entity>): CompiledDefinitions
 * - recompile(previous, changed: Iterable<Entity>, removed: Iterable<EntityRef>): CompiledDefinitions
 * - evaluate(compiled | undefined, flagKey, context: EvaluationContext | ContextHandle, expectedType | undefined, fallback, options?): EvaluationDetails
 * - evaluateWithTrace(...same): { details: EvaluationDetails; trace: EvaluationTrace }
 *     options: { nowMs?, clientVisibleOnly?, memberships?: Memberships, nestedExposures?: ExposureSource[] }
 * - unitOf(context, exposure): string | undefined
 * - resolveContext(input: unknown): ResolvedContext; createContextHandle(input: unknown, { memberships? }?): ContextHandle
 * - createReplica(): Replica { apply(message: ReplicaMessage): ApplyOutcome; compiled: CompiledDefinitions | undefined; revision: bigint; checksum: bigint; entities(): Iterable<Entity> }
 * - checksumOf(entities: Iterable<Entity>): bigint
 * - parseFlagConfiguration(json: unknown, flag: { key, type, variants }): Validation<FlagConfiguration>; parseVariants(json, type): Validation<readonly FlagVariant[]>;
 *   parseCondition(json): Validation<Condition>; parseContext(json): Validation<EvaluationContext>; parseSegment(json): Validation<SegmentDefinition>
 *     Validation<T> = { kind: 'ok', value: T } | { kind: 'invalid', errors: readonly { path: string; message: string }[] }
 * - findPrerequisiteCycle(flags: Iterable<FlagDefinition>): readonly string[] | undefined; findSegmentCycle(segments): same
 * - referencesOf(flag | segment): readonly { kind: 'flag' | 'segment' | 'holdout'; key: string }[]
 * - requiredMemberships(compiled, flagKey, context): readonly { segment: string; contextKind: string; key: string }[]
 */
export type { JsonValue } from './definitions/json-value.ts';
export { operators, type AttributeCondition, type Condition, type Operator } from './definitions/condition.ts';
export {
  bucketCount,
  type BucketRange,
  type Enrolment,
  type HoldoutCover,
  type HoldoutDefinition,
  type LayerSlice,
  type Split,
  type VariantRange,
} from './definitions/split.ts';
export {
  flagTypes,
  type FlagConfiguration,
  type FlagDefinition,
  type FlagType,
  type FlagVariant,
  type IndividualTarget,
  type Prerequisite,
  type Rule,
  type Serve,
} from './definitions/flag.ts';
export type {
  ListSegmentDefinition,
  ListShardDefinition,
  ListSource,
  RuleSegmentDefinition,
  SegmentDefinition,
} from './definitions/segment.ts';
export { entityKinds, type Entity, type EntityKind, type EntityRef } from './definitions/entity.ts';
export type { Assignments, EvaluationContext, Memberships } from './context/context.ts';
export type {
  EvaluationDetails,
  EvaluationErrorCode,
  EvaluationMetadata,
  EvaluationReason,
  ExposureSource,
} from './evaluation/details.ts';
export type { ApplyOutcome, ReplicaMessage } from './replica/replica-message.ts';
export { isProblemCode, problemCodes, type ProblemCode, type ProblemKind } from './problems/problem-codes.ts';
export { permissions, permissionsOf, roles, type Permission, type Role } from './roles/permissions.ts';
export { isKey, maxKeyLength } from './ids/key.ts';
export { isUuid, uuidv7, uuidv7TimeMs } from './ids/uuid.ts';
export { bucketOf, fingerprintOf, hashUnit, saltFromBytes } from './hashing/unit.ts';
export { rangesFromWeights, reallocate, weightsOf, type Weights } from './ranges/reallocate.ts';
