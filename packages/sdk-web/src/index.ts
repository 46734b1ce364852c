/** Stitchd in pages: values for one context, never rules. */
export { createStitchd } from './create-stitchd.ts';
export type { ReadOptions, StitchdWebClient, WaitOptions, WebStatus } from './web-client.ts';
export type { StitchdWebOptions, WebBootstrap } from './web-options.ts';
export type { AskedType, FlagDetails } from './values/read-value.ts';
export type { ValuesSource } from './values/held-values.ts';
export type { ConnectionState } from './values/values-sync.ts';
export type { TrackOptions } from './events/recorder.ts';
export type { EventCounts } from './events/event-queue.ts';
export type { WebLogger } from './web-logger.ts';
export { webLimits } from './web-limits.ts';
export type { ContextValues, EvaluationContext, FlagValue, JsonValue, ValueExposure } from '@stitchd/core';
