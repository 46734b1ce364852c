import { problemCodes } from '@stitchd/core';
import { code, page, prose, table } from './markdown.ts';
import type { Reference } from './reference.ts';

const grpcNames: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

/** The stable codes of all problems, with their statuses. */
export function problemCodesReference(): Reference {
  const rows = Object.entries(problemCodes).map(([name, problem]) => [
    code(name),
    String(problem.status),
    code(grpcNames[problem.grpc] ?? String(problem.grpc)),
    prose(problem.title),
  ]);
  return {
    file: 'problem-codes.md',
    text: page(
      'Problem codes',
      'the problem codes of @stitchd/core',
      'A request that is refused answers `application/problem+json` (RFC 9457). Its `code` is one of these and never changes its meaning; `detail` says what was wrong this time, `errors` which fields, `instance` is the id of the request. Items of an event batch that are refused carry these codes too, while the batch itself answers 202.',
      table(['Code', 'HTTP', 'gRPC', 'Title'], rows),
    ),
  };
}
