import { durationSetting, numberSetting } from '@stitchd/service-kit';

export const segmentationServiceSettings = {
  syncedKeys: numberSetting({
    variable: 'STITCHD_SEGMENTATION_SYNCED_KEYS',
    default: 1_000_000,
    low: 0,
    high: 10_000_000,
    description:
      'How many keys one side of a list segment may have to be sent to SDKs, as 64-bit fingerprints. Longer ones stay on the server, and SDKs ask.',
  }),
  expiryInterval: durationSetting({
    variable: 'STITCHD_SEGMENTATION_EXPIRY_INTERVAL',
    default: 5_000,
    description:
      'How often keys are looked for whose time has passed, to be taken out of their lists: so late, and the time of a change, SDKs hear of it.',
  }),
  listKeys: numberSetting({
    variable: 'STITCHD_SEGMENTATION_LIST_KEYS',
    default: 10_000_000,
    low: 1,
    high: 100_000_000,
    description: 'How many keys one side of a list segment may have at all.',
  }),
};
