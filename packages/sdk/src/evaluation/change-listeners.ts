import type { JsonValue } from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';
import { callGuarded, errorText } from '../guarded-call.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';

/** Hears the keys of the flags that may answer differently, sorted. */
export type ChangeListener = (changedFlags: readonly string[]) => unknown;

/** Hears one flag's answer for one context when it is another one than before. */
export type AnswerListener = (details: FlagDetails<JsonValue | undefined>) => unknown;

export interface ChangeListeners {
  readonly onChange: (listener: ChangeListener) => () => void;
  /** @param ask - answers without exposing */
  readonly onAnswer: (flagKey: string, ask: () => FlagDetails<JsonValue | undefined>, listener: AnswerListener) => () => void;
  /** Tells whom it concerns. Never throws. */
  readonly changed: (flagKeys: readonly string[]) => void;
}

interface Watch {
  readonly ask: () => FlagDetails<JsonValue | undefined>;
  readonly listener: AnswerListener;
  last: FlagDetails<JsonValue | undefined>;
}

/** Keeps who listens. What a listener throws, or rejects with, is reported and reaches nobody else. */
export function createChangeListeners(logger: SdkLogger, onFailure: (message: string) => void): ChangeListeners {
  const listeners = new Set<{ readonly listener: ChangeListener }>();
  const watches = new Map<string, Set<Watch>>();
  let count = 0;
  const failed = (error: unknown): void => onFailure(`a change listener failed: ${errorText(error)}`);

  const admit = (): boolean => {
    if (count < sdkLimits.maxChangeListeners) return true;
    logger.error(`there are ${sdkLimits.maxChangeListeners} change listeners already; a further one is not kept`);
    return false;
  };
  /** Each listener is taken off once, however often that is asked. */
  const kept = (remove: () => boolean): (() => void) => {
    count++;
    return () => {
      if (remove()) count--;
    };
  };

  return {
    onChange(listener) {
      if (!admit()) return () => undefined;
      const entry = { listener };
      listeners.add(entry);
      return kept(() => listeners.delete(entry));
    },
    onAnswer(flagKey, ask, listener) {
      if (!admit()) return () => undefined;
      const watch: Watch = { ask, listener, last: ask() };
      const ofFlag = watches.get(flagKey) ?? new Set();
      watches.set(flagKey, ofFlag.add(watch));
      return kept(() => {
        if (!ofFlag.delete(watch)) return false;
        if (ofFlag.size === 0 && watches.get(flagKey) === ofFlag) watches.delete(flagKey);
        return true;
      });
    },
    changed(flagKeys) {
      if (flagKeys.length === 0) return;
      // Whoever is added meanwhile hears the next change.
      const told = [...listeners];
      const asked = flagKeys.flatMap((flagKey) => [...(watches.get(flagKey) ?? [])]);
      for (const { listener } of told) callGuarded(() => listener(flagKeys), failed);
      for (const watch of asked) {
        const details = watch.ask();
        if (isSameAnswer(watch.last, details)) continue;
        watch.last = details;
        callGuarded(() => watch.listener(details), failed);
      }
    },
  };
}

function isSameAnswer(before: FlagDetails<JsonValue | undefined>, after: FlagDetails<JsonValue | undefined>): boolean {
  if (before.variant !== after.variant) return false;
  return before.value === after.value || JSON.stringify(before.value) === JSON.stringify(after.value);
}
