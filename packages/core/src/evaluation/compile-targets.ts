import { parseDateTime } from '../conditions/operators/date-time.ts';
import { isPlainObject, ownValue } from '../context/plain-object.ts';
import { type UnitSource, unitSource } from '../context/unit-source.ts';
import type { PreparedDetails } from './compiled-definitions.ts';
import type { EvaluationRun } from './evaluation-run.ts';

interface CompiledTarget {
  readonly source: UnitSource;
  readonly keys: ReadonlySet<unknown>;
  /** Milliseconds since 1970, or infinity. */
  readonly expiresAtMs: number;
  readonly variant: string;
  readonly details: PreparedDetails;
}

function expiryOf(value: unknown): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const moment = typeof value === 'string' ? parseDateTime(value) : Number.NaN;
  // An expiry that can't be read ends the target: it was meant to end.
  return Number.isNaN(moment) ? Number.NEGATIVE_INFINITY : moment;
}

function compileTarget(target: unknown, prepare: (variant: string) => PreparedDetails): readonly CompiledTarget[] {
  if (!isPlainObject(target)) return [];
  const contextKind = ownValue(target, 'contextKind');
  const variant = ownValue(target, 'variant');
  const keys = ownValue(target, 'keys');
  if (typeof contextKind !== 'string' || typeof variant !== 'string' || !Array.isArray(keys)) return [];
  const expiresAtMs = expiryOf(ownValue(target, 'expiresAt'));
  return [{ source: unitSource(contextKind), keys: new Set<unknown>(keys), expiresAtMs, variant, details: prepare(variant) }];
}

/** Compiles individual targets into one question: the details of the first that names the context's key. `undefined` for none. */
export function compileTargets(
  targets: readonly unknown[],
  prepare: (variant: string) => PreparedDetails,
): ((run: EvaluationRun) => PreparedDetails | undefined) | undefined {
  if (targets.length === 0) return undefined;
  const compiled = targets.flatMap((target) => compileTarget(target, prepare));
  return (run) => {
    for (const target of compiled) if (names(run, target)) return target.details;
    return undefined;
  };
}

function names(run: EvaluationRun, { source, keys, expiresAtMs, variant }: CompiledTarget): boolean {
  const { text } = run.unit(source);
  const named = text !== undefined && keys.has(text);
  if (!named && run.trace === undefined) return false;
  const expired = isPast(run, expiresAtMs);
  run.trace?.push({
    kind: 'target',
    contextKind: source.contextKind,
    variant,
    result: named && !expired,
    ...(expired && { note: 'expired' }),
  });
  return named && !expired;
}

function isPast(run: EvaluationRun, expiresAtMs: number): boolean {
  // The time is asked for only here, since it may cost the caller something. Without one (NaN) nothing is past its time.
  return Number.isFinite(expiresAtMs) ? run.nowMs >= expiresAtMs : expiresAtMs === Number.NEGATIVE_INFINITY;
}
