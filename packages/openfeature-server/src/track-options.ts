import type { TrackingEventDetails } from '@openfeature/server-sdk';
import type { TrackOptions } from '@stitchd/sdk';

/** What OpenFeature tells of an event, as the SDK takes it: the value apart, the rest as properties. */
export function trackOptionsOf(details: TrackingEventDetails | undefined): TrackOptions {
  const { value, ...properties } = details ?? {};
  return {
    ...(value !== undefined && { value }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}
