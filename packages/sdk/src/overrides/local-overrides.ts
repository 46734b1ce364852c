import type { OverrideSource } from '../flags/flag-details.ts';
import type { FlagOverride, OverrideLookup } from './override.ts';
import type { OverridesByFlag } from './parse-overrides.ts';

/** Overrides of this process, from its environment and from a file. */
export interface LocalOverrides extends OverrideLookup {
  /** Calls back with the keys of flags whose overrides changed. */
  readonly onChange: (listener: (flagKeys: readonly string[]) => void) => () => void;
  readonly counts: () => { readonly environment: number; readonly file: number };
  /** Ends the watching of the file. */
  readonly close: () => void;
}

/** A file of overrides that may change. */
export interface OverridesFile {
  readonly current: () => OverridesByFlag;
  readonly onChange: (listener: (before: OverridesByFlag, after: OverridesByFlag) => void) => void;
  readonly close: () => void;
}

/** Puts both together: what the environment says goes before the file. */
export function createLocalOverrides(environment: OverridesByFlag, file: OverridesFile | undefined): LocalOverrides {
  const listeners = new Set<(flagKeys: readonly string[]) => void>();
  file?.onChange((before, after) => {
    const changed = [...new Set([...before.keys(), ...after.keys()])]
      .filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)) && !environment.has(key))
      .sort();
    if (changed.length > 0) for (const listener of listeners) listener(changed);
  });
  return {
    find: (flagKey) => answerIn(environment, flagKey, 'environment') ?? (file && answerIn(file.current(), flagKey, 'file')),
    isEmpty: () => environment.size === 0 && (file === undefined || file.current().size === 0),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    counts: () => ({ environment: environment.size, file: file?.current().size ?? 0 }),
    close: () => file?.close(),
  };
}

function answerIn(overrides: OverridesByFlag, flagKey: string, source: OverrideSource): FlagOverride | undefined {
  const answer = overrides.get(flagKey);
  return answer && { source, answer };
}
