import type { OverrideLookup } from './override.ts';

/** Overrides of this process, from its environment and from a file. */
export interface LocalOverrides extends OverrideLookup {
  /** Calls back with the keys of flags whose overrides changed. */
  readonly onChange: (listener: (flagKeys: readonly string[]) => void) => () => void;
  readonly counts: () => { readonly environment: number; readonly file: number };
  /** Ends the watching of the file. */
  readonly close: () => void;
}

const nothing = (): void => undefined;

export const noLocalOverrides: LocalOverrides = {
  find: () => undefined,
  isEmpty: () => true,
  onChange: () => nothing,
  counts: () => ({ environment: 0, file: 0 }),
  close: nothing,
};
