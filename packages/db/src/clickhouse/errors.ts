import { ClickHouseError } from '@clickhouse/client';

/** What went wrong in the event store, as a value: callers turn it into a problem, a retry or a failed job. */
export type EventStoreError =
  /** It does not answer, or can't work now: try again later. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly reason: string }
  /** The query needs more memory than it may use. */
  | { readonly kind: 'memory'; readonly reason: string }
  /** Rows of an insert that the table can't take: repeating them is useless. */
  | { readonly kind: 'rows'; readonly reason: string; readonly code: number }
  /** The statement itself is refused. */
  | { readonly kind: 'query'; readonly reason: string; readonly code: number };

/** An error of the event store with its kind; `cause` is what the client threw. */
export class EventStoreFailure extends Error {
  readonly failure: EventStoreError;

  constructor(failure: EventStoreError, cause: unknown) {
    super(`event store: ${failure.reason}`, { cause });
    this.name = 'EventStoreFailure';
    this.failure = failure;
  }
}

/** Undefined: not an error of the event store. */
export function eventStoreErrorOf(error: unknown): EventStoreError | undefined {
  return error instanceof EventStoreFailure ? error.failure : undefined;
}

// Codes of ClickHouse, by what a caller can do about them.
/** TIMEOUT_EXCEEDED, TOO_SLOW, SOCKET_TIMEOUT */
const timeouts = new Set([159, 160, 209]);
/** MEMORY_LIMIT_EXCEEDED */
const memory = new Set([241]);
/**
 * Too many queries or parts, networks, Keeper, a full disk, read-only replicas, cancelled or aborted (shutting down),
 * an unknown outcome, refused credentials: an operator or time mends these.
 */
const unavailable = new Set([
  3, 74, 75, 76, 101, 107, 193, 194, 202, 210, 225, 236, 242, 243, 252, 254, 279, 285, 286, 297, 319, 373, 394, 425, 439, 492,
  516, 999,
]);
/** What can't be parsed or converted: numbers, dates, text, UUIDs, the length of binary data. */
const rows = new Set([6, 25, 26, 27, 32, 33, 38, 41, 53, 69, 70, 72, 117, 131, 321, 349, 376, 441, 469, 474]);

/** The kind of an error that the client threw. */
export function classifyEventStoreError(error: unknown, insertsRows: boolean): EventStoreError {
  const reason = error instanceof Error ? error.message : String(error);
  // The client's own errors are of sockets, time limits and answers that are not ClickHouse's.
  if (!(error instanceof ClickHouseError)) {
    return { kind: /timeout|aborted/i.test(reason) ? 'timeout' : 'unavailable', reason: withCode(error, reason) };
  }
  const code = Number(error.code);
  if (timeouts.has(code)) return { kind: 'timeout', reason };
  if (memory.has(code)) return { kind: 'memory', reason };
  if (unavailable.has(code)) return { kind: 'unavailable', reason };
  return { kind: insertsRows && rows.has(code) ? 'rows' : 'query', reason, code };
}

function withCode(error: unknown, reason: string): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && !reason.includes(code) ? `${code} ${reason}`.trim() : reason;
}
