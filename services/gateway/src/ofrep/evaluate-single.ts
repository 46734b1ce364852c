import { evaluate, type ExposureSource } from '@stitchd/core';
import { ofrepAnswer } from '@stitchd/ofrep';
import type { GatewayContext } from '../context.ts';
import type { DirectAnswer, DirectInput } from '../rest/endpoint.ts';
import { whenEvaluable, type Evaluable } from './evaluable.ts';

/** Reading one value exposes its unit, also where the flag was reached through another. */
export function evaluateSingle(input: DirectInput, gateway: GatewayContext): DirectAnswer | Promise<DirectAnswer> {
  const key = input.params['flag'] ?? '';
  return whenEvaluable(input, key, gateway, (evaluable) => answerOne(key, evaluable, gateway));
}

function answerOne(
  key: string,
  { compiled, context, principal }: Evaluable,
  { nowMs, exposures, usage }: Pick<GatewayContext, 'nowMs' | 'exposures' | 'usage'>,
): DirectAnswer {
  const nestedExposures: ExposureSource[] = [];
  const options = { nowMs: nowMs(), clientVisibleOnly: principal.keyKind !== 'server', nestedExposures };
  const details = evaluate<undefined>(compiled, key, context, undefined, undefined, options);
  usage.read(principal, compiled, key, details, context);
  const record = (exposure: ExposureSource): void =>
    void exposures.record(principal, exposure, context, { by: 'read', settings: compiled.eventSettings });
  nestedExposures.forEach(record);
  if (details.exposure !== undefined) record(details.exposure);
  const { status, text } = ofrepAnswer(key, details);
  return { status, text };
}
