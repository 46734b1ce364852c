/**
 * The pure domain of Stitchd: flags, segments, contexts, evaluation, hashing, ids, problems. No I/O, no clock, no randomness.
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
export { splitAt } from './definitions/split-at.ts';
export {
  flagTypes,
  type FlagConfiguration,
  type FlagDefinition,
  type FlagType,
  type FlagVariant,
  type IndividualTarget,
  type Prerequisite,
  type RecordedAssignment,
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
export { linearPattern } from './conditions/operators/linear-pattern.ts';
export { eventValueProblem } from './definitions/event-value.ts';
export { eventValueTypes, type EventDefinitionBody, type EventValueType } from './definitions/event.ts';
export { entityKinds, type Entity, type EntityKind, type EntityRef } from './definitions/entity.ts';
export type { Assignments, EvaluationContext, Memberships } from './context/context.ts';
export type {
  EvaluateOptions,
  EvaluationDetails,
  EvaluationErrorCode,
  EvaluationMetadata,
  EvaluationReason,
  ExposureSource,
} from './evaluation/details.ts';
export type { ApplyOutcome, ReplicaMessage } from './replica/replica-message.ts';
export { jsonProblem } from './problems/json-problem.ts';
export { isProblemCode, problemCodes, type ProblemCode, type ProblemKind } from './problems/problem-codes.ts';
export { isTopic, testTopic, topicNames, topics, type Topic } from './topics/topics.ts';
export { permissions, permissionsOf, roles, type Permission, type Role } from './roles/permissions.ts';
export { isKey, maxKeyLength } from './ids/key.ts';
export { isUuid, uuidv7, uuidv7TimeMs } from './ids/uuid.ts';
export { mixWithSalt } from './hashing/murmur3.ts';
export { bucketOf, fingerprintOf, hashUnit, saltFromBytes } from './hashing/unit.ts';
export { rangesFromWeights, reallocate, weightsOf, type Weights } from './ranges/reallocate.ts';
export { ContextHandle, createContextHandle, resolveContext, type ResolvedContext } from './context/context-handle.ts';
export {
  isPrivateKind,
  isPrivateUnit,
  privateNamesOf,
  publicAttributes,
  type PrivateNames,
} from './context/private-attributes.ts';
export { maxItemKinds, maxKindLength, maxUnitLength } from './context/context-limits.ts';
export { sentUnits } from './context/sent-units.ts';
export { unitText } from './context/unit-text.ts';
export { wellFormed } from './context/well-formed.ts';
export { referencesOf, type Reference } from './definitions/references.ts';
export { isValueOfType } from './definitions/value-type.ts';
export { compileDefinitions, recompile } from './evaluation/compile-definitions.ts';
export type { CompiledDefinitions, CompiledFlag, DefinitionProblem, RemoteList } from './evaluation/compiled-definitions.ts';
export { evaluate, evaluateWithTrace, unitOf } from './evaluation/evaluate.ts';
export { evaluateAll, type FlagVisitor } from './evaluation/evaluate-all.ts';
export { decodeBase64, encodeBase64 } from './evaluation/base64.ts';
export { fingerprintBytes } from './evaluation/fingerprint-list.ts';
export { requiredMemberships, type RequiredMembership } from './evaluation/required-memberships.ts';
export {
  MembershipCache,
  type KnownMembership,
  type MembershipFreshness,
  type MembershipTimes,
} from './memberships/membership-cache.ts';
export { remoteLists } from './memberships/remote-lists.ts';
export type { EvaluationTrace, TracedResult, TraceStep } from './evaluation/trace.ts';
export { checksumOf } from './replica/checksum.ts';
export { createReplica, type Replica } from './replica/replica.ts';
export {
  definitionsFormat,
  readDefinitionsDocument,
  writeDefinitionsDocument,
  type DefinitionsDocument,
  type ReadDefinitionsDocument,
} from './replica/definitions-document.ts';
export {
  readReplicaMessage,
  writeReplicaMessage,
  type EntityJson,
  type ReadReplicaMessage,
  type ReplicaMessageJson,
} from './replica/replica-json.ts';
export { assignmentsToken, heldAssignments } from './tokens/assignments.ts';
export { parseToken, unsignedToken, type ParsedToken, type UnsignedToken, type UselessToken } from './tokens/token.ts';
export { decodeBase64url, encodeBase64url } from './tokens/base64url.ts';
export { tokenLimits } from './tokens/token-limits.ts';
export type {
  AssignmentsPayload,
  ContextPayload,
  OverridesPayload,
  TokenAssignment,
  TokenPayloads,
  TokenPurpose,
} from './tokens/token-payload.ts';
export {
  contextValues,
  evaluateContext,
  type ContextValues,
  type EvaluatedContext,
  type FlagValue,
  type ValueExposure,
} from './values/context-values.ts';
export { exposureAttributes, maxExposureAttributeLength } from './usage/exposure-attributes.ts';
export { exposuresOnNames, type EventSettings, type ExposuresOn } from './evaluation/event-settings.ts';
export { createUsageCounts, type UsageCounts } from './usage/usage-counts.ts';
export { attributeTypes, type AttributeType, type FlagUse, type SeenAttribute, type UsageItem } from './usage/usage-item.ts';
export { usageLimits } from './usage/usage-limits.ts';
export { observationLimits } from './usage/observation-limits.ts';
export { createUsageRecorder, type UsageParts, type UsageRecorder } from './usage/usage-recorder.ts';
export { findPrerequisiteCycle, findSegmentCycle } from './validation/find-cycle.ts';
export { parseCondition } from './validation/parse-condition.ts';
export { parseContext } from './validation/parse-context.ts';
export { parseFlagConfiguration } from './validation/parse-flag-configuration.ts';
export { parsePropertyFilter } from './property-filters/parse-property-filter.ts';
export {
  propertyOperators,
  type PropertyCondition,
  type PropertyFilter,
  type PropertyOperator,
  type PropertyValue,
} from './property-filters/property-filter.ts';
export { propertyFilterLimits } from './property-filters/property-filter-limits.ts';
export { propertyPath } from './property-filters/property-path.ts';
export { daysToMs, hoursToMs } from './metrics/hours.ts';
export {
  measureTypes,
  metricDirections,
  metricTypes,
  type EventSelection,
  type Measure,
  type MeasureType,
  type MetricCap,
  type MetricDefinition,
  type MetricDirection,
  type MetricType,
} from './metrics/metric-definition.ts';
export { metricLimits } from './metrics/metric-limits.ts';
export { metricEventKeys, metricParts, metricWindow, type MetricPart, type MetricWindow } from './metrics/metric-parts.ts';
export { parseMetricDefinition } from './metrics/parse-metric-definition.ts';
export { parseSegment } from './validation/parse-segment.ts';
export { parseVariants } from './validation/parse-variants.ts';
export { validationLimits } from './validation/validation-limits.ts';
export type { Validation, ValidationError } from './validation/validation.ts';
export { canonicalJson } from './values/canonical-json.ts';
