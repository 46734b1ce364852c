import { durationSetting } from '@stitchd/service-kit';

export const flagServiceSettings = {
  heartbeat: durationSetting({
    variable: 'STITCHD_FLAG_HEARTBEAT',
    default: 15_000,
    description:
      'How often a stream of definitions says that nothing has changed, and the service compares what it holds with the store.',
  }),
};
