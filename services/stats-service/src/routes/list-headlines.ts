import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import { headlinesOf } from '@stitchd/db/stats';
import {
  ListHeadlinesResponseSchema,
  type ListHeadlinesRequest,
  type ListHeadlinesResponse,
} from '@stitchd/proto/stats/v1/stats';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';

/** What a list tells of its experiments, by one statement: whole results would be read and sent once for each row. */
export async function listHeadlines(ctx: StatsContext, { experimentIds }: ListHeadlinesRequest): Promise<ListHeadlinesResponse> {
  const { organisationId, environmentId } = environmentScope();
  if (experimentIds.length > statsLimits.headlines)
    throw problem('VALIDATION_FAILED', `Headlines of at most ${statsLimits.headlines} experiments are told at once.`);
  if (!experimentIds.every(isUuid)) throw problem('VALIDATION_FAILED', 'An experiment is named by its id.');
  const items = await ctx.database.inTenant(organisationId, (tx) => headlinesOf(tx, { environmentId, experimentIds }));
  return create(ListHeadlinesResponseSchema, {
    items: items.map(({ experimentId, result, failure }) => ({
      experimentId,
      failure: failure ?? '',
      ...(result && {
        result: {
          ...result,
          broken: [...result.broken],
          computedAt: timestampFromDate(result.computedAt),
        },
      }),
    })),
  });
}
