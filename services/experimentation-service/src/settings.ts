import { durationSetting } from '@stitchd/service-kit';

export const settings = {
  reconcileInterval: durationSetting({
    variable: 'STITCHD_EXPERIMENTATION_RECONCILE_INTERVAL',
    default: 5_000,
    description: 'How often starts and stops of experiments that were left half done are looked for.',
  }),
};
