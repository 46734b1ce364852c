import { isKnownProblem, problem } from '@stitchd/service-kit';
import { ConnectError } from '@connectrpc/connect';
import { bodyLimit } from '../limits.ts';

interface FastifyLikeError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
}

/** Turns what Fastify throws about a request into a problem; undefined: it is none of these, something failed here. */
export function requestProblem(error: unknown): ConnectError | undefined {
  if (isKnownProblem(error)) return error;
  if (error instanceof ConnectError) return error;
  const { code = '', statusCode = 500, message = '' } = error as FastifyLikeError;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem('BODY_TOO_LARGE', `The body is larger than this route takes (${bodyLimit} bytes unless it says otherwise).`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return problem('UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be application/json.');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return problem('MALFORMED_JSON', message);
    case 'FST_ERR_BAD_URL':
      return problem('VALIDATION_FAILED', 'The path can not be decoded.');
    default:
      break;
  }
  if (error instanceof SyntaxError && statusCode === 400) return problem('MALFORMED_JSON', message);
  if (statusCode >= 400 && statusCode < 500) return problem('VALIDATION_FAILED', message);
  return undefined;
}
