/** What went wrong in the store, as a value: services turn it into a problem code. */
export type StoreError =
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unique-violation'; readonly constraint: string }
  | { readonly kind: 'timeout'; readonly reason: string }
  /** Text with U+0000, which PostgreSQL holds nowhere. */
  | { readonly kind: 'unstorable-text' };

const uniqueViolation = '23505';
/** Of text, and of text within JSON. */
const unstorableText = new Set(['22021', '22P05']);
/** Query cancelled, lock not available. */
const timeouts = new Set(['57014', '55P03']);
/** Connection exceptions, too many connections, shutting down. */
const unavailable = /^(08|53|57P0)/;
const connectionErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND']);
const connectionMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/;

/** Undefined: not an error of the store that anybody could expect. */
export function storeErrorOf(error: unknown): StoreError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', constraint = '' } = error as { code?: string; constraint?: string };
  if (code === uniqueViolation) return { kind: 'unique-violation', constraint };
  if (unstorableText.has(code)) return { kind: 'unstorable-text' };
  if (timeouts.has(code)) return { kind: 'timeout', reason: error.message };
  if (unavailable.test(code) || connectionErrors.has(code) || connectionMessages.test(error.message))
    return { kind: 'unavailable', reason: error.message };
  return undefined;
}
