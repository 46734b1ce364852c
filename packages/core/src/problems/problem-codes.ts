/** What a stable problem code means over HTTP and over gRPC. */
export interface ProblemKind {
  /** HTTP status; for codes of single items in a batch, the status the item would have had alone. */
  readonly status: number;
  /** One line for people, the same for every occurrence. */
  readonly title: string;
  /** Numeric gRPC status code that carries it. */
  readonly grpc: number;
}

const invalidArgument = 3;
const deadlineExceeded = 4;
const notFound = 5;
const alreadyExists = 6;
const permissionDenied = 7;
const resourceExhausted = 8;
const failedPrecondition = 9;
const aborted = 10;
const unimplemented = 12;
const internal = 13;
const unavailable = 14;
const unauthenticated = 16;

const table = {
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON', grpc: invalidArgument },
  VALIDATION_FAILED: { status: 400, title: 'The request is not valid', grpc: invalidArgument },
  UNKNOWN_FIELD: { status: 400, title: 'The request has a field that does not exist', grpc: invalidArgument },
  PREREQUISITE_CYCLE: { status: 400, title: 'The prerequisites would form a cycle', grpc: invalidArgument },
  SEGMENT_CYCLE: { status: 400, title: 'The segments would form a cycle', grpc: invalidArgument },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large', grpc: resourceExhausted },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The media type is not supported', grpc: invalidArgument },
  UNAUTHENTICATED: { status: 401, title: 'Credentials are missing or not valid', grpc: unauthenticated },
  KEY_UNKNOWN: { status: 401, title: 'The key is not known', grpc: unauthenticated },
  TICKET_EXPIRED: { status: 401, title: 'The ticket has expired', grpc: unauthenticated },
  KEY_REVOKED: { status: 401, title: 'The key was revoked', grpc: unauthenticated },
  KEY_WRONG_KIND: { status: 403, title: 'The key is of a kind that may not do this', grpc: permissionDenied },
  KEY_WRONG_ENVIRONMENT: { status: 403, title: 'The key belongs to another environment', grpc: permissionDenied },
  ORIGIN_NOT_ALLOWED: { status: 403, title: 'The key may not be used from this origin', grpc: permissionDenied },
  CONTEXT_TOKEN_INVALID: { status: 403, title: 'The context token does not prove this context', grpc: permissionDenied },
  CONTEXT_TOKEN_EXPIRED: { status: 403, title: 'The context token has expired', grpc: permissionDenied },
  PERMISSION_DENIED: { status: 403, title: 'The permission is missing', grpc: permissionDenied },
  NOT_FOUND: { status: 404, title: 'There is no such resource', grpc: notFound },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here', grpc: unimplemented },
  ALREADY_EXISTS: { status: 409, title: 'It exists already', grpc: alreadyExists },
  CONFLICT: { status: 409, title: 'The change conflicts with another', grpc: aborted },
  IN_USE: { status: 409, title: 'Other resources still refer to it', grpc: failedPrecondition },
  INVALID_STATE: { status: 409, title: 'Its state does not allow this', grpc: failedPrecondition },
  SPLIT_PROTECTED: { status: 409, title: 'A running experiment protects this split', grpc: failedPrecondition },
  BUNDLE_TOO_LARGE: { status: 409, title: 'The bundle would be too large', grpc: failedPrecondition },
  START_BLOCKED: { status: 409, title: 'Something blocks the start', grpc: failedPrecondition },
  EXPERIMENTS_RUNNING: { status: 409, title: 'Experiments that run do not allow this', grpc: failedPrecondition },
  VERSION_MISMATCH: { status: 412, title: 'It was changed since it was read', grpc: aborted },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key was used for another request', grpc: failedPrecondition },
  PRECONDITION_REQUIRED: { status: 428, title: 'The write must say which version it changes', grpc: failedPrecondition },
  RATE_LIMITED: { status: 429, title: 'Too many requests', grpc: resourceExhausted },
  TOO_MANY_JOBS: { status: 429, title: 'As much is under way as may be', grpc: resourceExhausted },
  INTERNAL: { status: 500, title: 'Something failed here', grpc: internal },
  STORE_UNAVAILABLE: { status: 503, title: 'A store does not answer', grpc: unavailable },
  SERVICE_UNAVAILABLE: { status: 503, title: 'A service does not answer', grpc: unavailable },
  DEADLINE_EXCEEDED: { status: 504, title: 'The answer took too long', grpc: deadlineExceeded },
  EVENT_UNDEFINED: { status: 400, title: 'The event was never defined', grpc: invalidArgument },
  EVENT_ARCHIVED: { status: 400, title: 'The event is archived', grpc: invalidArgument },
  VALUE_WRONG_TYPE: { status: 400, title: 'The value is not of the declared type', grpc: invalidArgument },
  PROPERTIES_INVALID: { status: 400, title: 'The properties do not fit the schema', grpc: invalidArgument },
  CONTEXT_KIND_MISSING: { status: 400, title: 'The event needs a context kind that it lacks', grpc: invalidArgument },
  ITEM_TOO_OLD: { status: 400, title: 'The item is older than the window', grpc: invalidArgument },
  ITEM_IN_FUTURE: { status: 400, title: 'The item lies in the future', grpc: invalidArgument },
  ITEM_INVALID: { status: 400, title: 'The item is not valid', grpc: invalidArgument },
  ITEM_TOO_LARGE: { status: 413, title: 'The item is too large', grpc: resourceExhausted },
} as const satisfies Record<string, ProblemKind>;

/** A stable, upper snake case name of a problem. Codes are never renamed or reused. */
export type ProblemCode = keyof typeof table;

/** Every problem that the product reports, with its HTTP and gRPC status. */
export const problemCodes: Readonly<Record<ProblemCode, ProblemKind>> = table;

/** Whether text is one of the stable problem codes, as when one arrives from another process. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(table, text);
}
