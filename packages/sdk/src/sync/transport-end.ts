/** Why a connection for definitions ended. */
export type TransportEnd =
  /** The key is unknown, revoked or of the wrong kind: asking again soon is pointless. */
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'lost';
      readonly message: string;
      /** How long the server asks to be left alone. */
      readonly retryAfterMs?: number;
    }
  /** What came did not fit what is here. */
  | { readonly kind: 'unfit' }
  /** We closed it. */
  | { readonly kind: 'closed' };

export const closed: TransportEnd = { kind: 'closed' };
export const unfit: TransportEnd = { kind: 'unfit' };

/** Makes the end of a connection of whatever was thrown. */
export function lost(error: unknown): TransportEnd {
  return { kind: 'lost', message: error instanceof Error ? error.message : String(error) };
}
