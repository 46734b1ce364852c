import type { MeasureType, MetricType } from '@stitchd/core';

/** How the types are called where one is chosen. */
export const measureLabels: Readonly<Record<MeasureType, string>> = {
  conversion: 'Whether somebody has the event',
  count: 'How often it happens',
  sum: 'The sum of a number',
  mean: 'The mean of a number',
  minimum: 'The smallest number',
  maximum: 'The largest number',
  last: 'The last number',
  'distinct-values': 'How many different values',
  'active-days': 'On how many days',
};

export const metricLabels: Readonly<Record<MetricType, string>> = {
  ...measureLabels,
  ratio: 'A ratio of two of these',
  quantile: 'A quantile',
  funnel: 'A funnel of steps',
  retention: 'Retention: who comes back',
};

/** Short, for lists. */
export const metricTypeNames: Readonly<Record<MetricType, string>> = {
  conversion: 'Conversion',
  count: 'Count',
  sum: 'Sum',
  mean: 'Mean',
  minimum: 'Minimum',
  maximum: 'Maximum',
  last: 'Last',
  'distinct-values': 'Distinct values',
  'active-days': 'Active days',
  ratio: 'Ratio',
  quantile: 'Quantile',
  funnel: 'Funnel',
  retention: 'Retention',
};

export function options<Value extends string>(labels: Readonly<Record<Value, string>>) {
  return (Object.keys(labels) as Value[]).map((value) => ({ value, label: labels[value] }));
}
