import { durationSetting, numberSetting } from '@stitchd/service-kit';

export const settings = {
  interval: durationSetting({
    variable: 'STITCHD_STATS_INTERVAL',
    default: 60_000,
    description: 'How often experiments are looked through for those whose results are due by their own schedule.',
  }),
  pollInterval: durationSetting({
    variable: 'STITCHD_STATS_POLL_INTERVAL',
    default: 1_000,
    description: 'How often a free worker looks for computations that other replicas put in the queue.',
  }),
  retryDelay: durationSetting({
    variable: 'STITCHD_STATS_RETRY_DELAY',
    default: 5_000,
    description: 'The pause before a computation is tried again when a store did not answer; it doubles with each attempt.',
  }),
  workers: numberSetting({
    variable: 'STITCHD_STATS_WORKERS',
    default: 2,
    low: 1,
    high: 16,
    description: 'Computations that one stats-service runs at a time.',
  }),
};
