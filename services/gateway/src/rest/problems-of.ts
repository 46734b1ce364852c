import { problemCodes, type ProblemCode } from '@stitchd/core';
import { paramNames, type Endpoint } from './endpoint.ts';

const always: readonly ProblemCode[] = [
  'RATE_LIMITED',
  'INTERNAL',
  'SERVICE_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
];

const ofAccess: Readonly<Record<Endpoint['access'], readonly ProblemCode[]>> = {
  public: [],
  cookie: ['ORIGIN_NOT_ALLOWED'],
  people: ['UNAUTHENTICATED', 'KEY_UNKNOWN', 'KEY_REVOKED', 'KEY_WRONG_KIND', 'PERMISSION_DENIED'],
  'sdk-key': ['UNAUTHENTICATED', 'KEY_UNKNOWN', 'KEY_REVOKED', 'KEY_WRONG_KIND'],
  ticket: ['UNAUTHENTICATED', 'TICKET_EXPIRED', 'KEY_UNKNOWN', 'KEY_REVOKED'],
  'server-key': ['UNAUTHENTICATED', 'KEY_UNKNOWN', 'KEY_REVOKED', 'KEY_WRONG_KIND'],
};

/** Every problem code that an operation may answer, by HTTP status: those that follow from its declaration and its own. */
export function problemsOf(endpoint: Endpoint): ReadonlyMap<number, readonly ProblemCode[]> {
  const codes = new Set<ProblemCode>([...ofAccess[endpoint.access], ...(endpoint.problems ?? [])]);
  const add = (...more: ProblemCode[]): void => more.forEach((code) => codes.add(code));
  if (endpoint.body !== undefined)
    add('MALFORMED_JSON', 'VALIDATION_FAILED', 'UNKNOWN_FIELD', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (endpoint.query !== undefined) add('VALIDATION_FAILED', 'UNKNOWN_FIELD');
  if (paramNames(endpoint.url).length > 0) add('NOT_FOUND');
  if (endpoint.ifMatch !== undefined) add('PRECONDITION_REQUIRED', 'VERSION_MISMATCH', 'VALIDATION_FAILED');
  if (endpoint.repeatable === true) add('IDEMPOTENCY_KEY_REUSED', 'CONFLICT');
  if (endpoint.crossOrigin === true) add('ORIGIN_NOT_ALLOWED');
  if (endpoint.access !== 'public') add(...always);
  else add('INTERNAL');
  return byStatus(codes);
}

function byStatus(codes: ReadonlySet<ProblemCode>): ReadonlyMap<number, readonly ProblemCode[]> {
  const statuses = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problemCodes[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  return new Map([...statuses].toSorted(([a], [b]) => a - b));
}
