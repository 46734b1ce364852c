import type { DescMessage, DescMethodUnary, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Reach } from '@stitchd/service-kit';
import type { AskOptions, GatewayContext } from '../context.ts';
import { messageJson } from './message-json.ts';

type Unary = (request: unknown, options: AskOptions) => Promise<unknown>;

/** Asks any RPC by its descriptor; clients are made when they are first used. */
export function createCallers(reach: Reach): Pick<GatewayContext, 'ask' | 'call' | 'stream'> {
  const clients = new Map<DescService, Readonly<Record<string, Unary>>>();

  function clientOf(service: DescService): Readonly<Record<string, Unary>> {
    const known = clients.get(service) ?? (reach(service) as unknown as Readonly<Record<string, Unary>>);
    clients.set(service, known);
    return known;
  }

  async function call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    options: AskOptions = {},
  ): Promise<MessageShape<O>> {
    const unary = clientOf(method.parent)[method.localName];
    if (unary === undefined) throw new Error(`${method.parent.typeName} has no ${method.name}`);
    return (await unary(request, options)) as MessageShape<O>;
  }

  const stream: GatewayContext['stream'] = (method, request, signal) => {
    const streaming = clientOf(method.parent)[method.localName] as unknown as typeof stream | undefined;
    if (streaming === undefined) throw new Error(`${method.parent.typeName} has no ${method.name}`);
    return (streaming as unknown as (request: unknown, options: { signal: AbortSignal }) => never)(request, { signal });
  };

  return {
    call,
    stream,
    ask: async (method, request, options) => messageJson(method.output, await call(method, request, options)),
  };
}
