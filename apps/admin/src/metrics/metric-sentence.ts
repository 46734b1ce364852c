import type { Schemas } from '@stitchd/rest-client';

const hoursOfDay = 24;

/** What a metric counts, in words. */
export function metricSentence({ type, eventKey, windowHours, direction }: Schemas['Metric']): string {
  const what = type === 'conversion' ? `The share of people with ${eventKey}` : `The mean over people of the sum of ${eventKey}`;
  const window = windowHours === 0 ? '' : `, within ${windowText(windowHours)} of their first exposure`;
  return `${what}${window}; ${direction === 'increase' ? 'more' : 'less'} is better.`;
}

function windowText(hours: number): string {
  if (hours % hoursOfDay !== 0) return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
  const days = hours / hoursOfDay;
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}
