import type { ContextHandle, EvaluationContext } from '@stitchd/core';
import type { Hook } from '../hooks/hook.ts';
import type { SubjectContext } from './subject-context.ts';

/** A context as an object, which is read anew at each call, or as a handle from `client.context`, which keeps its hashes. */
export type ContextInput = EvaluationContext | ContextHandle | SubjectContext;

export interface ContextOptions {
  /**
   * The token of an override link, as it came with the request: anything else is passed over, so that it may be handed on
   * unchecked.
   */
  readonly overrides?: string | undefined;
}

export interface ReadOptions {
  /** `false`: looking is not exposing, for instance in an admin page. */
  readonly exposure?: boolean;
  /** When the application read it, in epoch milliseconds, for exposures that are sent later; now where left out. */
  readonly at?: number;
  /** Hooks for this call alone, after those of the client. */
  readonly hooks?: readonly Hook[];
}

/** Options as they are used: what a plain JavaScript caller got wrong is left out. */
export interface KnownReadOptions {
  readonly exposure: boolean;
  readonly at: number | undefined;
  readonly hooks: readonly Hook[];
}

const noHooks: readonly Hook[] = [];
export const defaultReadOptions: KnownReadOptions = { exposure: true, at: undefined, hooks: noHooks };

/** Reads options of unknown origin. Never throws. */
export function knownReadOptions(options: ReadOptions | undefined): KnownReadOptions {
  if (typeof options !== 'object' || options === null) return defaultReadOptions;
  try {
    const { exposure, at, hooks } = options;
    return {
      exposure: exposure !== false,
      at: isTime(at) ? at : undefined,
      hooks: Array.isArray(hooks) ? hooks.filter((hook) => typeof hook === 'object' && hook !== null) : noHooks,
    };
  } catch {
    // A getter or a proxy that throws: as if nothing had been asked for.
    return defaultReadOptions;
  }
}

/** Whether a value is a time that an item can carry: whole milliseconds since 1970. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 48;
}
