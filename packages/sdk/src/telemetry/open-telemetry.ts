import type { JsonValue } from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';
import type { Hook, HookEvaluation } from '../hooks/hook.ts';

/** A value of an attribute, as both signals take it. */
export type TelemetryValue = string | number | boolean;

/** As much of a logger of `@opentelemetry/api-logs` as is needed here. */
export interface TelemetryLogger {
  emit(record: { readonly eventName: string; readonly attributes: Record<string, TelemetryValue> }): void;
}

/** As much of a span of `@opentelemetry/api` as is needed here. */
export interface TelemetrySpan {
  addEvent(name: string, attributes: Record<string, TelemetryValue>): unknown;
}

/** Where evaluations are told to OpenTelemetry: as events of the log, as events of the active span, or both. */
export interface TelemetryOptions {
  /** Such as `logs.getLogger('my-service')`. */
  readonly logger?: TelemetryLogger;
  /** Such as `() => trace.getActiveSpan()`; asked at each evaluation. */
  readonly activeSpan?: () => TelemetrySpan | undefined;
}

const eventName = 'feature_flag.evaluation';

/** Text in place of a variant is cut here: attributes are no place for documents. */
const maxValueLength = 256;

/**
 * Tells each evaluation as a `feature_flag.evaluation` event of OpenTelemetry's semantic conventions.
 * Private attributes are not in it; neither is the context, save its targeting key.
 */
export function telemetryHook({ logger, activeSpan }: TelemetryOptions, environmentId: () => string | undefined): Hook {
  return {
    finally(evaluation, details) {
      const span = activeSpan?.();
      if (logger === undefined && span === undefined) return;
      const attributes = attributesOf(evaluation, details, environmentId());
      logger?.emit({ eventName, attributes });
      span?.addEvent(eventName, attributes);
    },
  };
}

function attributesOf(
  evaluation: HookEvaluation,
  { value, variant, reason, errorCode, errorMessage, metadata }: FlagDetails<JsonValue | undefined>,
  environmentId: string | undefined,
): Record<string, TelemetryValue> {
  const attributes: Record<string, TelemetryValue> = {
    'feature_flag.key': evaluation.flagKey,
    'feature_flag.provider.name': 'Stitchd',
    'feature_flag.result.reason': reason.toLowerCase(),
  };
  if (variant !== undefined) attributes['feature_flag.result.variant'] = variant;
  // The conventions want a value only where no variant names it.
  else if (value !== undefined) attributes['feature_flag.result.value'] = plainValue(value);
  const { targetingKey } = evaluation;
  if (targetingKey !== undefined) attributes['feature_flag.context.id'] = targetingKey;
  if (environmentId !== undefined) attributes['feature_flag.set.id'] = environmentId;
  if (metadata.flagRevision !== undefined) attributes['feature_flag.version'] = String(metadata.flagRevision);
  if (errorCode !== undefined) attributes['error.type'] = errorCode.toLowerCase();
  if (errorMessage !== undefined) attributes['feature_flag.error.message'] = errorMessage;
  return attributes;
}

function plainValue(value: JsonValue): TelemetryValue {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, maxValueLength);
}
