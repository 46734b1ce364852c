import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../shell/use-scope.ts';
import { contextAttributesQuery } from '../usage/usage-queries.ts';
import { seenAttributes, type SeenAttributes } from './seen-attributes.ts';

const nothing: readonly Schemas['ContextAttributes']['items'][number][] = [];

/** What contexts have in this environment, for suggestions and warnings; nothing while it is not known. */
export function useSeenAttributes(): SeenAttributes {
  const { data } = useQuery(contextAttributesQuery(useScope()));
  // Of a list that is cut short nobody can say what was never seen.
  return seenAttributes(data?.items ?? nothing, data?.truncated ?? false);
}
