import { ConnectError, type Interceptor, type StreamRequest, type UnaryRequest } from '@connectrpc/connect';
import type { Logger } from '../observe/log.ts';
import type { RpcMetrics } from '../observe/metrics.ts';
import type { VerifyPrincipal } from '../identity/internal-tokens.ts';
import { withCall, type Call } from './call.ts';
import { refusal, type AccessTable } from './access.ts';
import { authorizationHeader, idempotencyKeyHeader, requestIdHeader } from './headers.ts';
import { isKnownProblem, problem, problemOf } from './problem.ts';

export interface ServerInterceptorOptions {
  readonly access: AccessTable;
  readonly verify: VerifyPrincipal;
  readonly log: Logger;
  readonly metrics: RpcMetrics;
  readonly newRequestId: () => string;
  readonly nowMs: () => number;
  /** Turns errors of libraries, such as a store that is down, into a problem; undefined: not known. */
  readonly translateError: (error: unknown) => ConnectError | undefined;
}

/** What every RPC of a service goes through: identity, permission, request id, log line, metrics, one error translator. */
export function createServerInterceptor(options: ServerInterceptorOptions): Interceptor {
  return (next) => async (request) => {
    const method = `${request.service.typeName}/${request.method.name}`;
    const startedMs = options.nowMs();
    const call = await identify(request, options);
    return withCall(call, async () => {
      try {
        const refused = refusal(options.access[method], call.principal, method);
        if (refused) throw refused;
        const response = await next(request);
        if (response.stream) return { ...response, message: streamInCall(response.message, call, options) };
        options.metrics.handled(method, 'OK', options.nowMs() - startedMs);
        options.log.debug({ method, requestId: call.requestId, durationMs: options.nowMs() - startedMs }, 'handled');
        return response;
      } catch (error) {
        const translated = translate(error, options);
        const { code, detail } = problemOf(translated);
        options.metrics.handled(method, code, options.nowMs() - startedMs);
        const line = { method, requestId: call.requestId, code, detail, principal: call.principal?.id };
        if (code === 'INTERNAL') options.log.error({ ...line, err: error }, 'failed');
        else options.log.info(line, 'refused');
        throw translated;
      }
    });
  };
}

async function identify(request: UnaryRequest | StreamRequest, options: ServerInterceptorOptions): Promise<Call> {
  const token = /^Bearer (\S+)$/.exec(request.header.get(authorizationHeader) ?? '')?.[1];
  const timeoutMs = timeoutOf(request.header);
  return {
    requestId: request.header.get(requestIdHeader) ?? options.newRequestId(),
    principal: token === undefined ? undefined : await options.verify(token),
    idempotencyKey: request.header.get(idempotencyKeyHeader) ?? undefined,
    deadlineMs: timeoutMs === undefined ? undefined : options.nowMs() + timeoutMs,
  };
}

const timeoutUnitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** The caller's time limit in milliseconds, as gRPC or Connect write it. */
function timeoutOf(header: Headers): number | undefined {
  const connect = header.get('connect-timeout-ms');
  if (connect !== null) return Number(connect);
  const [, amount, unit] = /^(\d+)([HMSmun])$/.exec(header.get('grpc-timeout') ?? '') ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (timeoutUnitsMs[unit] ?? 1);
}

/** A generator's body runs when it is pulled, so each pull happens inside the call, and its errors are translated like others. */
async function* streamInCall<T>(messages: AsyncIterable<T>, call: Call, options: ServerInterceptorOptions): AsyncGenerator<T> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await withCall(call, () => iterator.next());
      if (step.done) return;
      yield step.value;
    }
  } catch (error) {
    if (problemOf(translate(error, options)).code === 'INTERNAL')
      options.log.error({ requestId: call.requestId, err: error }, 'stream failed');
    throw translate(error, options);
  } finally {
    await withCall(call, async () => iterator.return?.());
  }
}

function translate(error: unknown, options: ServerInterceptorOptions): ConnectError {
  if (isKnownProblem(error)) return error;
  const translated = options.translateError(error);
  if (translated) return translated;
  if (error instanceof ConnectError && error.cause === undefined) return error;
  return problem('INTERNAL', 'Something failed inside Stitchd; the request id finds it in the logs.');
}
