export type { ContextHandle, EvaluationContext, EvaluationDetails, EvaluationReason, JsonValue } from '@stitchd/core';
export type { ClientStatus, ContextInput, ReadOptions, StitchdClient, TrackOptions } from './client.ts';
export type { EventCounts } from './events/event-queue.ts';
export type { StitchdOptions } from './options.ts';
export { sdkLimits } from './sdk-limits.ts';
export { consoleLogger, type SdkLogger } from './sdk-logger.ts';
export { Stitchd } from './stitchd.ts';
export type { ConnectionState } from './sync/definitions-sync.ts';
