/** Whether a metric of this type is a share of units: its values are read as per cent, its differences as points. */
export function isShare(type: string): boolean {
  return type === 'conversion' || type === 'funnel' || type === 'retention';
}
