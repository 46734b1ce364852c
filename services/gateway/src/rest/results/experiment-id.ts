import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import type { GatewayContext } from '../../context.ts';

type Calling = Pick<GatewayContext, 'call'>;

/** Statistics know experiments by id, people by key. */
export async function experimentId(key: string, context: Calling): Promise<string> {
  return (await experimentNow(key, context)).id;
}

/** Its id, and the number of its newest iteration; 0 before it was started. */
export async function experimentNow(
  key: string,
  { call }: Calling,
): Promise<{ readonly id: string; readonly iteration: number }> {
  const { id, iterationNumber } = await call(Experiments.method.getExperiment, { key });
  return { id, iteration: iterationNumber };
}
