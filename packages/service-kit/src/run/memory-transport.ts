import { create, type DescMessage, type DescMethodUnary, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createContextValues,
  createRouterTransport,
  type HandlerContext,
  type Interceptor,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import type { Implementation } from '../define-service.ts';

/** What answers in this process. */
export interface ServedInMemory {
  readonly implementations: readonly Implementation[];
  readonly interceptors: Interceptor[];
}

type HeaderInit = ConstructorParameters<typeof Headers>[0];
type AnyUnary = DescMethodUnary<DescMessage, DescMessage>;
type Answering = (request: UnaryRequest) => Promise<UnaryResponse>;

/**
 * Calls between services of one process, through the interceptors of both sides. Messages are encoded and decoded as they
 * would be over the network, except those of the methods that an implementation names as handed over.
 */
export function createMemoryTransport(served: readonly ServedInMemory[], interceptors: Interceptor[]): Transport {
  const routed = createRouterTransport(
    (router) => {
      for (const { implementations, interceptors: ofServer } of served)
        for (const implementation of implementations) implementation.mount(router, ofServer);
    },
    { transport: { interceptors } },
  );
  const handedOver = new Map<AnyUnary, Answering>();
  for (const { implementations, interceptors: ofServer } of served)
    for (const { handedOver: methods } of implementations)
      for (const [method, answer] of methods)
        handedOver.set(method, interceptedBy(interceptors, interceptedBy(ofServer, answering(method, answer))));
  return {
    unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeaderInit | undefined,
      input: MessageInitShape<I>,
      contextValues: Parameters<Transport['unary']>[5],
    ) {
      const answer = handedOver.get(method);
      if (answer === undefined) return routed.unary(method, signal, timeoutMs, header, input, contextValues);
      const request = requestOf(method, header, create(method.input, input), timeoutMs, signal);
      return inTime(answer, request, timeoutMs) as Promise<UnaryResponse<I, O>>;
    },
    stream: routed.stream.bind(routed),
  };
}

function interceptedBy(interceptors: readonly Interceptor[], innermost: Answering): Answering {
  let next = innermost as Parameters<Interceptor>[0];
  for (const interceptor of interceptors.toReversed()) next = interceptor(next);
  return next as Answering;
}

function answering(method: AnyUnary, answer: (request: unknown, context: HandlerContext) => unknown): Answering {
  return async (request) => ({
    stream: false,
    service: method.parent,
    method,
    header: new Headers(),
    trailer: new Headers(),
    message: create(method.output, (await answer(request.message, contextOf(request))) as MessageInitShape<DescMessage>),
  });
}

function requestOf(
  method: AnyUnary,
  header: HeaderInit | undefined,
  message: MessageShape<DescMessage>,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): UnaryRequest {
  const headers = new Headers(header);
  if (timeoutMs !== undefined) headers.set('connect-timeout-ms', String(timeoutMs));
  return {
    stream: false,
    service: method.parent,
    method,
    requestMethod: 'POST',
    url: `memory:///${method.parent.typeName}/${method.name}`,
    signal: signal ?? neverAborted,
    header: headers,
    contextValues: createContextValues(),
    message,
  };
}

const neverAborted = new AbortController().signal;

/** Nobody reads more of a context than this: a whole one costs as much as the rest of the call. */
function contextOf(request: UnaryRequest): HandlerContext {
  return { signal: request.signal, values: request.contextValues, requestHeader: request.header } as HandlerContext;
}

/** @throws ConnectError, also when the time is over or the caller gave up; the work itself then runs to its end */
function inTime(answer: Answering, request: UnaryRequest, timeoutMs: number | undefined): Promise<UnaryResponse> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      if (timer !== undefined) clearTimeout(timer);
      request.signal.removeEventListener('abort', giveUp);
    };
    const giveUp = (): void => {
      end();
      reject(new ConnectError('the caller gave up', Code.Canceled));
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            end();
            reject(new ConnectError('the operation timed out', Code.DeadlineExceeded));
          }, timeoutMs);
    if (request.signal.aborted) return giveUp();
    if (request.signal !== neverAborted) request.signal.addEventListener('abort', giveUp, { once: true });
    answer(request).then(
      (response) => {
        end();
        resolve(response);
      },
      (error: unknown) => {
        end();
        reject(ConnectError.from(error));
      },
    );
  });
}
