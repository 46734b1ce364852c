import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import type { GatewayContext } from '../../context.ts';

/** Statistics know experiments by id, people by key. */
export async function experimentId(key: string, { call }: Pick<GatewayContext, 'call'>): Promise<string> {
  return (await call(Experiments.method.getExperiment, { key })).id;
}
