import { bulkAnswer } from '@stitchd/ofrep';
import type { GatewayContext } from '../context.ts';
import type { DirectAnswer, DirectInput } from '../rest/endpoint.ts';
import { whenEvaluable, type Evaluable } from './evaluable.ts';

/** All flags for one context. Exposes nobody: what of it the application reads is not known here. */
export function evaluateBulk(input: DirectInput, gateway: GatewayContext): DirectAnswer | Promise<DirectAnswer> {
  return whenEvaluable(input, undefined, gateway, (evaluable) => answerAll(input, evaluable, gateway));
}

function answerAll(
  { headers }: DirectInput,
  { compiled, context, principal }: Evaluable,
  { nowMs }: Pick<GatewayContext, 'nowMs'>,
): DirectAnswer {
  const options = { nowMs: nowMs(), clientVisibleOnly: principal.keyKind !== 'server' };
  const { flags, hash } = bulkAnswer(compiled, context, options);
  const etag = `"${hash}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  return { status: 200, text: `{"flags":${flags},"metadata":{"revision":${compiled.revision}}}`, headers: { etag } };
}
