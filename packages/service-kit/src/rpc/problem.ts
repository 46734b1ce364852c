import { problemCodes, type ProblemCode } from '@stitchd/core';
import { ProblemSchema, type Problem } from '@stitchd/proto/common/v1/common';
import { Code, ConnectError } from '@connectrpc/connect';

export interface ProblemDetails {
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** The current state, for VERSION_MISMATCH. */
  readonly current?: unknown;
  /** After how many seconds it makes sense to ask again. */
  readonly retryAfterSeconds?: number;
}

/** A refusal with a stable code, as an error that crosses processes. Throw it: the caller sees the same code. */
export function problem(code: ProblemCode, detail: string, more: ProblemDetails = {}): ConnectError {
  return new ConnectError(detail, problemCodes[code].grpc as Code, undefined, [
    {
      desc: ProblemSchema,
      value: {
        code,
        detail,
        errors: (more.errors ?? []).map((error) => ({ ...error })),
        currentJson: more.current === undefined ? '' : JSON.stringify(more.current),
        retryAfterSeconds: more.retryAfterSeconds ?? 0,
      },
    },
  ]);
}

const codeOfGrpc: Partial<Record<Code, ProblemCode>> = {
  [Code.DeadlineExceeded]: 'DEADLINE_EXCEEDED',
  [Code.Unavailable]: 'SERVICE_UNAVAILABLE',
  // The connection broke, by a reset or in silence: whoever was asked was killed. Who gives up by itself sees no answer.
  [Code.Aborted]: 'SERVICE_UNAVAILABLE',
  [Code.Canceled]: 'SERVICE_UNAVAILABLE',
  [Code.Unauthenticated]: 'UNAUTHENTICATED',
  [Code.PermissionDenied]: 'PERMISSION_DENIED',
  [Code.NotFound]: 'NOT_FOUND',
  [Code.ResourceExhausted]: 'RATE_LIMITED',
};

/** The problem that an error of a call carries; an error without one becomes the code nearest to its gRPC status. */
export function problemOf(error: unknown): Omit<Problem, '$typeName' | '$unknown'> {
  const connectError = ConnectError.from(error);
  const [carried] = connectError.findDetails(ProblemSchema);
  if (carried) return carried;
  const code = codeOfGrpc[connectError.code] ?? 'INTERNAL';
  const detail =
    code === 'INTERNAL' ? 'Something failed inside Stitchd; the request id finds it in the logs.' : problemCodes[code].title;
  return { code, detail, errors: [], currentJson: '', retryAfterSeconds: 0 };
}

/** Whether the error carries a problem of ours, rather than coming from a library. */
export function isKnownProblem(error: unknown): error is ConnectError {
  return error instanceof ConnectError && error.findDetails(ProblemSchema).length > 0;
}

export function isProblem(error: unknown, code: ProblemCode): boolean {
  return error instanceof ConnectError && problemOf(error).code === code;
}

/** What may be answered otherwise the next time, though nothing about the request changes. */
const passing: ReadonlySet<string> = new Set<ProblemCode>([
  'STORE_UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAUTHENTICATED',
]);

/**
 * Whether it makes sense that background work asks the same again: for refusals that pass by themselves, and for whatever
 * carries no problem of ours, such as a broken connection.
 */
export function isPassing(error: unknown): boolean {
  return !isKnownProblem(error) || passing.has(problemOf(error).code);
}
