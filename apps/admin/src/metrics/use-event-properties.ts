import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { eventPropertiesQuery } from '../api/queries.ts';
import { useScope } from '../shell/use-scope.ts';
import { eventProperties, type EventProperties } from './event-properties.ts';

const nothing: readonly Schemas['EventProperties']['items'][number][] = [];

/** What events of a key have in this environment; nothing while it is not known. */
export function useEventProperties(event: string): EventProperties {
  const { data } = useQuery(eventPropertiesQuery(useScope(), event));
  return eventProperties(data?.items ?? nothing);
}
