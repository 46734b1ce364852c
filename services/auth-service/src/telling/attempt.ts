/** What became of one attempt. */
export type Attempt =
  | { readonly kind: 'arrived'; readonly status: number | null }
  | {
      readonly kind: 'failed';
      /** Stable, upper snake case. */
      readonly code: string;
      /** For people; says nothing of networks that only the operator knows. */
      readonly message: string;
      readonly status: number | null;
      /** The same again would end the same: it is given up. */
      readonly isFinal: boolean;
      /** The receiver wants nothing any more. */
      readonly isGone: boolean;
    };

/** An attempt that may do better another time. */
export function failed(
  code: string,
  message: string,
  more: { readonly status?: number; readonly isFinal?: boolean; readonly isGone?: boolean } = {},
): Attempt {
  const { status = null, isFinal = false, isGone = false } = more;
  return { kind: 'failed', code, message, status, isFinal, isGone };
}
