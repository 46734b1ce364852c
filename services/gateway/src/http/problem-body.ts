import { isProblemCode, problemCodes, type ProblemCode } from '@stitchd/core';
import { problemOf } from '@stitchd/service-kit';
import { readableFieldPath } from './field-path.ts';

/** A problem as RFC 9457 writes it; `instance` is the request id. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly instance: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly current?: unknown;
}

/** The problem that an error is: its own where it carries one, else that something failed inside. */
export function problemBody(error: unknown, requestId: string): ProblemBody {
  const { code: carried, detail, errors, currentJson } = problemOf(error);
  // A newer service may know codes that this gateway does not.
  const code = isProblemCode(carried) ? carried : 'INTERNAL';
  const { title, status } = problemCodes[code];
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail,
    code,
    instance: requestId,
    ...(errors.length > 0 && { errors: errors.map(({ path, message }) => ({ path: readableFieldPath(path), message })) }),
    ...(currentJson !== '' && { current: JSON.parse(currentJson) as unknown }),
  };
}
