/** The tabs of "Metrics & events", in their order; each is an address. */
export const metricsTabs = ['metrics', 'events', 'transfer'] as const;
export type MetricsTab = (typeof metricsTabs)[number];
