/** The tabs of "Metrics & events", in their order; each is an address. */
export const metricsTabs = ['metrics', 'events', 'live', 'contexts', 'transfer'] as const;
export type MetricsTab = (typeof metricsTabs)[number];
