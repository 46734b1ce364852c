/** Keeps the last good definitions for a start without any server. */
export interface SnapshotStore {
  readonly load: () => Promise<LoadedSnapshot>;
  /** Replaces what is kept, as a whole or not at all. Rejects where it can't. */
  readonly save: (document: string) => Promise<void>;
}

export type LoadedSnapshot =
  | { readonly kind: 'none' }
  /** The JSON text of a definitions document, as it was saved. */
  | { readonly kind: 'ok'; readonly document: string }
  | { readonly kind: 'refused'; readonly why: string };
