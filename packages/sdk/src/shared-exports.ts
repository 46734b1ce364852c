/** What every runtime's way in exports beside `Stitchd`. */
export type {
  Assignments,
  ContextHandle,
  ContextValues,
  DefinitionsDocument,
  EvaluationContext,
  EvaluationDetails,
  EvaluationReason,
  EvaluationTrace,
  FlagDefinition,
  FlagType,
  JsonValue,
  SegmentDefinition,
  TracedResult,
  TraceStep,
} from '@stitchd/core';
export type { BootstrapOptions, WebBootstrap } from './bootstrap-for-web/bootstrap-for-web.ts';
export { deviceFromCookie } from './bootstrap-for-web/page-cookies.ts';
export type { WebRendering } from './bootstrap-for-web/web-rendering.ts';
export type { ClientStatus, PrepareOptions, StitchdClient } from './client.ts';
export { dropReasons, type DropReason, type EventCounts } from './events/event-queue.ts';
export type { EventMisfit } from './events/event-checks.ts';
export type { TrackOptions } from './events/track.ts';
export type { BoundContext } from './evaluation/bound-context.ts';
export type { AnswerListener, ChangeListener } from './evaluation/change-listeners.ts';
export type { EvaluationCounts, FailingPart } from './evaluation/evaluation-notes.ts';
export type { ContextInput, ContextOptions, ReadOptions } from './evaluation/read-options.ts';
export type { FlagTrace } from './evaluation/trace-flag.ts';
export type { FlagDetails, FlagMetadata, OverrideSource } from './flags/flag-details.ts';
export type { AllFlags, AllFlagsOptions, FlagReads } from './flags/flag-reads.ts';
export type { AnyFlags, FlagKey, FlagShape, KnownFlags, StitchdFlags, ValueOf, VariantOf } from './flags/flag-table.ts';
export type { EventItem, ExposureItem, Units } from './events/item.ts';
export type { Hook, HookEvaluation } from './hooks/hook.ts';
export type { CheckCounts } from './memberships/check-queue.ts';
export type { MembershipCounts } from './memberships/client-memberships.ts';
export { sdkLimits } from './sdk-limits.ts';
export { consoleLogger, type SdkLogger } from './sdk-logger.ts';
export { createTestClient, type TestClient, type TestClientOptions } from './testing/create-test-client.ts';
export type { TelemetryLogger, TelemetryOptions, TelemetrySpan, TelemetryValue } from './telemetry/open-telemetry.ts';
export type { ConnectionState } from './sync/connection-state.ts';
export type { DefinitionsSource } from './sync/definitions-store.ts';
export type { SyncStatus } from './sync/definitions-sync.ts';
export type { TransportKind } from './sync/transport.ts';
