import { answered, type Schemas } from '@stitchd/rest-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { queryClient } from '../../api/query-client.ts';

export type Receiver = Schemas['Receiver'];
export type Delivery = Schemas['Delivery'];

/** How soon what is still on its way is looked at again. */
const againMs = 2_000;

export const receiversQuery = (project: string) =>
  queryOptions({
    queryKey: ['receivers', project],
    queryFn: () => answered(api.GET('/v1/projects/{project}/receivers', { params: { path: { project } } })),
  });

/** Asked again while one of those that are shown has not arrived. */
export const deliveriesQuery = (project: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', project, id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/receivers/{id}/deliveries', {
          params: { path: { project, id }, query: { limit: 20, ...(pageParam !== undefined && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ finishedAt }) => finishedAt === undefined)) ? againMs : false,
  });

/** After a change: what the pages show is asked for anew. */
export async function readReceiversAgain(project: string): Promise<void> {
  await Promise.all(['receivers', 'deliveries'].map((name) => queryClient.invalidateQueries({ queryKey: [name, project] })));
}
