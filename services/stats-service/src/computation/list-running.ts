import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import type { StatsContext } from '../context.ts';

/** Every experiment whose results still move, of the organisation in whose name the call is made. */
export async function listRunning(ctx: Pick<StatsContext, 'analysis'>): Promise<readonly Experiment[]> {
  const items: Experiment[] = [];
  let cursor = '';
  do {
    const page = await ctx.analysis.listRunning({ page: { cursor } });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== '');
  return items;
}
