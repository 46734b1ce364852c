import type { DescMessage, DescMethodUnary, JsonObject, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { CompiledDefinitions } from '@stitchd/core';
import type { Principal } from '@stitchd/service-kit';
import type { ExposureRecorder } from './ofrep/exposure-recorder.ts';

/** What endpoints work with. */
export interface GatewayContext {
  /** Asks one RPC in the name of the call that is being served. */
  readonly call: <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ) => Promise<MessageShape<O>>;
  /** The same, and answers the message as REST shows it. */
  readonly ask: <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ) => Promise<JsonObject>;
  /**
   * The definitions of the environment that a principal is scoped to.
   * @throws SERVICE_UNAVAILABLE where none have arrived in time
   */
  readonly definitions: (principal: Principal) => Promise<CompiledDefinitions>;
  readonly exposures: ExposureRecorder;
  /** The names of what can't work now, by service. */
  readonly unready: () => Promise<Readonly<Record<string, readonly string[]>>>;
  readonly nowMs: () => number;
}
