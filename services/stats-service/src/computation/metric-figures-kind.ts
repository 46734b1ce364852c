import { metricTypes, type MetricDefinition, type MetricType } from '@stitchd/core';

/** How a metric's units are summed up: by how many reached it, or by the moments of their values; undefined: not yet. */
export function figuresKindOf(type: MetricType): 'conversion' | 'mean' | undefined {
  switch (type) {
    case 'conversion':
    case 'funnel':
    case 'retention':
      return 'conversion';
    case 'ratio':
    case 'quantile':
      return undefined;
    default:
      return 'mean';
  }
}

/** Whether results can be made of it. A cap by quantile can't: it has to be found and kept first. */
export function isComputable(definition: MetricDefinition): boolean {
  const capsByQuantile = 'cap' in definition && definition.cap?.kind === 'quantile';
  return metricTypes.includes(definition.type) && figuresKindOf(definition.type) !== undefined && !capsByQuantile;
}
