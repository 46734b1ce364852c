import { Directory } from '@stitchd/proto/auth/v1/auth';
import { isProblem, problem, problemOf } from '@stitchd/service-kit';
import type { GatewayContext } from '../../context.ts';

const refusals = ['IN_USE', 'SPLIT_PROTECTED'] as const;

/**
 * Changes a flag in its project. What refuses that in an environment is told with the environment's key: flag-service, which
 * refuses, knows environments by their ids alone.
 */
export async function namingEnvironments<T>(change: () => Promise<T>, call: GatewayContext['call']): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const code = refusals.find((refusal) => isProblem(error, refusal));
    if (code === undefined) throw error;
    // Without the keys, the ids have to do.
    const { items } = await call(Directory.method.listEnvironments, {}).catch(() => ({ items: [] }));
    const named = (text: string): string => items.reduce((told, { id, key }) => told.replaceAll(id, key), text);
    const { detail, errors } = problemOf(error);
    throw problem(code, named(detail), { errors: errors.map(({ path, message }) => ({ path, message: named(message) })) });
  }
}
